"""What is in a file, whatever it is called: sniffing, and a look at the structure of documents."""

from __future__ import annotations

import re
import struct
import zipfile
from typing import IO

import puremagic

from p2psandbox.platform.files.kinds import Family, Kind
from p2psandbox.platform.files.rejected import Rejected

#: How much of both ends is looked at. Programs hidden further inside are not served as such anyway.
HEAD = TAIL = 64 * 1024
#: Office files larger than this when unpacked, or with more members, are bombs or not for reading.
MOST_UNPACKED = 1024**3
MOST_MEMBERS = 10_000
MOST_RATIO = 150
_DIRECTORY = 4 * 1024 * 1024
_END_OF_ZIP = b"PK\x05\x06"
_FOREIGN = re.compile(rb"<(?:!doctype|html|script|svg|iframe|object|body|head|\?php|\?xml)[\s>]", re.IGNORECASE)
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_MP4_BRANDS = (
    b"isom",
    b"iso2",
    b"iso4",
    b"iso5",
    b"iso6",
    b"mp41",
    b"mp42",
    b"avc1",
    b"M4V ",
    b"M4VH",
    b"dash",
    b"MSNV",
)


def inspect(stream: IO[bytes], size: int, kind: Kind) -> None:
    """Raise :class:`Rejected` unless the bytes are what ``kind`` says. ``stream`` can seek; pictures are decoded later.

    Reads both ends and, of an Office document, the directory: memory stays flat whatever the size.
    """
    head, tail = _ends(stream, size)
    if not head:
        raise Rejected("damaged")
    if kind.family is Family.TEXT:
        _text(head, tail)
    elif kind.family is Family.OFFICE:
        _office(stream, head, tail, kind)
    elif not _sniffed(head, tail, kind):
        raise Rejected("wrong_type")
    elif kind.family is Family.PDF and (not head.startswith(b"%PDF-") or b"%%EOF" not in tail):
        raise Rejected("damaged")


def _ends(stream: IO[bytes], size: int) -> tuple[bytes, bytes]:
    stream.seek(0)
    head = stream.read(HEAD)
    stream.seek(max(0, size - TAIL))
    return head, stream.read(TAIL)


def _sniffed(head: bytes, tail: bytes, kind: Kind) -> bool:
    """Say whether the library's best guesses name this kind."""
    if kind.name == "mp4" and head[4:8] == b"ftyp" and head[8:12] in _MP4_BRANDS:
        return True
    try:
        guesses = puremagic.magic_string(head + tail)
    except puremagic.PureError:
        return False
    surest = guesses[0].confidence
    return any(guess.extension in kind.extensions for guess in guesses if guess.confidence == surest)


def _text(head: bytes, tail: bytes) -> None:
    """Text holds no control characters and begins like no document a browser would run."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        head = head.decode("utf-16", "replace").encode()
    elif _CONTROL.search(tail):
        raise Rejected("wrong_type")
    if _CONTROL.search(head):
        raise Rejected("wrong_type")
    if _FOREIGN.search(head[:4096]):
        raise Rejected("unsafe")


def _office(stream: IO[bytes], head: bytes, tail: bytes, kind: Kind) -> None:
    """An Office document is a zip that begins at its first byte and holds the right members, and no macros."""
    if head.startswith(bytes.fromhex("d0cf11e0a1b11ae1")):
        raise Rejected("encrypted")  # what Office writes when it is given a password; old .doc files, too
    if not head.startswith(b"PK\x03\x04"):
        raise Rejected("wrong_type")
    _directory_is_small(tail)
    try:
        with zipfile.ZipFile(stream) as archive:
            _members(archive, kind)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, struct.error) as error:
        raise Rejected("damaged") from error


def _directory_is_small(tail: bytes) -> None:
    """Refuse a directory of a million entries before ``zipfile`` makes an object of each."""
    at = tail.rfind(_END_OF_ZIP)
    if at < 0 or len(tail) < at + 22:
        raise Rejected("damaged")
    entries, size = struct.unpack("<10xHL6x", tail[at : at + 22])
    if entries > MOST_MEMBERS or size > _DIRECTORY:
        raise Rejected("too_complex")


def _members(archive: zipfile.ZipFile, kind: Kind) -> None:
    members = archive.infolist()
    names = {member.filename for member in members}
    unpacked = sum(member.file_size for member in members)
    packed = sum(member.compress_size for member in members) or 1
    if any(member.flag_bits & 1 for member in members):
        raise Rejected("encrypted")
    if unpacked > MOST_UNPACKED or (unpacked > 50 * 1024**2 and unpacked / packed > MOST_RATIO):
        raise Rejected("too_complex")
    if any(name.lower().endswith(("vbaproject.bin", ".exe", ".js", ".vbs", ".dll")) for name in names):
        raise Rejected("macros")
    if kind.member not in names or not _says(archive, names, kind):
        raise Rejected("wrong_type")


def _says(archive: zipfile.ZipFile, names: set[str], kind: Kind) -> bool:
    """Say whether the document names this kind: OpenXML by its list of contents, OpenDocument by its first member."""
    if kind.extensions[0].startswith(".od"):
        return "mimetype" in names and _read(archive, "mimetype", 200).strip() == kind.content_type.encode()
    return "[Content_Types].xml" in names and b"macroEnabled" not in _read(archive, "[Content_Types].xml", 512 * 1024)


def _read(archive: zipfile.ZipFile, name: str, most: int) -> bytes:
    with archive.open(name) as member:
        return member.read(most)
