"""What was found, shown: the part of a text where the words stand, with nothing in it but text and ``<mark>``."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import NamedTuple

from django.utils.safestring import SafeString, mark_safe

from p2psandbox.platform.search.lexemes import joins, readings
from p2psandbox.platform.search.query import Wanted
from p2psandbox.platform.search.words import words_of

#: Characters of a snippet, and of the text before its first match.
SNIPPET = 220
_BEFORE = 60
#: Characters of a text that are looked through: what stands further on is found, but not shown.
_LOOKED_THROUGH = 20_000


class Hit(NamedTuple):
    """A place in a text that was searched for."""

    start: int
    end: int
    form: str


def hits(text: str, wanted: Wanted) -> Iterator[Hit]:
    """Return the places in ``text`` that a query meant, in order, none overlapping another."""
    words = list(words_of(text))
    found = [Hit(word.start, word.end, word.form) for word in words if _meant(word.form, wanted)]
    tied = [join for join in joins(text, words) if _meant(join.form, wanted)]
    found += [Hit(words[join.first].start, words[join.last].end, join.form) for join in tied]
    end = -1
    for hit in sorted(found, key=lambda one: (one.start, -one.end)):
        if hit.start >= end:
            yield hit
            end = hit.end
        elif hit.end > end:  # pairs of characters in scripts without spaces
            yield Hit(end, hit.end, hit.form)
            end = hit.end


def _meant(form: str, wanted: Wanted) -> bool:
    if wanted.prefix and form.startswith(wanted.prefix):
        return True
    return not wanted.lexemes.isdisjoint(readings(form))


def mentions(text: str, wanted: Wanted) -> bool:
    """Say whether anything in ``text`` is meant."""
    return next(hits(text, wanted), None) is not None


def marked(text: str, wanted: Wanted) -> SafeString:
    """Return all of ``text`` as HTML, with ``<mark>`` around what was meant and everything else escaped."""
    return _html(text, 0, len(text), list(hits(text, wanted)))


def snippet(text: str, wanted: Wanted, length: int = SNIPPET) -> SafeString:
    """Return the part of ``text`` that holds most of what was meant, on one line, as :func:`marked` does.

    Where nothing of it is found (the title was), the beginning is returned.
    """
    text = " ".join(text[:_LOOKED_THROUGH].split())
    found = list(hits(text, wanted))
    start = _best_start(found, length)
    start = _word_start(text, max(0, start - _BEFORE)) if start > _BEFORE else 0
    end = min(len(text), start + length)
    if end < len(text):
        end = max(text.rfind(" ", start + length // 2, end), start + 1) if " " in text[start:end] else end
    shown = _html(text, start, end, found)
    before, after = "… " if start else "", " …" if end < len(text) else ""
    return mark_safe(f"{before}{shown}{after}")  # noqa: S308 -- escaped piece by piece in _html


def _best_start(found: list[Hit], length: int) -> int:
    """Return where the window with the most different words begins; the first one of several."""
    best, most = 0, (0, 0)
    for place, hit in enumerate(found[:200]):
        inside = [one.form for one in found[place : place + 40] if one.end <= hit.start + length - _BEFORE]
        count = (len(set(inside)), min(len(inside), 4))
        if count > most:
            best, most = hit.start, count
    return best


def _word_start(text: str, place: int) -> int:
    space = text.find(" ", place, place + 30)
    return space + 1 if space >= 0 else place


def _html(text: str, start: int, end: int, found: list[Hit]) -> SafeString:
    pieces: list[str] = []
    place = start
    for hit in found:
        if hit.start < place or hit.end > end:
            continue
        pieces += [escape(text[place : hit.start]), "<mark>", escape(text[hit.start : hit.end]), "</mark>"]
        place = hit.end
    return mark_safe("".join([*pieces, escape(text[place:end])]))  # noqa: S308 -- escaped piece by piece
