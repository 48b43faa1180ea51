"""Every route of the project, read from the URL configuration."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib.admindocs.utils import replace_named_groups
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RegexPattern

_CONVERTER = re.compile(r"<(?:[^:>]+:)?(\w+)>")


@dataclass(frozen=True, slots=True)
class Route:
    """One URL pattern: its address as the table writes it, its name, its view."""

    path: str
    name: str
    view: Callable[..., Any]

    def __str__(self) -> str:
        words = f"{self.view.__module__}.{getattr(self.view, '__qualname__', self.view)}"
        return f"{self.path}  (name {self.name!r}, view {words})"


def routes() -> list[Route]:
    """Return every URL pattern, those too that an earlier one of the same address stands before."""
    return list(_under(get_resolver(), "", ""))


def _under(resolver: URLResolver, path: str, name: str) -> Iterator[Route]:
    for entry in resolver.url_patterns:
        here = path + _readable(entry)
        if isinstance(entry, URLResolver):
            yield from _under(entry, here, f"{name}{entry.namespace}:" if entry.namespace else name)
        else:
            yield Route(f"/{here}", f"{name}{entry.name or ''}", entry.callback)


def _readable(entry: URLPattern | URLResolver) -> str:
    """Return a pattern with ``<name>`` for each variable."""
    text = str(entry.pattern)
    if isinstance(entry.pattern, RegexPattern):
        return replace_named_groups(text.removeprefix("^").removesuffix("$")).replace("\\", "")
    return _CONVERTER.sub(r"<\1>", text)
