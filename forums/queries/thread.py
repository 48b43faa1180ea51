"""One page of one topic, or of one of its branches, lean: what the page needs before anything is rendered."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from itertools import groupby
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import (
    BooleanField,
    CharField,
    Exists,
    ExpressionWrapper,
    F,
    Func,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
    Value,
)
from django.db.models.functions import Cast, Concat

from forums.actions.guards import may_choose, may_edit
from forums.models import (
    BRANCHES_PER_PAGE,
    REPLIES_PER_PAGE,
    REPLIES_SHOWN,
    Post,
    PostLike,
    Topic,
    TopicReader,
    Watch,
    page_of,
    topic_url,
)
from p2psandbox.platform.errors import NotFound
from p2psandbox.platform.permissions import Actor, Permission, allows, require
from p2psandbox.platform.prepared import Prepared


class ThreadOrder(StrEnum):
    """In which order a topic shows its branches; replies within one always stand in the order of writing."""

    OLDEST = "oldest"
    NEWEST = "newest"
    LIKES = "likes"


@dataclass(slots=True)
class PostRow:
    """A post as its topic's page needs it before anything is rendered.

    ``gone`` is ``deleted``, ``hidden`` or empty. ``stamp`` changes with its author and their company.
    """

    id: UUID
    number: int
    branch: int
    place: int
    replies: int
    revision_id: UUID
    files: int
    like_count: int
    stamp: str
    liked: bool
    gone: str
    is_hidden: bool
    can_restore: bool
    can_edit: bool
    can_report: bool
    has_history: bool
    is_new: bool


@dataclass(frozen=True, slots=True)
class Reading:
    """What the topic is to the reader: how far they read, whether they keep it, how closely they follow it."""

    read_number: int = 0
    bookmarked: bool = False
    watch: str = Watch.NORMAL


@dataclass(slots=True)
class TopicPage:
    """One page of a topic: its row, the posts on it, and what the reader may do. ``stamp`` changes with it.

    ``branch`` is 0 on the topic's own pages, else the branch whose page it is. ``posts`` leaves out the deleted
    ones under which nothing hangs; ``seen`` are the numbers of all, left out or not.
    """

    id: UUID
    slug: str
    title: str
    author_id: UUID | None
    last_number: int
    reply_count: int
    best_answer_id: UUID | None
    is_locked: bool
    is_pinned: bool
    is_deleted: bool
    is_hidden: bool
    stamp: str
    number: int
    pages: int
    order: ThreadOrder
    branch: int
    reading: Reading
    can_reply: bool
    can_edit: bool
    can_choose: bool
    can_moderate: bool
    posts: list[PostRow] = field(default_factory=list)
    seen: frozenset[int] = frozenset()

    @property
    def is_read(self) -> bool:
        """Whether the reader has been here before and has seen everything, or has never been here."""
        return self.reading.read_number in (0, self.last_number)


def _is_set(column: str) -> ExpressionWrapper[Q]:
    return ExpressionWrapper(Q(**{f"{column}__isnull": False}), output_field=BooleanField())


class _Epoch(Func):
    """A time as text: cheaper to read than a time, and all a cache key needs."""

    template = "EXTRACT(EPOCH FROM %(expressions)s)::text"
    output_field = TextField()


def _reading(reader: UUID, topic_id: UUID) -> Subquery:
    """What the topic is to the reader, as one text: asked once per statement, not once per post."""
    told = Concat(
        Cast("read_number", CharField()),
        Value(":"),
        Cast(_is_set("bookmarked_at"), CharField()),
        Value(":"),
        "watch",
        output_field=CharField(),
    )
    return Subquery(TopicReader.objects.filter(user_id=reader, topic_id=topic_id).values_list(told))


def _rows(actor: Actor, topic_id: UUID, wanted: Q) -> QuerySet[Any, Any]:
    """Columns of the post, then of its topic, then of its reader: one statement for a whole page."""
    assert actor.id is not None  # who may read is signed in
    visible = Topic.objects.visible_to(actor).filter(pk=topic_id)
    found: QuerySet[Any, Any] = (
        Post.objects.filter(wanted, topic__in=visible, topic_id=topic_id)
        .order_by("branch", "branch_place")
        .values_list(
            *("id", "number", "branch", "branch_place", "branch_size", "branch_replies", "reply_count"),
            *("revision_id", "attachment_count", "like_count", "author_id", "deleted_by_id"),
            *(_is_set("deleted_at"), _is_set("hidden_at"), _is_set("edited_at")),
            Exists(PostLike.objects.filter(post_id=OuterRef("pk"), user_id=actor.id)),
            *(_Epoch(F("author__updated_at")), _Epoch(F("organization__updated_at"))),
            *("topic__slug", "topic__title", "topic__author_id", "topic__last_number"),
            *("topic__branch_count", "topic__reply_count", "topic__best_answer_id"),
            *(_is_set("topic__locked_at"), _is_set("topic__pinned_at"), _is_set("topic__deleted_at")),
            _is_set("topic__deleted_by_id"),
            _Epoch(F("topic__updated_at")),
            _reading(actor.id, topic_id),
        )
    )
    return found


class _Row(NamedTuple):
    """One row of :func:`_rows`, column by column."""

    id: UUID
    number: int
    branch: int
    place: int
    branch_size: int
    branch_replies: int
    replies: int
    revision_id: UUID
    files: int
    likes: int
    author_id: UUID | None
    deleted_by_id: UUID | None
    is_deleted: bool
    is_hidden: bool
    is_edited: bool
    is_liked: bool
    author_stamp: str
    company_stamp: str
    topic_slug: str
    topic_title: str
    topic_author_id: UUID | None
    topic_last_number: int
    topic_branches: int
    topic_replies: int
    topic_best_answer_id: UUID | None
    topic_is_locked: bool
    topic_is_pinned: bool
    topic_is_deleted: bool
    topic_is_deleted_by_somebody: bool
    topic_stamp: str
    reading: str | None


_page = Prepared(
    lambda actor, topic_id, first, last: _rows(
        actor, topic_id, Q(branch__gte=first, branch__lte=last, branch_place__lte=REPLIES_SHOWN)
    )
)
_branch_page = Prepared(
    lambda actor, topic_id, branch, first, last: _rows(
        actor, topic_id, Q(branch=branch) & (Q(branch_place=0) | Q(branch_place__gte=first, branch_place__lte=last))
    )
)


def topic_page(actor: Actor, topic_id: UUID, *, page: int = 1, order: ThreadOrder = ThreadOrder.OLDEST) -> TopicPage:
    """Return one page of a topic, the question on the first: one statement whatever its length, no bodies.

    Orders other than the usual one take one or two statements more. Raises ``NotSignedIn``, ``NotVerified``, and
    ``NotFound`` for what may not be seen or a page beyond the end.
    """
    require(actor, Permission.READ_MEMBERS_AREA)
    if order is ThreadOrder.OLDEST:
        first = (page - 1) * BRANCHES_PER_PAGE + 1
        found = _page.rows(actor, topic_id=topic_id, first=first if page > 1 else 0, last=first + BRANCHES_PER_PAGE - 1)
        rows = [_Row(*row) for row in found]
    else:
        rows = _ordered_rows(actor, topic_id, page, order)
    if not rows:  # every branch has its rows, deleted or not: no such page, or not for this reader
        raise NotFound
    return _made(actor, topic_id, rows, page=page, order=order, branch=0)


def branch_page(actor: Actor, topic_id: UUID, branch: int, *, page: int = 1) -> TopicPage:
    """Return one page of what hangs on a branch, its first post on each. Raises as :func:`topic_page`."""
    require(actor, Permission.READ_MEMBERS_AREA)
    first = (page - 1) * REPLIES_PER_PAGE + 1
    found = _branch_page.rows(actor, topic_id=topic_id, branch=branch, first=first, last=first + REPLIES_PER_PAGE - 1)
    rows = [_Row(*row) for row in found]
    if not rows or branch < 1 or (page > 1 and first > rows[0].branch_size):
        raise NotFound
    return _made(actor, topic_id, rows, page=page, order=ThreadOrder.OLDEST, branch=branch)


def _ordered_rows(actor: Actor, topic_id: UUID, page: int, order: ThreadOrder) -> list[_Row]:
    branches = ordered_branches(actor, topic_id, order, (page - 1) * BRANCHES_PER_PAGE, BRANCHES_PER_PAGE)
    if page > 1 and not branches:
        return []
    place = {branch: index for index, branch in enumerate([0, *branches] if page == 1 else branches)}
    found = _rows(actor, topic_id, Q(branch__in=list(place), branch_place__lte=REPLIES_SHOWN))
    return sorted((_Row(*row) for row in found), key=lambda row: (place[row.branch], row.place))


def ordered_branches(actor: Actor, topic_id: UUID, order: ThreadOrder, start: int, count: int) -> list[int]:
    """Return the numbers of this many of a topic's branches, in an order; none if the topic may not be seen."""
    if order is ThreadOrder.LIKES:
        heads = Post.objects.filter(
            topic_id=topic_id, topic__in=Topic.objects.visible_to(actor), branch_place=0, branch__gt=0
        )
        found = heads.order_by("-like_count", "branch").values_list("branch", flat=True)
        return list(found[start : start + count])
    last = Topic.objects.visible_to(actor).filter(pk=topic_id).values_list("branch_count", flat=True).first() or 0
    if order is ThreadOrder.NEWEST:
        return list(range(last - start, max(last - start - count, 0), -1))
    return list(range(start + 1, min(start + count, last) + 1))


