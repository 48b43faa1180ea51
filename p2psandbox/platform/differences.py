"""What changed between two texts, for reading: words that went, words that came, the rest cut short."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

Kind = Literal["same", "removed", "added"]
_PIECES = re.compile(r"\s+|\w+|[^\w\s]")
#: Words kept of a long stretch that stayed, at each of its ends.
_AROUND = 12
#: Characters of both texts up to which words are compared; beyond, lines.
_MANY = 32_000


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text and what became of it."""

    kind: Kind
    text: str

    @property
    def element(self) -> str:
        """The HTML element a piece of its kind stands in."""
        return {"removed": "del", "added": "ins", "same": "span"}[self.kind]


def difference(before: str, after: str) -> list[Piece]:
    """Return how ``before`` became ``after``, in reading order; no pieces but same ones when nothing changed."""
    split = _PIECES.findall if len(before) + len(after) < _MANY else _lines
    old, new = split(before), split(after)
    found: list[Piece] = []
    for act, start, end, first, last in SequenceMatcher(None, old, new).get_opcodes():
        if act == "equal":
            found.append(Piece("same", "".join(old[start:end])))
            continue
        if end > start:
            found.append(Piece("removed", "".join(old[start:end])))
        if last > first:
            found.append(Piece("added", "".join(new[first:last])))
    return list(_shortened(_joined(found)))


def _lines(text: str) -> list[str]:
    return text.splitlines(keepends=True)


def _joined(pieces: Iterable[Piece]) -> list[Piece]:
    """Let changes that only a space parts be read as one."""
    found: list[Piece] = []
    for piece in pieces:
        if piece.kind == "same" and not piece.text.strip() and found:
            found += [Piece("removed", piece.text), Piece("added", piece.text)]
        else:
            found.append(piece)
    merged: list[Piece] = []
    pending: dict[Kind, str] = {"removed": "", "added": ""}
    for piece in [*found, Piece("same", "")]:
        if piece.kind == "same":
            merged += [Piece(kind, text) for kind, text in pending.items() if text.strip()]
            trailing = "" if any(text.strip() for text in pending.values()) else pending["added"]
            pending = {"removed": "", "added": ""}
            merged.append(Piece("same", trailing + piece.text))
        else:
            pending[piece.kind] += piece.text
    return [piece for piece in merged if piece.text]


def _shortened(pieces: list[Piece]) -> Iterator[Piece]:
    """Cut what stayed to the words beside a change."""
    changed = any(piece.kind != "same" for piece in pieces)
    for place, piece in enumerate(pieces):
        words = re.findall(r"\s*\S+\s*", piece.text)
        if piece.kind != "same" or not changed or len(words) <= 2 * _AROUND + 4:
            yield piece
            continue
        start = "".join(words[:_AROUND]).rstrip() if place > 0 else ""
        end = "".join(words[-_AROUND:]).lstrip() if place < len(pieces) - 1 else ""
        yield Piece("same", f"{start} … {end}")
