"""What is left of a word without its endings: English by Snowball, Arabic by the light stemmer "light10".

``light10`` (Larkey, Ballesteros and Connell 2007) takes off articles and the commonest endings and leaves the
root alone, which finds more of what is meant than full stemming does.
"""

from __future__ import annotations

import functools
import re
import sys

import snowballstemmer  # type: ignore[import-untyped]  # ships no types

_english = snowballstemmer.stemmer("english")
_ARABIC = re.compile("[\u0620-\u064a]")
#: In folded spelling, as everything here.
_PREFIXES = ("وال", "بال", "كال", "فال", "لل", "ال")
_SUFFIXES = ("ها", "ان", "ات", "ون", "ين", "يه", "ه", "ي")
#: Shortest stem.
_SHORTEST_ARABIC = 3

#: Words that say nothing by themselves; they are not stored, and in a query only hold the place in a phrase.
_COMMON_ENGLISH = """
    a about above after again against all am an and any are as at be because been before being below between both
    but by can could did do does doing down during each few for from further had has have having he her here hers
    him his how i if in into is isnt it its itself just me more most my myself no nor not now of off on once only
    or other our ours out over own same she should so some such than that the their them then there these they
    this those through to too under until up very was wasnt we were what when where which while who whom why will
    with would you your yours cant dont doesnt didnt im ive thats theres whats anybody anyone
"""
_COMMON_ARABIC = """
    في من علي الي عن مع هذا هذه ذلك تلك التي الذي الذين ان انه انها كان كانت يكون ما ماذا لا لم لن هل و او ثم قد
    كل بعد قبل عند بين حتي اذا لكن هو هي هم نحن انا انت اي كيف لماذا متي اين هناك هنا ايضا منذ عليه عليها فيه فيها
    به بها له لها ولا وهو وهي وفي ومن
"""
COMMON = frozenset((_COMMON_ENGLISH + _COMMON_ARABIC).split())


@functools.lru_cache(maxsize=2**16)
def stem(form: str) -> str:
    """Return the stem of a folded word; the word itself where neither language applies."""
    if form.isascii():
        return sys.intern(_english.stemWord(form)) if form.isalpha() else form
    return sys.intern(_light10(form)) if _ARABIC.search(form) else form


def _light10(form: str) -> str:
    if len(form) > _SHORTEST_ARABIC and form[0] == "و" and form[1:3] != "ال":
        # "and" written together with the word; kept where the word itself begins with it and would be too short.
        form = form[1:] if len(form) > _SHORTEST_ARABIC + 1 else form
    for prefix in _PREFIXES:
        if form.startswith(prefix) and len(form) - len(prefix) >= _SHORTEST_ARABIC:
            form = form[len(prefix) :]
            break
    for suffix in _SUFFIXES:
        if form.endswith(suffix) and len(form) - len(suffix) >= _SHORTEST_ARABIC:
            form = form[: -len(suffix)]
    return form
