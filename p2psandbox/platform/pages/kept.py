"""Parts of pages made of plain values alone: rendered once for the same values and kept in memory.

A row of a list or a card says the same to everybody who may see it. What is kept is named by its template, the
values themselves, language and time zone, so it can be neither stale nor somebody else's.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import get_current_timezone_name
from django.utils.translation import get_language

from p2psandbox.platform.pages.pattern import squeezed

#: Rows and cards of some 3 kB each, per process.
_KEPT = 4096


class _Name:
    """Names a part by everything it is made of; carries the values to the one time they are rendered."""

    __slots__ = ("_frozen", "_hash", "template", "values")

    def __init__(self, template: str, values: Mapping[str, Any]) -> None:
        self.template = template
        self.values = values
        self._frozen = (template, get_language(), get_current_timezone_name(), _frozen(values))
        self._hash = hash(self._frozen)

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Name) and self._frozen == other._frozen


def _frozen(value: Any) -> Any:
    """Return a hashable twin of plain values; numbers and their look-alikes stay apart (``1``, ``True``, ``1.0``)."""
    if isinstance(value, Mapping):
        return tuple((name, _frozen(part)) for name, part in value.items())
    if isinstance(value, list | tuple):
        return tuple(map(_frozen, value))
    if isinstance(value, Promise):
        return str(value)
    return type(value), value


def kept(template: str, **values: Any) -> SafeString:
    """Return ``template`` rendered with ``values``: dicts, lists and tuples of texts, numbers, dates and the like.

    Model instances do not belong here: they are equal when their keys are. Raises ``TypeError`` for values that
    cannot be hashed.
    """
    name = _Name(template, values)
    return _render(name) if not settings.DEBUG else render_to_string(template, dict(values))


@lru_cache(maxsize=_KEPT)
def _render(name: _Name) -> SafeString:
    text = mark_safe(squeezed(render_to_string(name.template, dict(name.values))))  # noqa: S308 -- a template's
    name.values = {}  # only the name is needed from now on
    return text
