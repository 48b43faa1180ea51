"""Lists of topics and what they are narrowed to."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, F, Q, Value, Window
from django.utils.translation import gettext as _

from forums.models import Category, SearchEntry, Topic, TopicQuerySet, TopicReader
from p2psandbox.platform import cachetags, search
from p2psandbox.platform.errors import Invalid, NotFound
from p2psandbox.platform.permissions import Actor, Permission, allows, require

#: Orders a list may have, with the index that serves each.
ORDERINGS: dict[str, tuple[str, ...]] = {
    "-last_post_at": ("-last_post_at", "-id"),
    "-created_at": ("-created_at", "-id"),
    "-views": ("-view_count", "-id"),
    "-likes": ("-like_count", "-id"),
}
TOPICS_PER_PAGE = 20
#: Rows from which on a page is found by its ids first.
_FAR = 100
#: Of a narrowed list, the first so many are kept in their order, for so many seconds at most: views and likes, which
#: write no topic, count from then on.
_KEPT, _KEPT_FOR = 500, 60
_HEAVY = ("organization__description", "author__organization__description", "author__bio", "author__password")


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicFilters:
    """What a list is narrowed to; everything combines. ``tag`` is in stored spelling."""

    category: UUID | None = None
    tag: str = ""
    author: UUID | None = None
    answered: bool | None = None
    mine: bool = False
    bookmarked: bool = False
    search: str = ""
    ordering: str = "-last_post_at"

    @property
    def is_plain(self) -> bool:
        """Nothing but a category is chosen, so pinned topics come first and counters know the count."""
        narrowed = self.tag or self.author or self.answered is not None or self.mine or self.bookmarked or self.search
        return not narrowed and self.ordering == "-last_post_at"

    @property
    def is_personal(self) -> bool:
        """Everybody finds something else under the same filters."""
        return self.mine or self.bookmarked


@dataclass(frozen=True, slots=True)
class TopicList:
    """One numbered page of topics; ``count`` is of all that match."""

    topics: list[Topic]
    count: int
    number: int
    size: int

    @property
    def pages(self) -> int:
        return max(1, math.ceil(self.count / self.size))


def categories(actor: Actor) -> list[Category]:
    """Return all categories in their order. Raises ``NotSignedIn``, ``NotVerified``."""
    require(actor, Permission.READ_MEMBERS_AREA)
    return list(Category.objects.all())


def topics(actor: Actor, filters: TopicFilters) -> TopicQuerySet:
    """Return the topics that match, in order, with category, author and company.

    Raises ``NotSignedIn``, ``NotVerified``.
    """
    require(actor, Permission.READ_MEMBERS_AREA)
    found = _cards(actor).filter(_conditions(actor, filters))
    order = ORDERINGS[filters.ordering]
    if filters.is_plain:
        return found.order_by(F("pinned_at").desc(nulls_last=True), *order)  # type: ignore[return-value]
    return found.order_by(*order)  # type: ignore[return-value]  # stubs lose the class


def _cards(actor: Actor) -> TopicQuerySet:
    standing: TopicQuerySet = Topic.objects.visible_to(actor).alive()
    return standing.select_related("category", "organization", "author__organization").defer(*_HEAVY)


def _conditions(actor: Actor, filters: TopicFilters) -> Q:
    wanted = Q()
    if filters.category is not None:
        wanted &= Q(category_id=filters.category)
    if filters.tag:
        wanted &= Q(tags__contains=[filters.tag])
    if filters.author is not None:
        wanted &= Q(author_id=filters.author)
    if filters.answered is not None:
        wanted &= Q(best_answer__isnull=not filters.answered)
    if filters.mine:
        wanted &= Q(author_id=actor.id)
    if filters.bookmarked and actor.id is not None:
        wanted &= Q(pk__in=TopicReader.objects.filter(user_id=actor.id, bookmarked_at__isnull=False).values("topic_id"))
    if filters.search:
        wanted &= _asking(filters.search)
    return wanted


def _asking(words: str) -> Q:
    """Topics whose title, tags or question hold these words."""
    query = search.understand(words)
    found = SearchEntry.objects.questions()
    found = found.filter(vector=search.RawQuery(query.tsquery)) if query else found.none()
    return Q(pk__in=found.values("topic"))


def category_id(actor: Actor, name: str) -> UUID:
    """Return the category with this slug or id. Raises ``Invalid`` (category), and like :func:`categories`."""
    found = next((one.pk for one in categories(actor) if name in (one.slug, str(one.pk))), None)
    if found is None:
        raise Invalid({"category": _("Choose one of the categories.")})
    return found


class TopicSequence:
    """The topics that match as a sequence: its length is counted once, a slice reads only its own rows.

    How a narrowed list begins is kept until anybody writes: people turn pages and come back from what they read.
    """

    def __init__(self, actor: Actor, filters: TopicFilters) -> None:
        self.found = topics(actor, filters)
        self.actor, self.filters = actor, filters
        self._length: int | None = None
        self._first: list[UUID] | None = None
        if not (filters.is_plain or filters.is_personal):
            self._length, self._first = _beginning(actor, filters, self.found)

    def __len__(self) -> int:
        if self._length is None:
            self._length = _plain_count(self.filters) if self.filters.is_plain else self.found.count()
        return self._length

    def __getitem__(self, part: slice) -> list[Topic]:
        if self._first is not None and (part.stop <= len(self._first) or len(self) <= len(self._first)):
            rows = {topic.pk: topic for topic in _cards(self.actor).filter(pk__in=self._first[part])}
            return [rows[pk] for pk in self._first[part] if pk in rows]
        if part.start < _FAR:
            return list(self.found[part])
        # Far down, the ids come from the index alone and only this page's rows are joined to people.
        return list(self.found.filter(pk__in=list(self.found.values_list("pk", flat=True)[part])))


def _beginning(actor: Actor, filters: TopicFilters, found: TopicQuerySet) -> tuple[int, list[UUID]]:
    """Return how many topics match, and the first of them in order."""
    eyes = "all" if allows(actor, Permission.MODERATE_FORUMS) else "standing"
    asked = hashlib.blake2b(repr(filters).encode(), digest_size=16).hexdigest()
    counted = found.annotate(matches=Window(Count(Value(1)))).values_list("matches", "pk")

    def look() -> tuple[int, list[UUID]]:
        rows = list(counted[:_KEPT])
        return (rows[0][0] if rows else 0), [pk for _matches, pk in rows]

    return cachetags.cached(f"forums:topics:{eyes}:{asked}", make=look, tags=("forums",), seconds=_KEPT_FOR)


def topic_list(actor: Actor, filters: TopicFilters, *, page: int = 1, size: int = TOPICS_PER_PAGE) -> TopicList:
    """Return one page of the topics that match: two queries at most, no bodies (three far down).

    Raises ``NotSignedIn``, ``NotVerified``, and ``NotFound`` for a page beyond the last.
    """
    found = TopicSequence(actor, filters)
    start = (page - 1) * size
    if page < 1 or (page > 1 and start >= len(found)):
        raise NotFound
    return TopicList(found[start : start + size], len(found), page, size)


def unread_of(actor: Actor, topics: Iterable[Topic]) -> set[UUID]:
    """Return which of these topics the actor has opened before and not read to the end. One query."""
    last = {topic.pk: topic.last_number for topic in topics}
    if actor.id is None or not last:
        return set()
    readers = TopicReader.objects.filter(user_id=actor.id, topic_id__in=last, read_number__gt=0)
    return {topic for topic, read in readers.values_list("topic_id", "read_number") if read < last[topic]}


def _plain_count(filters: TopicFilters) -> int:
    chosen = Category.objects.all()
    if filters.category is not None:
        chosen = chosen.filter(pk=filters.category)
    return sum(chosen.values_list("topic_count", flat=True))
