"""Finding posts by words: which are looked at, in what order, and how they are shown.

A word may stand in half of all posts, so never are all matches ranked, only the newest of each kind: those with the
words in title or tags, other questions, replies. A count beyond is "more than". See docs/decisions/0015-search.md.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from itertools import takewhile
from typing import Any
from uuid import UUID

from django.core.cache import cache
from django.db.models import Case, ExpressionWrapper, F, FloatField, Q, QuerySet, Value, When, Window
from django.db.models.functions import Extract, Ln, Now, Power, RowNumber
from django.utils.safestring import SafeString

from forums import indexing
from forums.documents import PostRevision
from forums.models import Post, SearchEntry, SearchEntryQuerySet
from p2psandbox.platform import cachetags, search
from p2psandbox.platform.errors import NotFound, Unavailable
from p2psandbox.platform.permissions import Actor, Permission, allows, require

#: Most topics by title or tags, most questions and most replies that are ranked for one query.
HEADS, QUESTIONS, REPLIES = 250, 150, 150
#: Most hits of any search; further ones are only told of.
MOST = 500
#: More of a kind than this match: then only so many of its newest (or oldest) are looked through, and where that window
#: ends is known for so many seconds.
_MANY, _WINDOW, _WINDOW_FOR = 3_000, 20_000, 300
#: Seconds for which what was found is kept at most; likes, which write no post, count from then on.
_FOUND_FOR = 60
HITS_PER_PAGE = 20

#: What a post's words count for is multiplied by these: the best answer, any post of an answered topic, each e-fold
#: of likes, a post of today (half of it after a year), and each further post of a topic that is in the list already.
_BEST_ANSWER, _ANSWERED, _LIKES, _NEW, _EACH_NEXT = 1.3, 1.15, 0.1, 0.15, 0.8
_YEAR = 365.25 * 24 * 3600


class Sort(StrEnum):
    """In which order hits come."""

    RELEVANCE = "relevance"
    NEWEST = "newest"
    OLDEST = "oldest"
    LIKES = "likes"


class Kind(StrEnum):
    """What is looked for."""

    ALL = "all"
    TOPICS = "topics"
    REPLIES = "posts"


class _Entries(StrEnum):
    """The two kinds of entries, each with indexes of its own."""

    QUESTIONS = "questions"
    REPLIES = "replies"

    def rows(self) -> SearchEntryQuerySet:
        entries = SearchEntry.objects
        return entries.questions() if self is _Entries.QUESTIONS else entries.replies()


class Read(StrEnum):
    """How the words were taken to find what was found."""

    AS_TYPED = "as typed"
    UNFINISHED = "last word completed"
    ALL_BUT_ONE = "all words but one"
    ANY = "any of the words"


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchFilters:
    """What is searched for; everything combines. ``after`` and ``before`` are moments a post was written."""

    words: str = ""
    category: UUID | None = None
    tag: str = ""
    author: UUID | None = None
    organization: UUID | None = None
    answered: bool | None = None
    after: datetime | None = None
    before: datetime | None = None
    kind: Kind = Kind.ALL
    sort: Sort = Sort.RELEVANCE


@dataclass(frozen=True, slots=True)
class Hit:
    """A post that was found, with its topic. ``snippet`` and ``title`` are HTML with nothing in it but ``<mark>``."""

    post: Post
    title: SafeString
    snippet: SafeString


@dataclass(frozen=True, slots=True)
class Found:
    """One page of hits. ``more`` says that ``count`` is where counting stopped; ``query`` how the words were read."""

    query: search.Query
    hits: list[Hit] = field(default_factory=list)
    count: int = 0
    more: bool = False
    read: Read = Read.AS_TYPED
    number: int = 1
    size: int = HITS_PER_PAGE

    @property
    def pages(self) -> int:
        return max(1, math.ceil(self.count / self.size))


def find(actor: Actor, filters: SearchFilters, *, page: int = 1, size: int = HITS_PER_PAGE) -> Found:
    """Return one page of the posts that hold these words and that the actor may see.

    Two statements and one trip to the library; where nothing holds all of the words, up to three more statements
    for fewer of them. Without the library hits come with their excerpts. Raises ``NotSignedIn``, ``NotVerified``,
    and ``NotFound`` for a page beyond the last.
    """
    found = SearchSequence(actor, filters)
    start = (page - 1) * size
    if page < 1 or (page > 1 and start >= len(found)):
        raise NotFound
    hits = found[start : start + size]
    return Found(found.query, hits, len(found), found.more, found.read, page, size)


class SearchSequence:
    """The hits of a search as a sequence: found and counted once, a slice reads only its own rows and texts."""

    def __init__(self, actor: Actor, filters: SearchFilters) -> None:
        require(actor, Permission.READ_MEMBERS_AREA)
        self.actor = actor
        self.query = search.understand(filters.words)
        self.read, self.ids, self.more = _found(actor, filters, self.query)

    def __len__(self) -> int:
        return len(self.ids)

    def __getitem__(self, part: slice) -> list[Hit]:
        return _hits(self.actor, self.ids[part], self.query.wanted)


def _found(actor: Actor, filters: SearchFilters, query: search.Query) -> tuple[Read, list[UUID], bool]:
    """Return how the words had to be read to find something, the ids in order, and whether there are more.

    Kept until anybody writes: people turn pages, come back from what they read, and many look for the same.
    """
    if not query:
        return Read.AS_TYPED, [], False
    eyes = "all" if allows(actor, Permission.MODERATE_FORUMS) else "standing"
    asked = hashlib.blake2b(repr(filters).encode(), digest_size=16).hexdigest()
    return cachetags.cached(
        f"forums:found:{eyes}:{asked}", make=lambda: _look(actor, filters, query), tags=("forums",), seconds=_FOUND_FOR
    )


def _look(actor: Actor, filters: SearchFilters, query: search.Query) -> tuple[Read, list[UUID], bool]:
    narrowed = query.narrowed(*_labels(filters))
    tried = {""}
    for read in Read:
        tsquery = _reading(narrowed, read)
        if tsquery not in tried:
            tried.add(tsquery)
            ids, more = _ids(actor, filters, tsquery, _reading(query, read))
            if ids:
                return read, ids, more
    return Read.AS_TYPED, [], False


def _reading(query: search.Query, read: Read) -> str:
    """Return a query's words taken in one of the ways, empty where that makes no sense."""
    if read is Read.UNFINISHED:
        return query.unfinished if len(query.last) >= search.SHORTEST_PREFIX else ""
    return {Read.AS_TYPED: query.tsquery, Read.ALL_BUT_ONE: query.loosened, Read.ANY: query.anything}[read]


