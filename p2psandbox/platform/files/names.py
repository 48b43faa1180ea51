"""Names of files: kept for display, made safe, never used to find anything."""

from __future__ import annotations

import re
import unicodedata

from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from p2psandbox.platform.errors import Invalid

#: What the column holds; longer names are shortened in their middle, their ending kept.
LONGEST = 500
#: File systems hold 255 bytes; a letter may take four.
MOST_BYTES_TO_SAVE = 240
#: Marks, embeddings, overrides and isolates make a name read differently from what it is; joiners belong to
#: some scripts and stay.
_DIRECTION = re.compile("[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
#: What Windows does not take in a name. Slashes part folders and are gone before.
_FORBIDDEN = re.compile(r'[<>:"|?*]')


def safe_name(name: str) -> str:
    """Return a name fit to be shown and saved: no folders, no hidden direction marks, NFC, at most 500 characters.

    Raises :class:`Invalid` for line breaks and other control characters, and for a name of which nothing remains.
    """
    text = unicodedata.normalize("NFC", name)
    if any(unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp") for char in text):
        raise Invalid({"name": _("Rename the file: its name holds line breaks or control characters.")})
    text = re.split(r"[/\\]", _DIRECTION.sub("", text))[-1]
    text = " ".join(_FORBIDDEN.sub("_", text).split()).strip(". ")
    if not text:
        raise Invalid({"name": _("Give the file a name.")})
    return shortened(text, LONGEST)


def shortened(name: str, longest: int) -> str:
    """Return the name cut to ``longest`` characters before its ending."""
    if len(name) <= longest:
        return name
    stem, dot, ending = name.rpartition(".")
    if not dot or len(ending) > 10:
        return name[: longest - 1] + "…"
    return stem[: longest - len(ending) - 2] + "…." + ending


def with_extension(name: str, extension: str) -> str:
    """Return the name with another ending (``.png``), for a picture kept in another format than it came in."""
    stem, dot, _ending = name.rpartition(".")
    return f"{stem if dot else name}{extension}"


def content_disposition(name: str, *, inline: bool) -> str:
    """Return the header's value; line breaks and quotes in a name cannot leave it."""
    safe = "".join(char for char in name if unicodedata.category(char) not in ("Cc", "Zl", "Zp")) or "file"
    length = len(safe)
    while len((short := shortened(safe, length)).encode()) > MOST_BYTES_TO_SAVE:
        length -= 1
    return content_disposition_header(not inline, short) or "inline"
