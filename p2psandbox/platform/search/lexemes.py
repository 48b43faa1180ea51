"""What is stored of a text: its words as they are, their stems, and part numbers written in one piece.

``6ES7-314``, ``6ES7 314`` and ``6ES7314`` are one thing to whoever searches it. So words that stand together are
stored joined, too: those parted by a hyphen, slash, dot or underscore, and short codes with digits parted by a space.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from p2psandbox.platform.search.stems import COMMON, stem
from p2psandbox.platform.search.words import Word, words_of

#: Signs that part the words of one compound.
CONNECTORS = frozenset("-‐‑‒–_/.:+×*#&")
#: Longest joined spelling, and longest word of letters before a space that may begin a part number (``ET 200M``).
_LONGEST_JOIN = 32
_LONGEST_FAMILY = 4
#: Words of a compound from which on it is an address rather than a name, and is not joined.
_LONGEST_COMPOUND = 6
#: PostgreSQL keeps no higher positions.
_LAST_POSITION = 16_383
#: Positions between two parts of a text, so that no phrase reaches across.
_PART_GAP = 8
#: Positions kept of one lexeme: more say nothing more.
_MOST_POSITIONS = 40
#: A vector stays far below PostgreSQL's limit of one megabyte.
_MOST_LEXEMES = 12_000


class Join(NamedTuple):
    """Words ``first`` to ``last`` (included) of a text in one spelling."""

    first: int
    last: int
    form: str


def readings(form: str) -> tuple[str, ...]:
    """Return the lexemes of one word: itself and its stem; none for a word that says nothing."""
    if form in COMMON:
        return ()
    root = stem(form)
    return (form,) if root == form else (form, root)


def joins(text: str, words: Sequence[Word]) -> Iterator[Join]:
    """Return the joined spellings of neighbouring words."""
    ties = [_tie(text, left, right) for left, right in pairwise(words)]
    for first, tie in enumerate(ties):
        if not tie or (tie == "-" and _length(ties, first) > _LONGEST_COMPOUND):
            continue
        for last in (first + 1, first + 2):
            if last > first + 1 and (last > len(ties) or not ties[last - 1]):
                break
            form = "".join(word.form for word in words[first : last + 1])
            if len(form) <= _LONGEST_JOIN and not form.isdigit():
                yield Join(first, last, form)


def _tie(text: str, left: Word, right: Word) -> str:
    """Say what holds two words together: a connector (``-``), a space within a part number, or nothing."""
    if right.start - left.end != 1:
        return ""
    gap = text[left.end]
    if gap in CONNECTORS:
        return "-"
    return " " if gap in " \u00a0" and not right.form.isalpha() and _is_number_of(left.form, right.form) else ""


def _is_number_of(left: str, right: str) -> bool:
    """Say whether two words parted by a space read as one part number: ``6ES7 314``, ``ET 200M``, ``M 8``."""
    if not _has_digit(right) or left in COMMON or (left.isdigit() and right.isdigit()):
        return False
    return _has_digit(left) or len(left) <= _LONGEST_FAMILY


def _has_digit(form: str) -> bool:
    return any(one.isdigit() for one in form)


def _length(ties: list[str], place: int) -> int:
    """Count the words of the compound around this tie."""
    first = last = place
    while first > 0 and ties[first - 1] == "-":
        first -= 1
    while last < len(ties) and ties[last] == "-":
        last += 1
    return last - first + 1


def vector(parts: Iterable[tuple[str, str]], labels: Iterable[str] = ()) -> str:
    """Return a text-search vector, as PostgreSQL writes one, of ``(weight, text)`` parts; ``"A"`` weighs most.

    ``labels`` are found by :func:`label` only, never by words.
    """
    places: dict[str, list[str]] = {}
    offset = 0
    for weight, text in parts:
        offset = _add(places, text, weight if weight in "ABC" else "", offset)
    lexemes = [f"'{lexeme}':{','.join(where)}" for lexeme, where in places.items()]
    return " ".join([*lexemes, *(f"'{one}'" for one in labels)])


def label(kind: str, value: object) -> str:
    """Return a lexeme no text can hold, for a fact that rows are narrowed to by the same index as by words."""
    return f"={kind}{value}"


def _add(places: dict[str, list[str]], text: str, weight: str, offset: int) -> int:
    words = list(words_of(text))

    def put(lexeme: str, place: int) -> None:
        where = places.get(lexeme)
        if where is None:
            if len(places) < _MOST_LEXEMES:
                places[lexeme] = [f"{min(offset + place, _LAST_POSITION)}{weight}"]
        elif len(where) < _MOST_POSITIONS:
            where.append(f"{min(offset + place, _LAST_POSITION)}{weight}")

    for place, word in enumerate(words, start=1):
        for lexeme in readings(word.form):
            put(lexeme, place)
    for join in joins(text, words):
        for lexeme in readings(join.form):
            put(lexeme, join.first + 1)
    return offset + len(words) + _PART_GAP
