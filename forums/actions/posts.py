"""Posts: reply, change, delete, take back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from forums import indexing, mentions, rules
from forums.actions import decisions, guards, newcomers, telling, writing
from forums.actions.reading import take_part
from forums.actions.topics import edit_topic, point_to
from forums.branches import count_replies, take_place
from forums.documents import PostRevision
from forums.models import Decision, DecisionKind, Post, Topic
from p2psandbox.platform import cachetags
from p2psandbox.platform.drafts.actions import discard_draft
from p2psandbox.platform.errors import Conflict
from p2psandbox.platform.logging import getLogger
from p2psandbox.platform.models import new_id
from p2psandbox.platform.permissions import Actor, Permission, require
from p2psandbox.platform.textrules import FieldChecks

log = getLogger(__name__)


def reply(
    *, actor: Actor, topic_id: UUID, body: object, parent_id: UUID | None = None, attachments: Sequence[UUID] = ()
) -> Post:
    """Add a post to a topic, in answer to ``parent_id`` if given, and return it with its number.

    ``body`` is HTML, sanitised here; ``attachments`` are the actor's own uploads, attached to nothing yet. Raises
    ``Invalid`` (body, parent, attachments), ``NotFound``, ``Forbidden``,
    ``Conflict`` (``locked``, ``deleted``: nothing is stored), ``TooMany`` (new accounts), ``Unavailable``.
    """
    topic = guards.visible_topic(actor, topic_id)
    require(actor, Permission.WRITE_POSTS)
    guards.refuse_closed(actor, topic)
    checks = FieldChecks()
    text = writing.check(checks, actor, body, attachments)
    parent = _answered(actor, topic_id, parent_id)
    if parent_id is not None and parent is None:
        checks.add("parent", _("Answer a post of this topic that is still there."))
    checks.done()
    newcomers.take_turn_to_post(actor)
    post_id = new_id()
    revision = PostRevision.insert(subject_id=post_id, author_id=actor.id, html=text.html, text=text.text)
    now = timezone.now()
    with transaction.atomic():
        topic = guards.hold_topic(topic_id)
        guards.refuse_closed(actor, topic)
        place = take_place(topic, parent)
        post: Post = Post.objects.create(
            id=post_id, topic=topic, number=topic.last_number + 1, author_id=actor.id, created_at=now,
            organization_id=actor.organization_id, parent=parent, revision_id=revision.id,
            excerpt=rules.excerpt_of(text.text), branch=place.branch, branch_place=place.place,
            attachment_count=writing.attach(actor, post_id, text),
        )  # fmt: skip
        topic.last_number, topic.last_post_at, topic.last_post_by_id = post.number, now, actor.id
        topic.reply_count += 1
        topic.save(
            update_fields=[
                "last_number", "branch_count", "reply_count", "last_post_at", "last_post_by", "updated_at"
            ]
        )  # fmt: skip
        _count_reply(parent_id, 1)
        cachetags.changed("forums")
        take_part(actor=actor, topic_id=topic_id, number=post.number)
        indexing.index(post, topic, text.text)
        telling.tell_of_post(post, topic, mentioned=mentions.mentioned(text.html, author_id=actor.id))
        discard_draft(actor=actor, key=f"reply:{topic_id}")
    log.info("reply written", topic_id=str(topic_id), post_id=str(post.id), number=post.number)
    return post


def edit_post(
    *,
    actor: Actor,
    post_id: UUID,
    body: object = None,
    attachments: Sequence[UUID] | None = None,
    revision_id: UUID | None = None,
) -> Post:
    """Say it anew: the former text stays in the history. Editing post 1 edits the topic's question.

    Without ``body`` the text stays, without ``attachments`` the files do.

    ``revision_id`` names the text the person saw. Raises ``NotFound``, ``Forbidden``, ``Invalid`` (body, attachments),
    ``Conflict`` (``locked``, ``deleted``, ``stale``), ``Unavailable``.
    """
    post = guards.visible_post(actor, post_id)
    guards.require_editor(actor, post.author_id)
    if post.number == 1:
        edit_topic(actor=actor, topic_id=post.topic_id, body=body, attachments=attachments, revision_id=revision_id)
        return Post.objects.get(pk=post_id)  # type: ignore[no-any-return]  # its manager is untyped
    guards.refuse_closed(actor, post.topic)
    checks = FieldChecks()
    seen = revision_id or post.revision_id
    text = writing.check_again(checks, actor, post, body, attachments)
    checks.done()
    mentioned = telling.newly_mentioned(text.html, seen, author_id=post.author_id)
    revision = PostRevision.insert(
        subject_id=post_id, author_id=actor.id, previous_id=seen, html=text.html, text=text.text
    )
    with transaction.atomic():
        topic = guards.hold_topic(post.topic_id)
        guards.refuse_closed(actor, topic)
        post = guards.hold_post(post_id)
        guards.refuse_stale(post, seen)
        point_to(post, revision, attachment_count=writing.attach(actor, post_id, text, before=post.attachment_count))
        indexing.index(post, topic, text.text)
        telling.tell_of_mentions(post, topic, mentioned=mentioned, actor_id=actor.id)
        discard_draft(actor=actor, key=f"post:{post_id}")
        # The topic's head may quote it as the best answer.
        Topic.objects.filter(pk=post.topic_id).update(updated_at=timezone.now())
        cachetags.changed("forums")
    log.info("post edited", post_id=str(post_id))
    return post


def delete_post(*, actor: Actor, post_id: UUID, reason: str = "") -> Post:
    """Mark a reply deleted; its number stays taken and it can be taken back.

    A deleted best answer is the best answer no more. ``reason`` is what the author reads when a moderator deletes
    it. Raises ``NotFound``, ``Forbidden``, ``Conflict``.
    """
    post = guards.visible_post(actor, post_id)
    guards.require_editor(actor, post.author_id)
    if post.number == 1:
        raise Conflict(_("This is the question itself: delete the whole topic instead."), code="opening_post")
    with transaction.atomic():
        topic = guards.hold_topic(post.topic_id)
        post = guards.hold_post(post_id)
        if post.is_deleted:
            return post
        guards.refuse_closed(actor, topic)
        change, facts = -int(post.stands), unmark(topic, post)
        post.deleted_at, post.deleted_by_id = timezone.now(), actor.id
        post.save(update_fields=["deleted_at", "deleted_by", "updated_at"])
        recount(topic, post, change)
        if post.author_id != actor.id:
            decisions.record(
                actor=actor, kind=DecisionKind.DELETE, topic=topic, post=post, person_id=post.author_id,
                reason=reason, facts=facts,
            )  # fmt: skip
    log.info("post deleted", post_id=str(post_id))
    return post


def restore_post(*, actor: Actor, post_id: UUID, reason: str = "") -> Post:
    """Take a deletion back: who deleted the post, or a moderator. Raises ``NotFound``.

    What a moderator deleted as the best answer is that again, unless the asker has chosen another one.
    """
    require(actor, Permission.READ_MEMBERS_AREA)
    topic_id = Post.objects.filter(pk=post_id).values_list("topic_id", flat=True).first()
    with transaction.atomic():
        topic = guards.hold_topic(topic_id) if topic_id else None
        post: Post = guards.hold_deleted(Post.objects.all(), actor, post_id)
        assert topic is not None  # a post has a topic
        if post.is_deleted:
            guards.refuse_closed(actor, topic)
            post.deleted_at = post.deleted_by = None
            post.save(update_fields=["deleted_at", "deleted_by", "updated_at"])
            if post.author_id != actor.id:
                made = decisions.record(
                    actor=actor, kind=DecisionKind.RESTORE, topic=topic, post=post, person_id=post.author_id,
                    reason=reason,
                )  # fmt: skip
                mark_again(topic, post, made)
            recount(topic, post, int(post.stands))
    log.info("post restored", post_id=str(post_id))
    return post


def _answered(actor: Actor, topic_id: UUID, parent_id: UUID | None) -> Post | None:
    """Return the post that is answered, if there is one and it still stands."""
    if parent_id is None:
        return None
    found: Post | None = Post.objects.visible_to(actor).alive().filter(pk=parent_id, topic_id=topic_id).first()
    return found


def _count_reply(parent_id: UUID | None, change: int) -> None:
    if parent_id is not None:
        Post.objects.filter(pk=parent_id).update(reply_count=F("reply_count") + change)


def unmark(topic: Topic, post: Post) -> dict[str, str]:
    """Let a held topic have no best answer if this post is it; returns what :func:`mark_again` needs."""
    if topic.best_answer_id != post.id or topic.best_answer_at is None:
        return {}
    facts = {"best_answer_at": topic.best_answer_at.isoformat()}
    topic.best_answer = topic.best_answer_at = None
    return facts


def mark_again(topic: Topic, post: Post, made: Decision) -> None:
    """Let a post be the best answer again if the decision that ``made`` takes back ended that.

    Not when the asker chose another one meanwhile, or while the post is gone for another reason.
    """
    since = made.takes_back.facts.get("best_answer_at") if made.takes_back is not None else None
    if since and topic.best_answer_id is None and post.stands:
        topic.best_answer, topic.best_answer_at = post, datetime.fromisoformat(since)


def recount(topic: Topic, post: Post, change: int) -> None:
    """Bring a held topic's counters and last activity up to date after a post went (-1) or came back (1)."""
    last = Post.objects.standing().filter(topic_id=topic.id).order_by("-number").first()
    last = last or Post.objects.get(topic_id=topic.id, number=1)  # a hidden question stands no more
    topic.reply_count += change
    topic.last_post_at, topic.last_post_by_id = last.created_at, last.author_id
    topic.save(
        update_fields=[
            "reply_count", "last_post_at", "last_post_by", "best_answer", "best_answer_at", "updated_at"
        ]
    )  # fmt: skip
    _count_reply(post.parent_id, change)
    count_replies(post, change)
    cachetags.changed("forums")
    if change < 0:
        telling.take_back_post(post)
