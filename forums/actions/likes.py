"""Liking a post: once per person, in either direction as often as pressed."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.db.models import F

from forums.actions import guards
from forums.models import Post, PostLike, Topic
from p2psandbox.platform.permissions import Actor, Permission, require


def like(*, actor: Actor, post_id: UUID) -> Post:
    """Like a post; liking again changes nothing. Raises ``NotFound``, ``Forbidden``."""
    post, person = _likeable(actor, post_id)
    with transaction.atomic():
        _like, created = PostLike.objects.get_or_create(post_id=post_id, user_id=person)
        if created:
            _count(post, 1)
    return post


def unlike(*, actor: Actor, post_id: UUID) -> Post:
    """Take a like back; doing so again changes nothing. Raises ``NotFound``, ``Forbidden``."""
    post, person = _likeable(actor, post_id)
    with transaction.atomic():
        removed, _rows = PostLike.objects.filter(post_id=post_id, user_id=person).delete()
        if removed:
            _count(post, -1)
    return post


def _likeable(actor: Actor, post_id: UUID) -> tuple[Post, UUID]:
    post = guards.visible_post(actor, post_id)
    require(actor, Permission.WRITE_POSTS)
    assert actor.id is not None  # who may write is signed in
    return post, actor.id


def _count(post: Post, change: int) -> None:
    """A topic's likes are those of its question."""
    Post.objects.filter(pk=post.pk).update(like_count=F("like_count") + change)
    if post.number == 1:
        Topic.objects.filter(pk=post.topic_id).update(like_count=F("like_count") + change)
    post.like_count += change
