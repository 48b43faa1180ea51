"""A post's sanitised text as it is shown: what the stored text does not say because it depends on the page."""

from __future__ import annotations

import re

#: Links and pictures of sanitised HTML, in which quotes inside attributes are escaped.
_TAGS = re.compile(r'<a (?:[^>"]|"[^"]*")*>|</a>|<img src="(/files/[0-9a-f-]{36}/)[^"]*"(?:[^>"]|"[^"]*")*>')


def shown(html: str) -> str:
    """Return sanitised HTML with pictures that open in full when clicked: plain links."""
    inside = False
    parts: list[str] = []
    end = 0
    for found in _TAGS.finditer(html):
        parts.append(html[end : found.start()])
        end, tag = found.end(), found[0]
        if found[1] and not inside:
            tag = f'<a class="picture" href="{found[1]}">{tag}</a>'
        elif not found[1]:
            inside = tag != "</a>"
        parts.append(tag)
    return "".join(parts) + html[end:]
