"""Topics about a story, and the stories a topic is about: only what the reader may see."""

from __future__ import annotations

from uuid import UUID

from django.db.models import F

from forums.models import Topic, TopicQuerySet, TopicUseCase
from p2psandbox.platform.identifiers import as_uuid
from p2psandbox.platform.permissions import Actor
from usecases.models import Status, UseCase


def topics_about(actor: Actor, use_case_id: UUID) -> TopicQuerySet:
    """Return the topics that point at a story, answered ones first, then those with the latest posts."""
    pointing = TopicUseCase.objects.filter(use_case_id=use_case_id).values("topic_id")
    found: TopicQuerySet = Topic.objects.visible_to(actor).alive().filter(pk__in=pointing)
    order = (F("best_answer_at").desc(nulls_last=True), "-last_post_at", "-id")
    return found.order_by(*order).select_related("category", "organization")  # type: ignore[return-value]


def stories_of(actor: Actor, topic_id: UUID) -> list[UseCase]:
    """Return the published stories a topic points at, by title: one statement."""
    pointed = TopicUseCase.objects.filter(topic_id=topic_id).values("use_case_id")
    rows = UseCase.objects.visible_to(actor).lean().filter(pk__in=pointed, status=Status.PUBLISHED)
    return list(rows.order_by("title", "id"))


def story_to_ask_about(actor: Actor, word: str) -> UseCase | None:
    """Return the published story an address names, for a new question's text; ``None`` for any other word."""
    pk = as_uuid(word)
    if pk is None:
        return None
    found: UseCase | None = UseCase.objects.visible_to(actor).lean().filter(pk=pk, status=Status.PUBLISHED).first()
    return found
