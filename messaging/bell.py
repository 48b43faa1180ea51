"""The bell of the page frame, with how many notifications wait, and the mark of waiting messages in the rail."""

from __future__ import annotations

from functools import lru_cache

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from p2psandbox.platform.pages.pattern import squeezed

#: From here on the bell only says that it is many.
MANY = 100


def bell(count: int) -> SafeString:
    """Return the bell's link, rendered once for each number in each language."""
    return _drawn("messaging/bell.html", count)


def message_mark(count: int) -> SafeString:
    """Return what stands beside "Messages" in the rail, rendered once for each number in each language."""
    return _drawn("messaging/message_mark.html", count)


def _drawn(template: str, count: int) -> SafeString:
    draw = _draw.__wrapped__ if settings.DEBUG else _draw
    return draw(template, get_language(), min(count, MANY))


@lru_cache(maxsize=8 * MANY)
def _draw(template: str, language: str | None, count: int) -> SafeString:
    shown = {"count": count, "text": str(count) if count < MANY else f"{MANY - 1}+"}
    return mark_safe(squeezed(render_to_string(template, shown)))  # noqa: S308 -- our own templates