def _made(actor: Actor, topic_id: UUID, rows: list[_Row], *, page: int, order: ThreadOrder, branch: int) -> TopicPage:
    topic = rows[0]
    moderates = allows(actor, Permission.MODERATE_FORUMS)
    is_open = moderates or not (topic.topic_is_locked or topic.topic_is_deleted)
    reading = _told(topic.reading)
    size = topic.branch_size if branch else topic.topic_branches
    return TopicPage(
        id=topic_id,
        slug=topic.topic_slug,
        title=topic.topic_title,
        author_id=topic.topic_author_id,
        last_number=topic.topic_last_number,
        reply_count=topic.topic_replies,
        best_answer_id=topic.topic_best_answer_id,
        is_locked=topic.topic_is_locked,
        is_pinned=topic.topic_is_pinned,
        is_deleted=topic.topic_is_deleted,
        is_hidden=topic.topic_is_deleted and not topic.topic_is_deleted_by_somebody,
        stamp=topic.topic_stamp,
        number=page,
        pages=page_of(size, REPLIES_PER_PAGE if branch else BRANCHES_PER_PAGE),
        order=order,
        branch=branch,
        reading=reading,
        can_reply=is_open and not topic.topic_is_deleted and allows(actor, Permission.WRITE_POSTS),
        can_edit=is_open and may_edit(actor, topic.topic_author_id),
        can_choose=is_open and may_choose(actor, topic.topic_author_id),
        can_moderate=moderates,
        posts=_shown(_posts(actor, rows, reading.read_number, is_open=is_open, moderates=moderates)),
        seen=frozenset(row.number for row in rows),
    )


