"""Plain text as HTML: addresses can be followed, everything else is what it says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape

from django.utils.safestring import SafeString, mark_safe

#: Nothing but these two schemes becomes a link.
_ADDRESS = re.compile(r"https?://[^\s<>\"'`{}|\\^\[\]]{3,2000}", re.IGNORECASE)
#: What closes a sentence after an address is not part of it.
_AFTER = ".,;:!?…،؛؟"


def linked(text: str) -> SafeString:
    """Return a text as HTML with its web addresses as links; line breaks are left to the style sheet."""
    return mark_safe("".join(_pieces(text)))  # noqa: S308 -- escaped piece by piece


def _pieces(text: str) -> Iterator[str]:
    place = 0
    for match in _ADDRESS.finditer(text):
        address = _trimmed(match[0])
        yield escape(text[place : match.start()])
        yield f'<a href="{escape(address)}" rel="nofollow noopener" dir="ltr">{escape(address)}</a>'
        place = match.start() + len(address)
    yield escape(text[place:])


def _trimmed(address: str) -> str:
    """Return an address without what closes the sentence or the bracket around it."""
    end = len(address)
    closing, opening = address.count(")"), address.count("(")
    while end > len("https://"):
        last = address[end - 1]
        if last == ")" and closing > opening:
            closing -= 1
        elif last not in _AFTER:
            break
        end -= 1
    return address[:end]
