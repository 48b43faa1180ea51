"""How names of places are compared: by their letters, whatever accents, hyphens or Arabic forms they carry."""

from __future__ import annotations

import re

from p2psandbox.platform.search.words import fold

#: Longest name that is kept or looked up, in characters.
LONGEST = 100
_GAPS = re.compile(r"[\s\-‐‑‒–—_/.,،;()]+")
#: Letters of Persian, Urdu, Kurdish and Uyghur that Arabic does not write.
_NOT_ARABIC = re.compile("[\u0671-\u06d3\u06d5\u06cc\u06a9]")
_ARABIC = re.compile("^[\u0621-\u0652\u0640 ]+$")
#: What has its own letters for the names of its places: these are kept, others are not typed here.
_KEPT = re.compile("^[\u0000-\u024f\u1e00-\u1eff\u2010-\u2019\u0600-\u06ff\u0750-\u077f\u200c\u200d ]+$")


def key_of(name: str) -> str:
    """Return the spelling that all spellings of a name come down to: ``Saint-Étienne`` → ``saint etienne``.

    Words are folded as search folds them (:func:`platform.search.words.fold`); what parts them becomes one space.
    """
    words = (fold(word) for word in _GAPS.split(name.replace("\x00", "")[:LONGEST]))
    return " ".join(word for word in words if word)


def is_arabic(name: str) -> bool:
    """Say whether a name is written in Arabic letters only, without those of other languages."""
    return bool(_ARABIC.match(name)) and not _NOT_ARABIC.search(name)


def is_kept(name: str) -> bool:
    """Say whether a name is written in Latin or Arabic letters: those two are looked up."""
    return bool(_KEPT.match(name))
