"""One page of one topic, lean: what the page needs before anything is rendered."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from forums.actions.guards import may_choose, may_edit
from forums.models import POSTS_PER_PAGE, Post, PostLike, Topic, page_of
from p2psandbox.platform.errors import NotFound
from p2psandbox.platform.permissions import Actor, Permission, allows, require


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


def last_page(actor: Actor, topic_id: UUID) -> TopicPage:
    """Return a topic's last page, where a reply would go. Raises as :func:`topic_page`."""
    last = Topic.objects.visible_to(actor).filter(pk=topic_id).values_list("last_number", flat=True).first()
    return topic_page(actor, topic_id, page=page_of(last or 1))
