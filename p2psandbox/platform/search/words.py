"""A text as words: where each stands, and the one spelling all its spellings come down to.

Text and query go through the same functions, so that whatever is written can be found as anybody types it:
capitals, accents, Arabic diacritics and letter forms, and digits of any script make no difference.
"""

from __future__ import annotations

import functools
import re
import sys
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

#: Longest form of a word that is kept; what is longer is cut.
LONGEST = 48


class Word(NamedTuple):
    """A word of a text: its place in the text and its folded form."""

    start: int
    end: int
    form: str


def _ranges(codes: list[int]) -> str:
    """Return these characters as the inside of a character class."""
    found: list[list[int]] = []
    for code in codes:
        if found and code == found[-1][1] + 1:
            found[-1][1] = code
        else:
            found.append([code, code])
    return "".join(f"\\U{first:08x}-\\U{last:08x}" for first, last in found)


#: Marks that belong to the letter before them: without these a word would end there.
_MARKS = _ranges([code for code in range(0x300, 0x10000) if unicodedata.category(chr(code))[0] == "M"])
_APOSTROPHES = "'’ʼ`´"
#: Said by nobody: soft hyphen, joiners, direction marks.
_SILENT = "\u00ad\u200b-\u200f\u2060"
_WORD = re.compile(rf"[^\W_](?:[^\W_]|[{_MARKS}{_SILENT}]|[{_APOSTROPHES}](?=[^\W\d_]))*")
_POSSESSIVE = re.compile(rf"[{_APOSTROPHES}]s$")
#: Scripts that put no space between words: looked up by pairs of characters.
_UNSPACED = re.compile("[\u0e00-\u0eff\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")

#: Letters that decomposing leaves as they are.
_LETTERS = {
    **str.maketrans("øłđħıŧŋ", "oldhitn"),
    **{ord(one): two for one, two in (("æ", "ae"), ("œ", "oe"), ("þ", "th"), ("ð", "d"))},
    # Arabic: alef maksura, taa marbuta, and the Persian forms of yeh and kaf.
    0x649: "\u064a",
    0x629: "\u0647",
    0x6CC: "\u064a",
    0x6A9: "\u0643",
    0x671: "\u0627",
    0x640: None,
}
#: Accents of Latin, Greek and Cyrillic, Hebrew points, Arabic vowels and hamza. In other scripts marks are letters.
_ACCENTS = (
    *range(0x300, 0x370), *range(0x483, 0x488), *range(0x591, 0x5C8), *range(0x610, 0x61B),
    *range(0x64B, 0x660), 0x670, *range(0x6D6, 0x6EE),
)  # fmt: skip
_FOLDED = {**_LETTERS, **dict.fromkeys(_ACCENTS)}


def words_of(text: str) -> Iterator[Word]:
    """Return the words of a text in order; of scripts without spaces, overlapping pairs of characters."""
    for match in _WORD.finditer(text):
        raw = match[0]
        if not raw.isascii() and _UNSPACED.search(raw):
            yield from _pairs(raw, match.start())
        elif form := fold(raw):
            yield Word(match.start(), match.end(), form)


def _pairs(raw: str, start: int) -> Iterator[Word]:
    for place in range(max(1, len(raw) - 1)):
        if form := fold(raw[place : place + 2]):
            yield Word(start + place, start + min(place + 2, len(raw)), form)


@functools.lru_cache(maxsize=2**16)
def fold(word: str) -> str:
    """Return the form a word is stored and looked up in: ``Müller's`` → ``muller``, ``٣١٤`` → ``314``."""
    word = _POSSESSIVE.sub("", word.casefold())
    if not word.isascii():
        word = unicodedata.normalize("NFKD", word).casefold().translate(_FOLDED)
        word = unicodedata.normalize("NFC", "".join(map(_digit, word)))
    return sys.intern("".join(one for one in word if one.isalnum() or unicodedata.category(one)[0] == "M")[:LONGEST])


def _digit(one: str) -> str:
    return str(unicodedata.decimal(one, one))
