"""Lists of stories, narrowed and ordered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from p2psandbox.platform.permissions import Actor
from usecases import search
from usecases.content import technology_key
from usecases.models import (
    Status,
    UseCase,
    UseCaseBookmark,
)
from usecases.queries.outcomes import outcome_filter

ORDERINGS = {
    "-published_at": (F("published_at").desc(nulls_last=True), "-id"),
    "published_at": (F("published_at").asc(nulls_last=True), "id"),
    "-views": ("-view_count", "-id"),
    "-likes": ("-like_count", "-id"),
    "title": ("title", "id"),
    "-updated_at": ("-updated_at", "-id"),
}


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list is narrowed to. Empty means: everything published that the actor may see."""

    search: str = ""
    industry: str = ""
    technology: tuple[str, ...] = ()
    category: str = ""
    country: str = ""
    city: str = ""
    organization: str = ""
    status: str = ""
    featured: bool | None = None
    mine: bool = False
    bookmarked: bool = False
    ordering: str = ""
    outcome: str = ""


def listing(actor: Actor, filters: Filters) -> QuerySet[UseCase]:
    """Return the stories that match, ready for cards.

    Without ``status`` or ``mine`` these are published ones; with them also the unpublished ones the actor may
    know of. ``organization`` takes an id or a slug.
    """
    rows = UseCase.objects.visible_to(actor).lean().select_related("organization")
    if filters.status:
        rows = rows.filter(status=filters.status)
    elif not filters.mine:
        rows = rows.filter(status=Status.PUBLISHED)
    rows = _personal(rows, actor, filters)
    exact = {name: getattr(filters, name) for name in ("industry", "category", "country")}
    rows = rows.filter(**{name: value for name, value in exact.items() if value})
    if filters.city:
        rows = rows.filter(city__iexact=filters.city)
    if filters.technology:
        rows = rows.filter(technology_keys__contains=[technology_key(name) for name in filters.technology])
    if filters.organization:
        rows = rows.filter(_organization(filters.organization))
    if filters.featured is not None:
        rows = rows.filter(featured_at__isnull=not filters.featured)
    if filters.outcome:
        rows = rows.filter(outcome_filter(filters.outcome).condition)
    if filters.search:
        rows = rows.filter(search.matching(filters.search))
    own = filters.mine or filters.status not in ("", Status.PUBLISHED)
    ordering = filters.ordering or ("-updated_at" if own else "-published_at")
    by = ORDERINGS[ordering]
    if ordering.endswith("published_at") and not own:
        by = (ordering, "-id" if ordering.startswith("-") else "id")  # none is null: the index serves this order
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
