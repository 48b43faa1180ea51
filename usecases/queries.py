"""Reading stories: one story ready to show, lists with filters, what waits for somebody."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from django.core.cache import cache
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django_countries import countries

from organizations.models import Industry, Organization
from p2psandbox.platform.errors import NotFound, Unavailable
from p2psandbox.platform.permissions import Actor, Permission, allows, require
from usecases import search
from usecases.access import Can, can, for_act, visible
from usecases.actions.drafts import contact_of, working_copy
from usecases.content import Contact, Content, of_revision, technology_key
from usecases.documents import UseCaseRevision
from usecases.models import (
    Category,
    Status,
    UseCase,
    UseCaseBookmark,
    UseCaseLike,
    UseCaseTransition,
    Visibility,
    WorkingStatus,
)

#: How long the choices of the filters may lag behind, in seconds.
FACETS_SECONDS = 120

ORDERINGS = {
    "-published_at": (F("published_at").desc(nulls_last=True), "-id"),
    "published_at": (F("published_at").asc(nulls_last=True), "id"),
    "-views": ("-view_count", "-id"),
    "-likes": ("-like_count", "-id"),
    "title": ("title", "id"),
    "-updated_at": ("-updated_at", "-id"),
}


@dataclass(frozen=True, slots=True)
class Story:
    """One story as one reader may see it.

    ``shown`` carries the columns that go with the content shown: the row itself, or those of the working copy.
    ``content`` is fetched on demand (:meth:`text`), because a cached page does without.
    """

    row: UseCase
    shown: Any
    can: Can
    working: bool
    revision_id: UUID
    liked: bool = False
    bookmarked: bool = False
    contact: Contact | None = None
    content: Content | None = None

    def text(self) -> Content:
        """Return what the story says. Raises ``Unavailable`` when the library is down."""
        return self.content or fetch_content(self.revision_id)


def read(actor: Actor, use_case_id: UUID, *, working: bool = False) -> Story:
    """Return one story for this actor. Raises ``NotFound`` when they may not know of it.

    Readers get the published version; ``working`` asks for the working copy instead, which only those who may
    edit or approve it get. An unpublished story always shows its working copy.
    """
    row = visible(actor, use_case_id)
    rights = can(actor, row)
    if working and not (row.has_working_copy and rights.see_history):
        raise NotFound
    shows_draft = working or not row.is_published
    revision_id = row.working_revision_id if shows_draft else row.revision_id
    assert revision_id is not None  # every row is made with one
    content = fetch_content(revision_id) if working else None
    liked, kept = _mine(actor, row)
    return Story(
        row=row,
        shown=SimpleNamespace(**content.columns(), published_at=row.published_at) if content else row,
        can=rights,
        working=working,
        revision_id=revision_id,
        liked=liked,
        bookmarked=kept,
        contact=contact_of(row, working=shows_draft) if rights.see_contact else None,
        content=content,
    )


def fetch_content(revision_id: UUID) -> Content:
    """Return what a revision says; ``Unavailable`` when the library is down or has lost it."""
    try:
        return of_revision(UseCaseRevision.get(revision_id))
    except LookupError as error:
        raise Unavailable from error


def _mine(actor: Actor, row: UseCase) -> tuple[bool, bool]:
    """Say whether the actor likes the story and whether they keep it, in one query."""
    if actor.id is None or not allows(actor, Permission.READ_MEMBERS_AREA):
        return False, False
    liked = UseCaseLike.objects.filter(use_case=OuterRef("pk"), user_id=actor.id)
    kept = UseCaseBookmark.objects.filter(use_case=OuterRef("pk"), user_id=actor.id)
    found = UseCase.objects.filter(pk=row.pk).values_list(Exists(liked), Exists(kept)).first()
    return found or (False, False)


def history(actor: Actor, use_case_id: UUID) -> list[UseCaseTransition]:
    """Return a story's steps, oldest first, for those who may edit or approve it."""
    row = for_act(actor, use_case_id, Permission.EDIT_USE_CASE)
    return steps(row)


def steps(row: UseCase) -> list[UseCaseTransition]:
    """Return a story's steps, oldest first; callers must have asked ``can(...).see_history``."""
    return list(UseCaseTransition.objects.filter(use_case=row).select_related("by__organization"))


@dataclass(frozen=True, slots=True)
class Editing:
    """A story as its writer has it open."""

    row: UseCase
    content: Content
    contact: Contact


