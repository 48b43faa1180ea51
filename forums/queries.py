"""Reading the forums: lists, one topic's page, one post's place. Every function takes who asks first."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db.models import F, Q

from forums.actions.guards import may_edit
from forums.documents import PostRevision
from forums.models import POSTS_PER_PAGE, Category, Post, PostLike, Topic, TopicQuerySet, page_of, topic_url
from p2psandbox.platform import search
from p2psandbox.platform.errors import NotFound
from p2psandbox.platform.permissions import Actor, Permission, allows, require

#: Orders a list may have, with the index that serves each.
ORDERINGS: dict[str, tuple[str, ...]] = {
    "-last_post_at": ("-last_post_at", "-id"),
    "-created_at": ("-created_at", "-id"),
    "-views": ("-view_count", "-id"),
    "-likes": ("-like_count", "-id"),
}
TOPICS_PER_PAGE = 20
_HEAVY = ("search_vector", "organization__description", "author__bio", "author__password")


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicFilters:
    """What a list is narrowed to; everything combines. ``category`` is a slug, ``tag`` in stored spelling."""

    category: str = ""
    tag: str = ""
    author: UUID | None = None
    answered: bool | None = None
    mine: bool = False
    search: str = ""
    ordering: str = "-last_post_at"

    @property
    def is_plain(self) -> bool:
        """Nothing but a category is chosen, so pinned topics come first and counters know the count."""
        narrowed = self.tag or self.author or self.answered is not None or self.mine or self.search
        return not narrowed and self.ordering == "-last_post_at"


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
    found: TopicQuerySet = Topic.objects.visible_to(actor).alive().filter(_conditions(actor, filters))
    found = found.select_related("category", "organization", "author").defer(*_HEAVY)
    order = ORDERINGS[filters.ordering]
    if filters.is_plain:
        return found.order_by(F("pinned_at").desc(nulls_last=True), *order)  # type: ignore[return-value]
    return found.order_by(*order)  # type: ignore[return-value]  # stubs lose the class


def _conditions(actor: Actor, filters: TopicFilters) -> Q:
    wanted = Q()
    if filters.category:
        wanted &= Q(category__slug=filters.category)
    if filters.tag:
        wanted &= Q(tags__contains=[filters.tag])
    if filters.author is not None:
        wanted &= Q(author_id=filters.author)
    if filters.answered is not None:
        wanted &= Q(best_answer__isnull=not filters.answered)
    if filters.mine:
        wanted &= Q(author_id=actor.id)
    if filters.search:
        wanted &= Q(search_vector=search.matching(filters.search))
    return wanted


def topic_list(actor: Actor, filters: TopicFilters, *, page: int = 1, size: int = TOPICS_PER_PAGE) -> TopicList:
    """Return one page of the topics that match: two queries, no bodies.

    Raises ``NotSignedIn``, ``NotVerified``, and ``NotFound`` for a page beyond the last.
    """
    found = topics(actor, filters)
    count = _plain_count(filters) if filters.is_plain else found.count()
    if page < 1 or (page > 1 and (page - 1) * size >= count):
        raise NotFound
    # The ids come from the index alone; only the rows of this page are joined to people and companies.
    ids = list(found.values_list("pk", flat=True)[(page - 1) * size : page * size]) if page > 5 else None
    rows = found if ids is None else found.filter(pk__in=ids)
    start = 0 if ids is not None else (page - 1) * size
    return TopicList(list(rows[start : start + size]), count, page, size)


def _plain_count(filters: TopicFilters) -> int:
    chosen = Category.objects.filter(slug=filters.category) if filters.category else Category.objects.all()
    return sum(chosen.values_list("topic_count", flat=True))


def popular_tags(actor: Actor, *, most: int = 12) -> list[str]:
    """Return the tags of the most recently active topics, most frequent first: two hundred rows are read."""
    require(actor, Permission.READ_MEMBERS_AREA)
    recent = Topic.objects.visible_to(actor).alive().order_by("-last_post_at")[:200]
    counts: dict[str, int] = {}
    for tags in recent.values_list("tags", flat=True):
        for tag in tags:
            counts[tag] = counts.get(tag, 0) + 1
    return sorted(counts, key=lambda tag: (-counts[tag], tag))[:most]


# -- One topic ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PostRow:
    """A post as its topic's page needs it before anything is rendered. ``stamp`` changes with its author."""

    id: UUID
    number: int
    author_id: UUID | None
    revision_id: UUID
    like_count: int
    liked: bool
    gone: str
    can_restore: bool
    can_edit: bool
    stamp: str


