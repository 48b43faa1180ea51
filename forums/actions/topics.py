"""Topics: ask, change, delete, take back, and what moderators do with them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from forums import rules
from forums.actions import guards
from forums.documents import PostRevision
from forums.models import Category, Post, Topic
from p2psandbox.platform import richtext
from p2psandbox.platform.errors import Forbidden
from p2psandbox.platform.logging import getLogger
from p2psandbox.platform.models import new_id
from p2psandbox.platform.permissions import Actor, Permission, allows, require
from p2psandbox.platform.textrules import TITLE, FieldChecks

log = getLogger(__name__)


def create_topic(*, actor: Actor, category_id: UUID | None, title: object, body: object, tags: object = ()) -> Topic:
    """Ask a question: a topic with its first post, and return the topic.

    ``body`` is HTML, sanitised here; ``tags`` a list of at most six. Raises ``Invalid`` (category, title,
    body, tags), ``Forbidden``, ``Unavailable``.
    """
    require(actor, Permission.WRITE_POSTS)
    checks = FieldChecks()
    category = _category(checks, category_id)
    heading = checks.text("title", title, TITLE)
    labels = rules.tags(checks, tags)
    text = richtext.check(checks, "body", body)
    checks.done()
    assert category is not None  # or checks.done() had raised
    now, topic_id, post_id = timezone.now(), new_id(), new_id()
    wrote = {"author_id": actor.id, "organization_id": actor.organization_id, "created_at": now}
    excerpt = rules.excerpt_of(text.text)
    revision = PostRevision.insert(subject_id=post_id, author_id=actor.id, html=text.html, text=text.text)
    with transaction.atomic():
        topic: Topic = Topic.objects.create(
            id=topic_id, category=category, title=heading, slug=rules.slug_of(heading), tags=labels,
            excerpt=excerpt, last_number=1, last_post_at=now, last_post_by_id=actor.id,
            search_vector=rules.search_index(heading, labels, text.text), **wrote,
        )  # fmt: skip
        Post.objects.create(id=post_id, topic=topic, number=1, revision_id=revision.id, excerpt=excerpt, **wrote)
        _count(topic.category_id, 1)
    log.info("topic created", topic_id=str(topic.id))
    return topic


def edit_topic(
    *,
    actor: Actor,
    topic_id: UUID,
    title: object = None,
    tags: object = None,
    body: object = None,
    category_id: UUID | None = None,
    revision_id: UUID | None = None,
) -> Topic:
    """Change what is given (``None`` leaves as it is) and return the topic.

    Its author changes title, tags and text; only a moderator moves it to another category. ``revision_id``
    names the text the person saw. Raises ``NotFound``, ``Forbidden``, ``Invalid``, ``Conflict`` (``locked``,
    ``deleted``, ``stale``), ``Unavailable``.
    """
    topic = guards.visible_topic(actor, topic_id)
    guards.require_editor(actor, topic.author_id)
    guards.refuse_closed(actor, topic)
    checks = FieldChecks()
    columns: dict[str, Any] = {}
    if title is not None:
        columns["title"] = checks.text("title", title, TITLE)
        columns["slug"] = rules.slug_of(columns["title"])
    if tags is not None:
        columns["tags"] = rules.tags(checks, tags)
    if category_id is not None and category_id != topic.category_id:
        require(actor, Permission.MODERATE_FORUMS)
        columns["category"] = _category(checks, category_id)
    text = richtext.check(checks, "body", body) if body is not None else None
    checks.done()
    opening = Post.objects.get(topic_id=topic_id, number=1)
    seen = revision_id or opening.revision_id
    if text is None:
        written = PostRevision.get(opening.revision_id)
    else:
        written = PostRevision.insert(
            subject_id=opening.id, author_id=actor.id, previous_id=seen, html=text.html, text=text.text
        )
        columns["excerpt"] = rules.excerpt_of(text.text)
    with transaction.atomic():
        topic = guards.hold_topic(topic_id)
        guards.refuse_closed(actor, topic)
        opening = guards.hold_post(opening.id)
        guards.refuse_stale(opening, seen)
        if written.id != opening.revision_id:
            point_to(opening, written)
        if "category" in columns:
            _count(topic.category_id, -1)
            _count(columns["category"].pk, 1)
        for name, value in columns.items():
            setattr(topic, name, value)
        topic.search_vector = rules.search_index(topic.title, topic.tags, written.text)
        topic.save(update_fields=[*columns, "search_vector", "updated_at"])
    log.info("topic edited", topic_id=str(topic_id), fields=sorted(columns))
    return topic


def point_to(post: Post, revision: PostRevision) -> None:
    """Let a held post say what this revision says (within the caller's transaction)."""
    post.revision_id = revision.id
    post.excerpt = rules.excerpt_of(revision.text)
    post.edited_at = timezone.now()
    post.save(update_fields=["revision_id", "excerpt", "edited_at", "updated_at"])


def delete_topic(*, actor: Actor, topic_id: UUID) -> Topic:
    """Mark a topic deleted; it can be taken back. Raises ``NotFound``, ``Forbidden``, ``Conflict``."""
    topic = guards.visible_topic(actor, topic_id)
    guards.require_editor(actor, topic.author_id)
    with transaction.atomic():
        topic = guards.hold_topic(topic_id)
        if topic.is_deleted:
            return topic
        guards.refuse_closed(actor, topic)
        topic.deleted_at, topic.deleted_by_id = timezone.now(), actor.id
        topic.save(update_fields=["deleted_at", "deleted_by", "updated_at"])
        _count(topic.category_id, -1)
    log.info("topic deleted", topic_id=str(topic_id))
    return topic


def restore_topic(*, actor: Actor, topic_id: UUID) -> Topic:
    """Take a deletion back: who deleted the topic, or a moderator. Raises ``NotFound``."""
    require(actor, Permission.READ_MEMBERS_AREA)
    with transaction.atomic():
        topic: Topic = guards.hold_deleted(Topic.objects.defer("search_vector"), actor, topic_id)
        if topic.is_deleted:
            topic.deleted_at = topic.deleted_by = None
            topic.save(update_fields=["deleted_at", "deleted_by", "updated_at"])
            _count(topic.category_id, 1)
    log.info("topic restored", topic_id=str(topic_id))
    return topic


def set_locked(*, actor: Actor, topic_id: UUID, locked: bool) -> None:
    """Close a topic to further writing, or open it again (moderators)."""
    _moderate(actor, topic_id, locked_at=timezone.now() if locked else None)


def set_pinned(*, actor: Actor, topic_id: UUID, pinned: bool) -> None:
    """Keep a topic on top of its lists, or let it go (moderators)."""
    _moderate(actor, topic_id, pinned_at=timezone.now() if pinned else None)


def _moderate(actor: Actor, topic_id: UUID, **columns: Any) -> None:
    guards.visible_topic(actor, topic_id)
    if not allows(actor, Permission.MODERATE_FORUMS):
        raise Forbidden
    Topic.objects.filter(pk=topic_id).update(updated_at=timezone.now(), **columns)
    log.info("topic moderated", topic_id=str(topic_id), set=sorted(columns), by=str(actor.id))


def _category(checks: FieldChecks, category_id: UUID | None) -> Category | None:
    category = Category.objects.filter(pk=category_id).first() if category_id else None
    if category is None:
        checks.add("category", _("Choose one of the categories."))
    return category


def _count(category_id: UUID, change: int) -> None:
    Category.objects.filter(pk=category_id).update(topic_count=F("topic_count") + change)