def editing(actor: Actor, use_case_id: UUID) -> Editing:
    """Return a story's working copy for somebody who may edit it."""
    row = for_act(actor, use_case_id, Permission.EDIT_USE_CASE)
    edit = working_copy(row)
    return Editing(row, edit.content, edit.contact)


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


@dataclass(frozen=True, slots=True)
class Facets:
    """The choices a reader's filters offer: (value, words) each, only what leads somewhere."""

    industries: list[tuple[str, str]] = field(default_factory=list)
    categories: list[tuple[str, str]] = field(default_factory=list)
    countries: list[tuple[str, str]] = field(default_factory=list)
    technologies: list[str] = field(default_factory=list)
    organizations: list[tuple[str, str]] = field(default_factory=list)


def facets(actor: Actor) -> Facets:
    """Return what published stories can be filtered by, for this kind of reader."""
    members = allows(actor, Permission.READ_MEMBERS_AREA)
    key = f"usecases:facets:{int(members)}"
    found: dict[str, Any] | None = cache.get(key)
    if found is None:
        found = _facets(members)
        cache.set(key, found, FACETS_SECONDS)
    industries, categories, places = dict(Industry.choices), dict(Category.choices), dict(countries)
    return Facets(
        industries=_named(found["industry"], industries),
        categories=_named(found["category"], categories),
        countries=_named(found["country"], places),
        technologies=found["technologies"],
        organizations=found["organizations"],
    )


def _named(values: Iterable[str], names: dict[Any, Any]) -> list[tuple[str, str]]:
    return sorted(((value, str(names[value])) for value in values if value in names), key=lambda pair: pair[1])


def _facets(members: bool) -> dict[str, Any]:
    rows = UseCase.objects.alive().filter(status=Status.PUBLISHED)
    if not members:
        rows = rows.filter(visibility=Visibility.PUBLIC)
    found: dict[str, Any] = {"industry": set(), "category": set(), "country": set()}
    technologies: dict[str, list[Any]] = {}
    for industry, category, country, names in rows.values_list("industry", "category", "country", "technologies"):
        found["industry"].add(industry)
        found["category"].add(category)
        found["country"].add(country)
        for name in names:
            technologies.setdefault(technology_key(name), [0, name])[0] += 1
    most = sorted(technologies.values(), key=lambda entry: (-entry[0], entry[1]))[:100]
    companies = Organization.objects.filter(pk__in=rows.values("organization_id")).order_by("name")[:500]
    found["technologies"] = [name for _count, name in most]
    found["organizations"] = list(companies.values_list("slug", "name"))
    return found


def review_queue(actor: Actor) -> QuerySet[UseCase]:
    """Return the stories of the actor's organization that wait for sign-off, the longest waiting first."""
    require(actor, Permission.APPROVE_USE_CASE)
    rows = UseCase.objects.visible_to(actor).lean().select_related("organization", "author")
    if not actor.is_moderator:
        rows = rows.filter(organization_id=actor.organization_id)
    waiting = rows.filter(Q(status=Status.IN_REVIEW) | Q(working_status=WorkingStatus.IN_REVIEW))
    ordered: QuerySet[UseCase] = waiting.order_by("submitted_at", "id")
    return ordered


@dataclass(frozen=True, slots=True)
class Waiting:
    """What of the library waits for one person, for the home page."""

    to_review: list[UseCase]
    sent_back: list[UseCase]
    drafts: list[UseCase]


def waiting_for(actor: Actor, *, most: int = 5) -> Waiting:
    """Return stories to sign off, own ones sent back, and own drafts: at most ``most`` of each, two queries."""
    if actor.id is None or not allows(actor, Permission.WRITE_USE_CASE):
        return Waiting([], [], [])
    signs = not actor.is_moderator and allows(actor, Permission.APPROVE_USE_CASE)
    to_review = list(review_queue(actor)[:most]) if signs else []
    own = UseCase.objects.alive().lean().select_related("organization").filter(author_id=actor.id)
    own = own.filter(Q(status=Status.DRAFT) | Q(working_status=WorkingStatus.DRAFT))
    drafts = list(own.order_by("-updated_at")[: 2 * most])
    back = [row for row in drafts if row.submitted_revision_id is not None]
    return Waiting(to_review, back[:most], [row for row in drafts if row not in back][:most])