def _labels(filters: SearchFilters) -> Iterable[str]:
    """What the index itself narrows: facts of a post that never change."""
    if filters.author is not None:
        yield indexing.author_label(filters.author)
    if filters.organization is not None:
        yield indexing.organization_label(filters.organization)


def _ids(actor: Actor, filters: SearchFilters, tsquery: str, words: str) -> tuple[list[UUID], bool]:
    """Return the posts that match ``tsquery``, those that say most of ``words`` first, and whether some were left out.

    Each kind is asked for one more than its bound, to know.
    """
    _heads, questions, replies = _bounds(filters)
    looked_for = [kind for kind, bound in ((_Entries.REPLIES, replies), (_Entries.QUESTIONS, questions)) if bound]
    # Words that few replies hold, no more questions do: these are counted only after common replies.
    common = list(takewhile(lambda kind: _is_common(kind, filters, tsquery), looked_for))
    found = _candidates(actor, filters, tsquery, common=common)
    rows = list(_ordered(found, filters.sort, words).values_list("pk", "number"))
    asked = sum(number == 1 for _pk, number in rows)
    more = asked > questions or len(rows) - asked > replies or len(rows) > MOST
    ids = [pk for pk, _number in rows]
    return (ids[: min(len(ids) - 1, MOST)], True) if more else (ids, bool(common and ids))


def _is_common(kind: _Entries, filters: SearchFilters, tsquery: str) -> bool:
    """Say whether to read a kind from its newest entry on instead of asking the index for all that match.

    Of a single word the database knows how common it is and decides by itself. Of several words together, or of words
    within a category, it only guesses, often a hundred times too low; so they are counted first, up to a bound.
    """
    if " " not in tsquery and _conditions(filters) == Q():
        return False
    return kind.rows().filter(vector=search.RawQuery(tsquery))[: _MANY + 1].count() > _MANY


def _held(kind: _Entries, filters: SearchFilters, tsquery: str, *, common: bool) -> SearchEntryQuerySet:
    """Return the entries of one kind that hold these words; of common ones, those within the window.

    There, the words are compared in a way no index answers, so that the index by time is read.
    """
    query = search.RawQuery(tsquery)
    if not common:
        return kind.rows().filter(vector=query)
    return kind.rows().filter(_window(kind, filters), search.Holds("vector", query))


def _window(kind: _Entries, filters: SearchFilters) -> Q:
    """Return the time from the newest (or oldest) entry of a kind on within which common words are looked for."""
    oldest = filters.sort is Sort.OLDEST
    times = kind.rows().filter(_times(filters)).order_by("created_at" if oldest else "-created_at")

    def find_end() -> datetime | str:
        return next(iter(times.values_list("created_at", flat=True)[_WINDOW : _WINDOW + 1]), "")

    if _times(filters) == Q():
        end = cache.get_or_set(f"forums:search:{kind}:{'first' if oldest else 'last'}", find_end, _WINDOW_FOR)
    else:
        end = find_end()
    if not end:
        return Q()
    return Q(created_at__lt=end) if oldest else Q(created_at__gt=end)


def _bounds(filters: SearchFilters) -> tuple[int, int, int]:
    """Return how many topics by title, questions and replies are ordered. By time, no title comes first."""
    by_time = filters.sort in (Sort.NEWEST, Sort.OLDEST)
    if filters.kind is Kind.REPLIES:
        return 0, 0, MOST
    if filters.kind is Kind.TOPICS:
        return (0, MOST, 0) if by_time else (HEADS, MOST - HEADS, 0)
    return (0, MOST, MOST) if by_time else (HEADS, QUESTIONS, REPLIES)


