"""Topics: ask, change, delete, take back, and what moderators do with them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from forums import indexing, mentions, rules
from forums.actions import decisions, guards, newcomers, stories, telling, writing
from forums.actions.reading import take_part
from forums.documents import PostRevision
from forums.models import Category, Decision, DecisionKind, Post, Topic
from p2psandbox.platform import cachetags
from p2psandbox.platform.drafts.actions import discard_draft
from p2psandbox.platform.errors import Conflict, Forbidden
from p2psandbox.platform.logging import getLogger
from p2psandbox.platform.models import new_id
from p2psandbox.platform.permissions import Actor, Permission, allows, require
from p2psandbox.platform.textrules import TITLE, FieldChecks

log = getLogger(__name__)


def create_topic(
    *,
    actor: Actor,
    category_id: UUID | None,
    title: object,
    body: object,
    tags: object = (),
    attachments: Sequence[UUID] = (),
    use_cases: Sequence[UUID] = (),
) -> Topic:
    """Ask a question: a topic with its first post, and return the topic.

    ``body`` is HTML, sanitised here; ``tags`` a list of at most six; ``attachments`` the actor's own uploads,
    ``use_cases`` published stories it is about, beside those the text links to. Raises ``Invalid`` (category, title,
    body, tags, attachments, use_cases), ``Forbidden``, ``Unavailable``.
    """
    require(actor, Permission.WRITE_POSTS)
    checks = FieldChecks()
    category = _category(checks, category_id)
    heading = checks.text("title", title, TITLE)
    labels = rules.tags(checks, tags)
    text = writing.check(checks, actor, body, attachments)
    about = stories.check(checks, actor, use_cases)
    checks.done()
    newcomers.take_turn_to_post(actor)
    assert category is not None  # or checks.done() had raised
    now, topic_id, post_id = timezone.now(), new_id(), new_id()
    wrote = {"author_id": actor.id, "organization_id": actor.organization_id, "created_at": now}
    excerpt = rules.excerpt_of(text.text)
    revision = PostRevision.insert(subject_id=post_id, author_id=actor.id, html=text.html, text=text.text)
    with transaction.atomic():
        topic: Topic = Topic.objects.create(
            id=topic_id, category=category, title=heading, slug=rules.slug_of(heading), tags=labels,
            excerpt=excerpt, last_number=1, last_post_at=now, last_post_by_id=actor.id,
            **wrote,
        )  # fmt: skip
        post = Post.objects.create(
            id=post_id, topic=topic, number=1, revision_id=revision.id, excerpt=excerpt,
            attachment_count=writing.attach(actor, post_id, text), **wrote,
        )  # fmt: skip
        _count(topic.category_id, 1)
        cachetags.changed("forums")
        take_part(actor=actor, topic_id=topic_id, number=1)
        telling.tell_of_post(post, topic, mentioned=mentions.mentioned(text.html, author_id=actor.id))
        stories.point_at(actor, topic, named=about, html=text.html)
        discard_draft(actor=actor, key="topic:new")
        indexing.index(post, topic, text.text)
    log.info("topic created", topic_id=str(topic.id))
    return topic


def edit_topic(
    *,
    actor: Actor,
    topic_id: UUID,
    title: object = None,
    tags: object = None,
    body: object = None,
    attachments: Sequence[UUID] | None = None,
    category_id: UUID | None = None,
    revision_id: UUID | None = None,
    use_cases: Sequence[UUID] | None = None,
) -> Topic:
    """Change what is given (``None`` leaves as it is) and return the topic.

    Its author changes title, tags, text and files; only a moderator moves it to another category. ``revision_id``
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
    opening = Post.objects.get(topic_id=topic_id, number=1)
    rewritten = body is not None or attachments is not None
    text = writing.check_again(checks, actor, opening, body, attachments) if rewritten else None
    about = stories.check(checks, actor, use_cases) if use_cases is not None else None
    checks.done()
    seen = revision_id or opening.revision_id
    mentioned: set[UUID] = set()
    if text is None:
        written = PostRevision.get(opening.revision_id)
    else:
        mentioned = telling.newly_mentioned(text.html, seen, author_id=topic.author_id)
        written = PostRevision.insert(
            subject_id=opening.id, author_id=actor.id, previous_id=seen, html=text.html, text=text.text
        )
        columns["excerpt"] = rules.excerpt_of(text.text)
    with transaction.atomic():
        topic = guards.hold_topic(topic_id)
        guards.refuse_closed(actor, topic)
        opening = guards.hold_post(opening.id)
        guards.refuse_stale(opening, seen)
        if text is not None:
            count = writing.attach(actor, opening.id, text, before=opening.attachment_count)
            point_to(opening, written, attachment_count=count)
        if "category" in columns:
            move(actor, topic, columns.pop("category"))
        for name, value in columns.items():
            setattr(topic, name, value)
        topic.save(update_fields=[*columns, "updated_at"])
        cachetags.changed("forums")
        if text is not None or about is not None:
            stories.point_at(actor, topic, named=about, html=written.html)
        indexing.index(opening, topic, written.text)
        telling.tell_of_mentions(opening, topic, mentioned=mentioned, actor_id=actor.id)
        discard_draft(actor=actor, key=f"topic:{topic_id}")
    log.info("topic edited", topic_id=str(topic_id), fields=sorted(columns))
    return topic


