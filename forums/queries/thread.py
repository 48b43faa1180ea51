"""One page of one topic, lean: what the page needs before anything is rendered."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import BooleanField, Exists, ExpressionWrapper, F, Func, OuterRef, Q, TextField

from forums.actions.guards import may_choose, may_edit
from forums.models import POSTS_PER_PAGE, Post, PostLike, Topic, page_of
from p2psandbox.platform.errors import NotFound
from p2psandbox.platform.permissions import Actor, Permission, allows, require
from p2psandbox.platform.prepared import Prepared


@dataclass(slots=True)
class PostRow:
    """A post as its topic's page needs it before anything is rendered.

    ``gone`` is ``deleted``, ``hidden`` or empty. ``stamp`` changes with its author and their company.
    """

    id: UUID
    number: int
    revision_id: UUID
    like_count: int
    stamp: str
    liked: bool
    gone: str
    can_restore: bool
    can_edit: bool


@dataclass(slots=True)
class TopicPage:
    """One page of a topic: its row, the posts on it, and what the reader may do. ``stamp`` changes with it."""

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
    stamp: str
    number: int
    pages: int
    can_reply: bool
    can_edit: bool
    can_choose: bool
    can_moderate: bool
    posts: list[PostRow] = field(default_factory=list)


def _is_set(column: str) -> ExpressionWrapper[Q]:
    return ExpressionWrapper(Q(**{f"{column}__isnull": False}), output_field=BooleanField())


class _Epoch(Func):
    """A time as text: cheaper to read than a time, and all a cache key needs."""

    template = "EXTRACT(EPOCH FROM %(expressions)s)::text"
    output_field = TextField()


#: Columns of the post, then of its topic: one statement for a whole page.
_page = Prepared(
    lambda actor, topic_id, first, last: (
        Post.objects.filter(
            topic__in=Topic.objects.visible_to(actor).filter(pk=topic_id),
            topic_id=topic_id,
            number__gte=first,
            number__lte=last,
        )
        .order_by("number")
        .values_list(
            *("id", "number", "revision_id", "like_count", "author_id", "deleted_by_id"),
            *(_is_set("deleted_at"), _is_set("hidden_at")),
            Exists(PostLike.objects.filter(post_id=OuterRef("pk"), user_id=actor.id)),
            *(_Epoch(F("author__updated_at")), _Epoch(F("organization__updated_at"))),
            *("topic__slug", "topic__title", "topic__author_id", "topic__view_count", "topic__last_number"),
            *("topic__best_answer_id", _is_set("topic__locked_at"), _is_set("topic__pinned_at")),
            *(_is_set("topic__deleted_at"), _Epoch(F("topic__updated_at"))),
        )
    )
)
_POST_COLUMNS = 11


def topic_page(actor: Actor, topic_id: UUID, *, page: int = 1) -> TopicPage:
    """Return one page of a topic by post numbers, whatever its length: one statement, no bodies.

    Raises ``NotSignedIn``, ``NotVerified``, and ``NotFound`` for what may not be seen or a page beyond the end.
    """
    require(actor, Permission.READ_MEMBERS_AREA)
    first = (page - 1) * POSTS_PER_PAGE + 1
    # Every number has its row, deleted or not: no rows means no such page, or not for this reader.
    rows = _page.rows(actor, topic_id=topic_id, first=first, last=first + POSTS_PER_PAGE - 1)
    if not rows:
        raise NotFound
    slug, title, author_id, views, last_number, best, locked, pinned, deleted, stamp = rows[0][_POST_COLUMNS:]
    moderates = allows(actor, Permission.MODERATE_FORUMS)
    is_open = moderates or not (locked or deleted)
    return TopicPage(
        id=topic_id,
        slug=slug,
        title=title,
        author_id=author_id,
        view_count=views,
        last_number=last_number,
        best_answer_id=best,
        is_locked=locked,
        is_pinned=pinned,
        is_deleted=deleted,
        stamp=stamp,
        number=page,
        pages=page_of(last_number),
        can_reply=is_open and not deleted and allows(actor, Permission.WRITE_POSTS),
        can_edit=is_open and may_edit(actor, author_id),
        can_choose=is_open and may_choose(actor, author_id),
        can_moderate=moderates,
        posts=_posts(actor, rows, is_open=is_open, moderates=moderates),
    )


def _posts(actor: Actor, rows: list[tuple[Any, ...]], *, is_open: bool, moderates: bool) -> list[PostRow]:
    editable = {author for author in {row[4] for row in rows} if is_open and may_edit(actor, author)}
    posts = []
    for row in rows:
        post_id, number, revision_id, likes, author_id, gone_by, deleted, hidden, liked, person, company = row[
            :_POST_COLUMNS
        ]
        gone = "deleted" if deleted else "hidden" if hidden and not moderates else ""
        posts.append(
            PostRow(
                id=post_id,
                number=number,
                revision_id=revision_id,
                like_count=likes,
                stamp=f"{person}{company}",
                liked=liked,
                gone=gone,
                can_restore=deleted and is_open and (moderates or gone_by == actor.id),
                can_edit=not gone and author_id in editable,
            )
        )
    return posts


def last_page(actor: Actor, topic_id: UUID) -> TopicPage:
    """Return a topic's last page, where a reply would go. Raises as :func:`topic_page`."""
    last = Topic.objects.visible_to(actor).filter(pk=topic_id).values_list("last_number", flat=True).first()
    return topic_page(actor, topic_id, page=page_of(last or 1))
