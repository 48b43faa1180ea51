"""Reading the addresses somebody pastes or uploads, whatever program they come from."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator

#: What parts one address from the next, Arabic commas included.
_SEPARATORS = ",;،؛\t"
_CLOSED_BY = {'"': '"', "<": ">"}
_IN_BRACKETS = re.compile(r"<([^<>]*)>")
#: Bytes of an uploaded list; 200 addresses with names and departments take a tenth of it.
LARGEST_FILE = 256 * 1024


class UnreadableList(Exception):
    """The file is no text, or no list."""


def pasted(text: str) -> list[str]:
    """Return the addresses of a pasted list, as typed and in order, without doubles.

    Commas, semicolons, tabs and line breaks part them; ``Ada Berg <ada@bolt.example>``, also with the name in
    quotes or with a comma in it, counts as the address alone. What is no address is returned too, so that
    somebody can be told.
    """
    return _once([address for line in text.replace("\r", "\n").split("\n") for address in _in_line(line)])


def _in_line(line: str) -> list[str]:
    found: list[str] = []
    unclaimed: list[str] = []
    for piece in filter(None, map(str.strip, _pieces(line))):
        if "@" not in piece:
            unclaimed.append(piece)
            continue
        if "<" not in piece:
            found += unclaimed
        # else: what stood before was the part of a name before its comma ("Berg, Ada <ada@…>")
        unclaimed = []
        found += _addresses(piece)
    return [*found, *unclaimed]


def _pieces(line: str) -> Iterator[str]:
    """Yield what stands between separators, those in quotes or angle brackets not counted; takes linear time."""
    start = place = 0
    unclosed: set[str] = set()
    while place < len(line):
        char = line[place]
        if char in _SEPARATORS:
            yield line[start:place]
            start = place + 1
        elif char in _CLOSED_BY and char not in unclosed:
            end = line.find(_CLOSED_BY[char], place + 1)
            if end < 0:
                unclosed.add(char)
            else:
                place = end
        place += 1
    yield line[start:]


def _addresses(piece: str) -> list[str]:
    bracketed = [inner.strip() for inner in _IN_BRACKETS.findall(piece) if "@" in inner]
    if bracketed:
        before = [word for word in _IN_BRACKETS.sub(" ", piece).split() if "@" in word.strip('"')]
        return [_bare(one) for one in (*before, *bracketed)]
    words = piece.split()
    return [_bare(word) for word in words] if all("@" in word for word in words) else [piece]


def _bare(address: str) -> str:
    return re.sub(r"^mailto:", "", address, flags=re.IGNORECASE)


def uploaded(content: bytes) -> list[str]:
    """Return the addresses in a CSV file: one a row, in whichever column; a first row without one is a heading.

    Raises :class:`UnreadableList` for what is no text.
    """
    text = _decoded(content)
    try:
        rows = [row for row in csv.reader(io.StringIO(text), delimiter=_delimiter(text)) if any(map(str.strip, row))]
    except csv.Error as error:
        raise UnreadableList from error
    found: list[str] = []
    for number, row in enumerate(rows):
        cells = [cell for cell in map(str.strip, row) if "@" in cell]
        if cells:
            found += pasted(cells[0])
        elif number:
            found.append(next(cell.strip() for cell in row if cell.strip()))
    return _once(found)


def _decoded(content: bytes) -> str:
    if b"\x00" in content and not content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise UnreadableList
    encoding = "utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")  # addresses are ASCII in any of the old code pages


def _delimiter(text: str) -> str:
    first = text.lstrip().partition("\n")[0]
    return max(",;\t", key=first.count)


def _once(addresses: list[str]) -> list[str]:
    known: dict[str, str] = {}
    for address in addresses:
        known.setdefault(address.casefold(), address)
    return list(known.values())
