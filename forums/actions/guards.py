"""What every write asks first: may this person see it, may they change it, is it open; and the row locks."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from forums.models import Post, Topic
from p2psandbox.platform.errors import Conflict, Forbidden, NotFound
from p2psandbox.platform.permissions import Actor, Permission, allows, require


def may_edit(actor: Actor, author_id: UUID | None) -> bool:
    """Say whether the actor may edit or delete what this person wrote (``None``: nobody with an account)."""
    if author_id is None:
        return allows(actor, Permission.MODERATE_FORUMS)
    return allows(actor, Permission.EDIT_POST, owner_id=author_id)


def may_choose(actor: Actor, author_id: UUID | None) -> bool:
    """Say whether the actor asked this question and so may choose its best answer."""
    return author_id is not None and allows(actor, Permission.CHOOSE_BEST_ANSWER, owner_id=author_id)


def require_editor(actor: Actor, author_id: UUID | None) -> None:
    """Raise ``Forbidden`` unless :func:`may_edit`."""
    if author_id is None:
        require(actor, Permission.MODERATE_FORUMS)
    else:
        require(actor, Permission.EDIT_POST, owner_id=author_id)


def require_asker(actor: Actor, topic: Topic) -> None:
    """Raise ``Forbidden`` unless the actor asked this question: only they say what answered it."""
    if topic.author_id is None:
        raise Forbidden(_("Only who asked can choose the best answer."))
    require(actor, Permission.CHOOSE_BEST_ANSWER, owner_id=topic.author_id)


def visible_topic(actor: Actor, topic_id: UUID) -> Topic:
    """Return a topic this actor may see; raises ``NotSignedIn``, ``NotVerified``, ``NotFound``."""
    require(actor, Permission.READ_MEMBERS_AREA)
    topic: Topic | None = Topic.objects.visible_to(actor).filter(pk=topic_id).first()
    if topic is None:
        raise NotFound
    return topic


def visible_post(actor: Actor, post_id: UUID) -> Post:
    """Return a post this actor may see, with its topic; raises like :func:`visible_topic`."""
    require(actor, Permission.READ_MEMBERS_AREA)
    post: Post | None = Post.objects.visible_to(actor).select_related("topic").filter(pk=post_id).first()
    if post is None:
        raise NotFound
    return post


def hold_topic(topic_id: UUID) -> Topic:
    """Return a topic with its row locked until the transaction ends; every write to a thread starts here."""
    topic: Topic = Topic.objects.select_for_update(of=("self",)).get(pk=topic_id)
    return topic


def hold_post(post_id: UUID) -> Post:
    """Return a post with its row locked. Hold its topic first: the order is always topic, then post."""
    post: Post = Post.objects.select_for_update(of=("self",)).get(pk=post_id)
    return post


def refuse_closed(actor: Actor, topic: Topic) -> None:
    """Raise ``Conflict`` if the topic was deleted, or locked and the actor is no moderator."""
    if topic.is_deleted:
        raise Conflict(_("This topic was deleted meanwhile. Copy your text if you need it."), code="deleted")
    if topic.is_locked and not allows(actor, Permission.MODERATE_FORUMS):
        raise Conflict(_("This topic is locked: nobody can write in it any more."), code="locked")


def refuse_stale(post: Post, revision_id: UUID) -> None:
    """Raise ``Conflict`` if the post was changed since ``revision_id`` was read, or is gone."""
    if post.is_deleted:
        raise Conflict(_("This post was deleted meanwhile. Copy your text if you need it."), code="deleted")
    if post.revision_id != revision_id:
        raise Conflict(_("This was changed meanwhile. Compare with the present text and save again."), code="stale")


def hold_deleted(rows: Any, actor: Actor, row_id: UUID) -> Any:
    """Return a locked row whose deletion the actor may take back: their own doing, or they moderate.

    Raises ``NotFound`` for every other row, since nobody else sees what was deleted.
    """
    row = rows.select_for_update(of=("self",)).filter(pk=row_id).first()
    moderator = allows(actor, Permission.MODERATE_FORUMS)
    if row is None or not (moderator or (row.deleted_by_id is not None and row.deleted_by_id == actor.id)):
        raise NotFound
    return row
