"""The best answer: chosen by who asked, one at a time."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from forums.actions import guards, telling
from forums.models import Post, Topic
from p2psandbox.platform import cachetags
from p2psandbox.platform.errors import Invalid
from p2psandbox.platform.logging import getLogger
from p2psandbox.platform.permissions import Actor

log = getLogger(__name__)


def mark_best_answer(*, actor: Actor, topic_id: UUID, post_id: UUID) -> Topic:
    """Say which reply answered the question; a former best answer gives way.

    Raises ``NotFound``, ``Forbidden`` (only who asked), ``Invalid`` (post), ``Conflict``.
    """
    guards.require_asker(actor, guards.visible_topic(actor, topic_id))
    with transaction.atomic():
        topic = guards.hold_topic(topic_id)
        guards.refuse_closed(actor, topic)
        chosen = Post.objects.alive().filter(pk=post_id, topic_id=topic_id, hidden_at__isnull=True)
        if not chosen.filter(number__gt=1).exists():
            raise Invalid({"post": _("Choose a reply of this topic.")})
        if topic.best_answer_id != post_id:
            topic.best_answer_id, topic.best_answer_at = post_id, timezone.now()
            topic.save(update_fields=["best_answer", "best_answer_at", "updated_at"])
            telling.tell_of_best_answer(chosen.get(), topic)
            cachetags.changed("forums")
    log.info("best answer chosen", topic_id=str(topic_id), post_id=str(post_id))
    return topic


def unmark_best_answer(*, actor: Actor, topic_id: UUID) -> Topic:
    """Say that the question is open again; harmless when it is. Raises ``NotFound``, ``Forbidden``."""
    guards.require_asker(actor, guards.visible_topic(actor, topic_id))
    with transaction.atomic():
        topic = guards.hold_topic(topic_id)
        guards.refuse_closed(actor, topic)
        topic.best_answer = topic.best_answer_at = None
        topic.save(update_fields=["best_answer", "best_answer_at", "updated_at"])
        telling.take_back_best_answer(topic)
        cachetags.changed("forums")
    log.info("best answer taken back", topic_id=str(topic_id))
    return topic