def _candidates(
    actor: Actor, filters: SearchFilters, tsquery: str, *, common: Collection[_Entries] = ()
) -> QuerySet[SearchEntry]:
    """Return the entries that are ordered: the newest (or oldest) matches of each kind, up to its bound and one.

    Who may see them is asked of twice as many as are wanted, not of all that match: of a common word those are
    thousands, and hardly any is hidden.
    """
    order = "created_at" if filters.sort is Sort.OLDEST else "-created_at"
    kinds = (
        _Entries.QUESTIONS.rows().filter(head=search.RawQuery(tsquery)),
        *(_held(kind, filters, tsquery, common=kind in common) for kind in _Entries),
    )
    bounds = _bounds(filters)
    first, *others = [
        SearchEntry.objects.filter(pk__in=kind.filter(_conditions(filters)).order_by(order).values("pk")[: 2 * bound])
        .visible_to(actor)
        .order_by(order)
        .values("pk")[: bound + 1]
        for kind, bound in zip(kinds, bounds, strict=True)
        if bound
    ]
    return SearchEntry.objects.filter(pk__in=first.union(*others, all=True) if others else first)


def _ordered(entries: QuerySet[SearchEntry], sort: Sort, words: str) -> QuerySet[SearchEntry]:
    if sort is Sort.NEWEST:
        return entries.order_by("-created_at", "-pk")
    if sort is Sort.OLDEST:
        return entries.order_by("created_at", "pk")
    if sort is Sort.LIKES:
        return entries.order_by("-post__like_count", "-created_at", "-pk")
    score = _score(words)
    place = Window(RowNumber(), partition_by="topic", order_by=score.desc())
    return entries.annotate(score=score * Power(Value(_EACH_NEXT), place - 1)).order_by("-score", "-created_at", "-pk")


def _score(words: str) -> Any:
    """How much a post says of the words, a little more if its topic is answered, if it is liked, if it is new."""
    answered = Case(
        When(topic__best_answer=F("post"), then=Value(_BEST_ANSWER)),
        When(topic__best_answer__isnull=False, then=Value(_ANSWERED)),
        default=Value(1.0),
        output_field=FloatField(),
    )
    likes = Value(1.0) + Value(_LIKES) * Ln(F("post__like_count") + 1.0, output_field=FloatField())
    years = Extract(Now() - F("created_at"), "epoch", output_field=FloatField()) / Value(_YEAR)
    new = Value(1.0) + Value(_NEW) / (Value(1.0) + years)
    product = search.Rank("vector", words) * answered * likes * new
    return ExpressionWrapper(product, output_field=FloatField())


def _conditions(filters: SearchFilters) -> Q:
    wanted = Q()
    if filters.category is not None:
        wanted &= Q(topic__category_id=filters.category)
    if filters.tag:
        wanted &= Q(topic__tags__contains=[filters.tag])
    if filters.answered is not None:
        wanted &= Q(topic__best_answer__isnull=not filters.answered)
    return wanted & _times(filters)


def _times(filters: SearchFilters) -> Q:
    wanted = Q()
    if filters.after is not None:
        wanted &= Q(created_at__gte=filters.after)
    if filters.before is not None:
        wanted &= Q(created_at__lt=filters.before)
    return wanted


_RELATED = ("author__organization", "organization", "topic__category")
_ORGANIZATION = ("id", "name", "slug", "verified_at")
_PERSON = ("id", "first_name", "last_name", "job_title", "avatar_key", "is_active", "deleted_at")
_TOPIC = ("id", "title", "slug", "tags", "best_answer_id", "deleted_at")
_POST = (
    *("id", "number", "branch", "branch_place", "revision_id", "excerpt", "like_count", "created_at", "author_name"),
    *("deleted_at", "hidden_at"),
)
#: What pages and JSON show of a hit. The tables together have a hundred columns more, and hits are read by twenties.
_COLUMNS = (
    *_POST,
    *(f"topic__{name}" for name in _TOPIC),
    *(f"topic__category__{name}" for name in ("id", "name", "slug")),
    *(f"author__{name}" for name in _PERSON),
    *(f"{whose}organization__{name}" for whose in ("", "author__") for name in _ORGANIZATION),
)


def _hits(actor: Actor, ids: list[UUID], wanted: search.Wanted) -> list[Hit]:
    """Return what is shown of these posts: one statement for the rows, one trip for the texts.

    What somebody deleted or hid since the ids were found is left out.
    """
    posts = {
        post.pk: post
        for post in Post.objects.visible_to(actor).filter(pk__in=ids).select_related(*_RELATED).only(*_COLUMNS)
    }
    shown = [posts[pk] for pk in ids if pk in posts]
    try:
        texts = {pk: revision.text for pk, revision in PostRevision.fetch(post.revision_id for post in shown).items()}
    except Unavailable:
        texts = {}
    return [
        Hit(
            post,
            search.marked(post.topic.title, wanted),
            search.snippet(texts.get(post.revision_id, post.excerpt), wanted),
        )
        for post in shown
    ]
