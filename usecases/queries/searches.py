"""Saved searches: their filters as they are kept, and as the address they lead to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse

from p2psandbox.platform.errors import NotFound
from p2psandbox.platform.permissions import Actor, Permission, require
from p2psandbox.platform.places.radius import Point
from usecases.models import SavedSearch
from usecases.queries.listing import Filters
from usecases.queries.nearby import Near

#: Filters of one's own things and the order: not part of what new stories are compared with.
_LEFT_OUT = ("mine", "bookmarked", "status", "ordering", "drafts")


def kept(filters: Filters) -> dict[str, Any]:
    """Return filters as a saved search keeps them; empty when they narrow nothing."""
    names = [one.name for one in fields(Filters) if one.name not in (*_LEFT_OUT, "near", "technology")]
    found = {name: value for name in names if (value := getattr(filters, name)) not in ("", None)}
    if filters.technology:
        found["technology"] = list(filters.technology)
    if filters.near is not None:
        point = filters.near.point
        found["near"] = [point.latitude, point.longitude, filters.near.radius_km, filters.near.name]
    return found


def filters_of(stored: Mapping[str, Any]) -> Filters:
    """Return what :func:`kept` has kept; what is not known any more is left out."""
    known = {one.name for one in fields(Filters)} - {"near", "technology"}
    found = {name: value for name, value in stored.items() if name in known}
    if place := stored.get("near"):
        found["near"] = Near(Point(place[0], place[1]), place[2], place[3])
    return Filters(technology=tuple(stored.get("technology", ())), **found)


def query_of(stored: Mapping[str, Any]) -> str:
    """Return the query string of the list these filters lead to."""
    params = {name: value for name, value in stored.items() if name != "near"}
    if place := stored.get("near"):
        params |= {"near": place[3] or f"{place[0]},{place[1]}", "radius_km": f"{place[2]:g}"}
    return urlencode(params, doseq=True)


def address_of(stored: Mapping[str, Any]) -> str:
    """Return the address of the list these filters lead to."""
    return f"{reverse('usecases:list')}?{query_of(stored)}"


def saved_searches(actor: Actor) -> list[SavedSearch]:
    """Return a person's own saved searches by name."""
    require(actor, Permission.READ_MEMBERS_AREA)
    assert actor.id is not None  # visitors were refused
    return list(SavedSearch.objects.filter(user_id=actor.id))


def saved_search(actor: Actor, search_id: UUID) -> SavedSearch:
    """Return one of a person's own. Raises ``NotFound`` for all others."""
    require(actor, Permission.READ_MEMBERS_AREA)
    assert actor.id is not None  # visitors were refused
    row = SavedSearch.objects.filter(pk=search_id, user_id=actor.id).first()
    if row is None:
        raise NotFound
    return row