def _told(told: str | None) -> Reading:
    if told is None:
        return Reading()
    number, bookmarked, watch = told.split(":")
    return Reading(int(number), bookmarked == "true", watch)


def _posts(actor: Actor, rows: list[_Row], read_number: int, *, is_open: bool, moderates: bool) -> list[PostRow]:
    editable = {author for author in {row.author_id for row in rows} if is_open and may_edit(actor, author)}
    posts = []
    for row in rows:
        is_own = row.author_id is not None and row.author_id == actor.id
        reads_hidden = moderates or is_own
        gone = "deleted" if row.is_deleted else "hidden" if row.is_hidden and not reads_hidden else ""
        posts.append(
            PostRow(
                id=row.id,
                number=row.number,
                branch=row.branch,
                place=row.place,
                replies=row.replies if row.place else row.branch_replies,
                revision_id=row.revision_id,
                files=row.files,
                like_count=row.likes,
                stamp=f"{row.author_stamp}{row.company_stamp}",
                liked=row.is_liked,
                gone=gone,
                is_hidden=row.is_hidden and not gone,
                can_restore=row.is_deleted and is_open and (moderates or row.deleted_by_id == actor.id),
                can_edit=not gone and (moderates or not row.is_hidden) and row.author_id in editable,
                can_report=not moderates and row.author_id not in editable and not is_own,
                has_history=row.is_edited and not gone and row.author_id in editable,
                is_new=0 < read_number < row.number,
            )
        )
    return posts


def _shown(posts: list[PostRow]) -> list[PostRow]:
    """Leave out what is gone, unless something hangs on it or the reader can bring it back."""
    shown: list[PostRow] = []
    for _branch, rows in groupby(posts, key=lambda row: row.branch):
        head, *replies = rows
        kept = [row for row in replies if not row.gone or row.can_restore or row.replies]
        if not head.gone or head.can_restore or head.replies or kept:
            shown += [head, *kept]
    return shown


def page_around(actor: Actor, topic_id: UUID, post_id: UUID | None) -> TopicPage:
    """Return the page that shows this post of a topic; without one, the last, where a reply would go.

    Raises as :func:`topic_page`.
    """
    if post_id is None:
        branch = Topic.objects.filter(pk=topic_id).values_list("branch_count", flat=True).first() or 0
        return topic_page(actor, topic_id, page=page_of(branch))
    found = Post.objects.filter(pk=post_id, topic_id=topic_id).values_list("branch", "branch_place").first()
    if found is None:
        return page_around(actor, topic_id, None)
    branch, place = found
    if place > REPLIES_SHOWN:
        return branch_page(actor, topic_id, branch, page=page_of(place, REPLIES_PER_PAGE))
    return topic_page(actor, topic_id, page=page_of(branch))


def reading_of(actor: Actor, topic_id: UUID) -> Reading:
    """Return what a topic is to the actor, nothing in particular if it never was."""
    if actor.id is None:
        return Reading()
    told = TopicReader.objects.filter(user_id=actor.id, topic_id=topic_id)
    row = told.values_list("read_number", "bookmarked_at", "watch").first()
    return Reading(row[0], row[1] is not None, row[2]) if row else Reading()


def unread_address(actor: Actor, topic_id: UUID) -> str:
    """Return the address of the first post that came since the actor was last here, of the last if none did.

    Raises ``NotSignedIn``, ``NotVerified``, ``NotFound``.
    """
    require(actor, Permission.READ_MEMBERS_AREA)
    read = reading_of(actor, topic_id).read_number
    posts = Post.objects.visible_to(actor).alive().filter(topic_id=topic_id, topic__in=Topic.objects.visible_to(actor))
    columns = ("topic_id", "topic__slug", "number", "branch", "branch_place")
    unread = posts.filter(number__gt=read).order_by("number").values_list(*columns).first()
    found = unread or posts.order_by("-number").values_list(*columns).first()
    if found is None:
        raise NotFound
    return topic_url(*found)