def move(
    actor: Actor, topic: Topic, category: Category, *, reason: str = "", takes_back: Decision | None = None
) -> None:
    """Put a held topic on another shelf and record it (within the caller's transaction)."""
    facts = {"from": str(topic.category_id), "to": str(category.pk)}
    _count(topic.category_id, -1)
    _count(category.pk, 1)
    topic.category = category
    cachetags.changed("forums")
    topic.save(update_fields=["category", "updated_at"])
    decisions.record(
        actor=actor, kind=DecisionKind.MOVE, topic=topic, person_id=topic.author_id, reason=reason, facts=facts,
        takes_back=takes_back,
    )  # fmt: skip


def point_to(post: Post, revision: PostRevision, *, attachment_count: int) -> None:
    """Let a held post say what this revision says, and have so many files (within the caller's transaction)."""
    post.revision_id = revision.id
    post.excerpt = rules.excerpt_of(revision.text)
    post.edited_at, post.attachment_count = timezone.now(), attachment_count
    post.save(update_fields=["revision_id", "excerpt", "edited_at", "attachment_count", "updated_at"])


def delete_topic(*, actor: Actor, topic_id: UUID, reason: str = "") -> Topic:
    """Mark a topic deleted; it can be taken back. Raises ``NotFound``, ``Forbidden``, ``Conflict``.

    ``reason`` is what the author reads when a moderator deletes it.
    """
    topic = guards.visible_topic(actor, topic_id)
    guards.require_editor(actor, topic.author_id)
    with transaction.atomic():
        topic = guards.hold_topic(topic_id)
        if topic.is_deleted:
            return topic
        guards.refuse_closed(actor, topic)
        take_away(topic, by=actor.id)
        telling.take_back_topic(topic)
        _record_for(actor, DecisionKind.DELETE, topic, reason)
    log.info("topic deleted", topic_id=str(topic_id))
    return topic


def restore_topic(*, actor: Actor, topic_id: UUID, reason: str = "") -> Topic:
    """Take a deletion back: who deleted the topic, or a moderator.

    Raises ``NotFound``, and ``Conflict("hidden")`` while its question is hidden: showing that again brings it back.
    """
    require(actor, Permission.READ_MEMBERS_AREA)
    with transaction.atomic():
        topic: Topic = guards.hold_deleted(Topic.objects.all(), actor, topic_id)
        if topic.is_deleted:
            if Post.objects.filter(topic_id=topic_id, number=1, hidden_at__isnull=False).exists():
                raise Conflict(
                    _("A moderator hid the question. The topic is back once it is shown again."), code="hidden"
                )
            bring_back(topic)
            _record_for(actor, DecisionKind.RESTORE, topic, reason)
    log.info("topic restored", topic_id=str(topic_id))
    return topic


def take_away(topic: Topic, *, by: UUID | None) -> None:
    """Mark a held topic deleted (within the caller's transaction); ``None`` when its question was hidden."""
    topic.deleted_at, topic.deleted_by_id = timezone.now(), by
    topic.save(update_fields=["deleted_at", "deleted_by", "updated_at"])
    _count(topic.category_id, -1)
    cachetags.changed("forums")


def bring_back(topic: Topic) -> None:
    """Take the deletion of a held topic back (within the caller's transaction)."""
    topic.deleted_at = topic.deleted_by = None
    topic.save(update_fields=["deleted_at", "deleted_by", "updated_at"])
    _count(topic.category_id, 1)
    cachetags.changed("forums")


def set_locked(*, actor: Actor, topic_id: UUID, locked: bool, reason: str = "") -> None:
    """Close a topic to further writing, or open it again (moderators)."""
    kind = DecisionKind.LOCK if locked else DecisionKind.UNLOCK
    _moderate(actor, topic_id, "locked_at", kind, on=locked, reason=reason)


def set_pinned(*, actor: Actor, topic_id: UUID, pinned: bool, reason: str = "") -> None:
    """Keep a topic on top of its lists, or let it go (moderators)."""
    kind = DecisionKind.PIN if pinned else DecisionKind.UNPIN
    _moderate(actor, topic_id, "pinned_at", kind, on=pinned, reason=reason)


def _moderate(actor: Actor, topic_id: UUID, column: str, kind: DecisionKind, *, on: bool, reason: str) -> None:
    """Set or clear a time and record it; nothing happens where it stands so already."""
    guards.visible_topic(actor, topic_id)
    if not allows(actor, Permission.MODERATE_FORUMS):
        raise Forbidden
    with transaction.atomic():
        topic = guards.hold_topic(topic_id)
        if (getattr(topic, column) is not None) is on:
            return
        setattr(topic, column, timezone.now() if on else None)
        topic.save(update_fields=[column, "updated_at"])
        decisions.record(actor=actor, kind=kind, topic=topic, person_id=topic.author_id, reason=reason)


def _record_for(actor: Actor, kind: DecisionKind, topic: Topic, reason: str) -> None:
    """Record what was done to somebody else's topic; what people do with their own is no moderation."""
    if topic.author_id != actor.id:
        decisions.record(actor=actor, kind=kind, topic=topic, person_id=topic.author_id, reason=reason)


def _category(checks: FieldChecks, category_id: UUID | None) -> Category | None:
    category = Category.objects.filter(pk=category_id).first() if category_id else None
    if category is None:
        checks.add("category", _("Choose one of the categories."))
    return category


def _count(category_id: UUID, change: int) -> None:
    Category.objects.filter(pk=category_id).update(topic_count=F("topic_count") + change)
