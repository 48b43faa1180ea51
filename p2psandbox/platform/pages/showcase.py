"""Sections that higher apps add to a page of a lower one: a company's stories on the company's page.

The page's app asks; whoever has something to show has registered a function for it when the apps were ready.
Imports keep running one way.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise

from p2psandbox.platform.permissions import Actor


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a page: its heading, the template of its body with that template's context, a link to all of it."""

    title: str | Promise
    template: str
    context: Mapping[str, Any] = field(default_factory=dict)
    more_url: str = ""
    more_label: str | Promise = ""


@dataclass(frozen=True, slots=True)
class Act:
    """A button at the top of a page: what it says, its icon, where it leads."""

    label: str | Promise
    icon: str
    url: str


#: Returns what this actor may do about a thing, or ``None``.
ActProvider = Callable[[Actor, Any], Act | None]

_acts: dict[str, list[ActProvider]] = {}


def register_act(page: str, provider: ActProvider) -> None:
    """Add a button to the page of that name (``person``)."""
    _acts.setdefault(page, []).append(provider)


def acts(page: str, actor: Actor, thing: Any) -> list[Act]:
    """Return the buttons there are for this actor."""
    found = (provider(actor, thing) for provider in _acts.get(page, []))
    return [act for act in found if act is not None]


#: Returns a section about a thing as this actor may see it, or ``None`` for nothing to show.
Provider = Callable[[Actor, Any], Section | None]

_providers: dict[str, list[tuple[int, Provider]]] = {}


def register(page: str, provider: Provider, *, position: int) -> None:
    """Add a provider to a page (``organization``, ``person``, ``use_case``); lower positions come first."""
    entries = _providers.setdefault(page, [])
    entries.append((position, provider))
    entries.sort(key=lambda entry: entry[0])


def sections(page: str, actor: Actor, thing: Any) -> list[Section]:
    """Return what there is to show, in order."""
    found = (provider(actor, thing) for _position, provider in _providers.get(page, []))
    return [section for section in found if section is not None]
