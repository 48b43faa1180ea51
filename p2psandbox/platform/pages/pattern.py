"""A whole page rendered once with stand-ins where the reader's own parts go, then filled for each reader.

For the few pages people open all day: what a template engine does for a page is the same each time but for a
dozen places.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

_BREAKS = re.compile(r"\s*\n\s*")


def squeezed(html: str) -> str:
    """Return HTML of our own templates without their indentation: it is for readers of templates.

    Not for what people wrote, whose spaces may count.
    """
    return _BREAKS.sub("\n", html).strip()


class Pattern:
    """Text with named places. ``places`` are names and the texts that stand for them until it is filled."""

    def __init__(self, text: str, places: Mapping[str, str]) -> None:
        names = {stand_in: name for name, stand_in in places.items()}
        longest_first = sorted(names, key=len, reverse=True)
        pieces = re.split("(" + "|".join(map(re.escape, longest_first)) + ")", text)
        #: Every second piece is a place.
        self._pieces = pieces
        self._places = [(index, names[pieces[index]]) for index in range(1, len(pieces), 2)]

    @property
    def names(self) -> set[str]:
        """The places that stand in the text."""
        return {name for _index, name in self._places}

    def fill(self, values: Mapping[str, str]) -> str:
        """Return the text with each place filled as it is: escaping is the caller's. ``KeyError`` if one is missing."""
        pieces = self._pieces.copy()
        for index, name in self._places:
            pieces[index] = values[name]
        return "".join(pieces)