@dataclass(frozen=True, slots=True)
class TopicPage:
    """One page of a topic: its row, the posts on it, and what the reader may do."""

    id: UUID
    slug: str
    title: str
    author_id: UUID | None
    view_count: int
    last_number: int
    best_answer_id: UUID | None
    is_locked: bool
    is_pinned: bool
    is_deleted: bool
    updated_at: datetime
    number: int
    pages: int
    can_reply: bool
    can_edit: bool
    can_choose: bool
    can_moderate: bool
    posts: list[PostRow] = field(default_factory=list)


_HEAD = (
    *("id", "slug", "title", "author_id", "view_count", "last_number", "best_answer_id"),
    *("locked_at", "pinned_at", "deleted_at", "updated_at"),
)


def topic_page(actor: Actor, topic_id: UUID, *, page: int = 1) -> TopicPage:
    """Return one page of a topic by post numbers, whatever its length: three queries, no bodies.

    Raises ``NotSignedIn``, ``NotVerified``, and ``NotFound`` for what may not be seen or a page beyond the end.
    """
    require(actor, Permission.READ_MEMBERS_AREA)
    head = Topic.objects.visible_to(actor).filter(pk=topic_id).values_list(*_HEAD, named=True).first()
    if head is None:
        raise NotFound
    if not 1 <= page <= page_of(max(1, head.last_number)):
        raise NotFound
    moderates = allows(actor, Permission.MODERATE_FORUMS)
    is_open = moderates or (head.locked_at is None and head.deleted_at is None)
    return TopicPage(
        id=head.id,
        slug=head.slug,
        title=head.title,
        author_id=head.author_id,
        view_count=head.view_count,
        last_number=head.last_number,
        best_answer_id=head.best_answer_id,
        is_locked=head.locked_at is not None,
        is_pinned=head.pinned_at is not None,
        is_deleted=head.deleted_at is not None,
        updated_at=head.updated_at,
        number=page,
        pages=page_of(max(1, head.last_number)),
        can_reply=is_open and head.deleted_at is None and allows(actor, Permission.WRITE_POSTS),
        can_edit=is_open and may_edit(actor, head.author_id),
        can_choose=is_open and may_choose(actor, head.author_id),
        can_moderate=moderates,
        posts=_posts(actor, topic_id, page, is_open=is_open),
    )


def may_choose(actor: Actor, author_id: UUID | None) -> bool:
    """Say whether the actor asked this question and so may choose its best answer."""
    return author_id is not None and allows(actor, Permission.CHOOSE_BEST_ANSWER, owner_id=author_id)


_POST = (
    *("id", "number", "author_id", "revision_id", "like_count", "deleted_at", "deleted_by_id", "hidden_at"),
    *("author__updated_at", "organization__updated_at"),
)


def _posts(actor: Actor, topic_id: UUID, page: int, *, is_open: bool) -> list[PostRow]:
    first = (page - 1) * POSTS_PER_PAGE + 1
    assert actor.id is not None  # who may read is signed in
    rows = list(
        Post.objects.filter(topic_id=topic_id, number__range=(first, first + POSTS_PER_PAGE - 1))
        .order_by("number")
        .values_list(*_POST)
    )
    liked = set(
        PostLike.objects.filter(user_id=actor.id, post_id__in=[row[0] for row in rows]).values_list(
            "post_id", flat=True
        )
    )
    moderates = allows(actor, Permission.MODERATE_FORUMS)
    found = []
    for post_id, number, author_id, revision_id, likes, deleted_at, deleted_by, hidden_at, person, company in rows:
        gone = "deleted" if deleted_at else "hidden" if hidden_at and not moderates else ""
        mine = deleted_by is not None and deleted_by == actor.id
        found.append(
            PostRow(
                id=post_id,
                number=number,
                author_id=author_id,
                revision_id=revision_id,
                like_count=likes,
                liked=post_id in liked,
                gone=gone,
                can_restore=bool(deleted_at) and is_open and (moderates or mine),
                can_edit=is_open and not gone and may_edit(actor, author_id),
                stamp=f"{person and person.timestamp()}{company and company.timestamp()}",
            )
        )
    return found


