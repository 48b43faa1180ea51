"""Lists of stories, narrowed and ordered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from p2psandbox.platform.permissions import Actor
from p2psandbox.platform.places.queries import spellings
from p2psandbox.platform.places.radius import within
from usecases import search
from usecases.content import technology_key
from usecases.models import (
    Status,
    UseCase,
    UseCaseBookmark,
    UseCaseMetric,
)
from usecases.queries.nearby import Near
from usecases.queries.outcomes import outcome_filter

#: By distance takes a place to be near to; without one, the newest come first.
DISTANCE = "distance"
ORDERINGS = {
    "-published_at": (F("published_at").desc(nulls_last=True), "-id"),
    "published_at": (F("published_at").asc(nulls_last=True), "id"),
    "-views": ("-view_count", "-id"),
    "-likes": ("-like_count", "-id"),
    "title": ("title", "id"),
    "-updated_at": ("-updated_at", "-id"),
    DISTANCE: ("distance_km", "-id"),
}


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list is narrowed to. Empty means: everything published that the actor may see.

    ``measured`` is the key or the name of an outcome metric, ``organization`` an id or a slug. ``drafts`` adds the
    unpublished ones the actor may know of.
    """

    search: str = ""
    industry: str = ""
    technology: tuple[str, ...] = ()
    category: str = ""
    country: str = ""
    city: str = ""
    measured: str = ""
    budget_range: str = ""
    organization: str = ""
    status: str = ""
    featured: bool | None = None
    mine: bool = False
    bookmarked: bool = False
    near: Near | None = None
    ordering: str = ""
    outcome: str = ""
    drafts: bool = False


def listing(actor: Actor, filters: Filters) -> QuerySet[UseCase]:
    """Return the stories that match, ready for cards; near a place, each with its ``distance_km``.

    Without ``status`` or ``mine`` these are published ones; with them also the unpublished ones the actor may
    know of. Without an ordering, the best match comes first where words are searched for, else the newest.
    """
    rows = matches(actor, filters).lean().select_related("organization")
    return _ordered(rows, filters)


def matches(actor: Actor, filters: Filters) -> Any:
    """Return the stories that match, as they come."""
    rows = candidates(actor, filters)
    for condition in choices(filters).values():
        rows = rows.filter(condition)
    return rows


def candidates(actor: Actor, filters: Filters) -> Any:
    """Return the stories that match but for the facets (:func:`choices`)."""
    rows: Any = UseCase.objects.visible_to(actor)
    if filters.status:
        rows = rows.filter(status=filters.status)
    elif not (filters.mine or filters.drafts):
        rows = rows.filter(status=Status.PUBLISHED)
    rows = _personal(rows, actor, filters)
    if filters.city:
        rows = rows.filter(city_key__in=spellings(filters.city, filters.country))
    if filters.featured is not None:
        rows = rows.filter(featured_at__isnull=not filters.featured)
    if filters.outcome:
        rows = rows.filter(outcome_filter(filters.outcome).condition)
    if filters.search:
        rows = rows.filter(search.matching(filters.search))
    if filters.near is not None:
        rows = within(rows, filters.near.point, filters.near.radius_km)
    return rows


def choices(filters: Filters) -> dict[str, Q]:
    """Return the condition of each facet something is chosen in."""
    found = {name: Q(**{name: value}) for name in _EXACT if (value := getattr(filters, name))}
    if filters.technology:
        keys = [technology_key(name) for name in filters.technology]
        found["technology"] = Q(technology_keys__contains=keys)
    if filters.measured:
        named = Q(name__iexact=filters.measured) | Q(key=filters.measured)
        found["measured"] = Q(Exists(UseCaseMetric.objects.filter(named, use_case=OuterRef("pk"))))
    if filters.organization:
        found["organization"] = _organization(filters.organization)
    return found


_EXACT = ("industry", "category", "country", "budget_range")


def _ordered(rows: Any, filters: Filters) -> QuerySet[UseCase]:
    own = filters.mine or filters.drafts or filters.status not in ("", Status.PUBLISHED)
    wanted = filters.ordering
    if not wanted and filters.search and not own and (rank := search.rank(filters.search)) is not None:
        ranked: QuerySet[UseCase] = rows.order_by(rank.desc(), "-published_at", "-id")
        return ranked
    if wanted == DISTANCE and filters.near is None:
        wanted = ""
    wanted = wanted or ("-updated_at" if own else "-published_at")
    by = ORDERINGS[wanted]
    if wanted.endswith("published_at") and not own:
        by = (wanted, "-id" if wanted.startswith("-") else "id")  # none is null: the index serves this order
    ordered: QuerySet[UseCase] = rows.order_by(*by)
    return ordered


def _personal(rows: Any, actor: Actor, filters: Filters) -> Any:
    if (filters.bookmarked or filters.mine) and actor.id is None:
        return rows.none()
    if filters.bookmarked and actor.id is not None:
        kept = UseCaseBookmark.objects.filter(use_case=OuterRef("pk"), user_id=actor.id)
        rows = rows.filter(Exists(kept))
    if filters.mine:
        rows = rows.filter(author_id=actor.id)
    return rows


def _organization(value: str) -> Q:
    try:
        return Q(organization_id=UUID(value))
    except ValueError:
        return Q(organization__slug=value)