# -- One post -----------------------------------------------------------------------------------------------


def post_address(actor: Actor, post_id: UUID) -> str:
    """Return where a post stands: its topic's page and anchor. A deleted one leads to its tombstone.

    Raises ``NotSignedIn``, ``NotVerified``, ``NotFound``.
    """
    require(actor, Permission.READ_MEMBERS_AREA)
    topics = Topic.objects.visible_to(actor)
    row = Post.objects.filter(pk=post_id, topic__in=topics).values_list("topic_id", "topic__slug", "number").first()
    if row is None:
        raise NotFound
    return topic_url(*row)


def topic_address(actor: Actor, topic_id: UUID) -> str:
    """Return a topic's full address. Raises ``NotSignedIn``, ``NotVerified``, ``NotFound``."""
    require(actor, Permission.READ_MEMBERS_AREA)
    row = Topic.objects.visible_to(actor).filter(pk=topic_id).values_list("id", "slug").first()
    if row is None:
        raise NotFound
    return topic_url(*row)


def topic_card(actor: Actor, topic_id: UUID) -> Topic:
    """Return one topic with category, people and companies. Raises as :func:`topic_address`."""
    require(actor, Permission.READ_MEMBERS_AREA)
    related = ("category", "organization", "author__organization")
    found: Topic | None = (
        Topic.objects.visible_to(actor).select_related(*related).defer("search_vector").filter(pk=topic_id)
    ).first()
    if found is None:
        raise NotFound
    return found


def deleted_topic(actor: Actor, topic_id: UUID) -> Topic:
    """Return a topic the actor deleted and may take back. Raises ``NotFound`` for every other."""
    require(actor, Permission.READ_MEMBERS_AREA)
    gone = Topic.objects.filter(pk=topic_id, deleted_at__isnull=False).select_related("category")
    if not allows(actor, Permission.MODERATE_FORUMS):
        gone = gone.filter(deleted_by_id=actor.id)
    found: Topic | None = gone.defer("search_vector").first()
    if found is None:
        raise NotFound
    return found


@dataclass(frozen=True, slots=True)
class Written:
    """A post with what it says, for editing it or as JSON."""

    post: Post
    html: str


def written(actor: Actor, post_id: UUID) -> Written:
    """Return one post and its text. Raises ``NotFound``, ``Unavailable``."""
    require(actor, Permission.READ_MEMBERS_AREA)
    related = ("topic", "organization", "author__organization")
    post: Post | None = Post.objects.visible_to(actor).select_related(*related).filter(pk=post_id).first()
    if post is None:
        raise NotFound
    return Written(post, PostRevision.get(post.revision_id).html)


def written_in(actor: Actor, post_id: UUID) -> UUID:
    """Return the topic of a post the actor may see. Raises ``NotFound``."""
    require(actor, Permission.READ_MEMBERS_AREA)
    topic_id: UUID | None = Post.objects.visible_to(actor).filter(pk=post_id).values_list("topic_id", flat=True).first()
    if topic_id is None:
        raise NotFound
    return topic_id


def last_page(actor: Actor, topic_id: UUID) -> TopicPage:
    """Return a topic's last page, where a reply would go. Raises as :func:`topic_page`."""
    last = Topic.objects.visible_to(actor).filter(pk=topic_id).values_list("last_number", flat=True).first()
    return topic_page(actor, topic_id, page=page_of(last or 1))
