"""Rows at moments of the test's choosing, without texts in the library: enough for lists, numbers and the feed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import factory
from django.db.models import F
from django.utils import timezone

from accounts.models import User
from dashboard.models import TrendingScore, Window
from forums.models import Post, Topic
from forums.tests.factories import CategoryFactory
from p2psandbox.platform.models import new_id
from usecases.models import UseCase
from usecases.tests.factories import UseCaseFactory


def question_at(author: User, at: datetime | None = None, **columns: Any) -> Topic:
    """A topic with its question."""
    at = at or timezone.now()
    columns.setdefault("category", columns.pop("category", None) or CategoryFactory())
    columns.setdefault("title", "Why does the compressor trip?")
    wrote = {"author": author, "organization": author.organization, "created_at": at, "excerpt": "It trips."}
    topic = Topic.objects.create(slug="why", last_number=1, last_post_at=at, last_post_by=author, **wrote, **columns)
    Post.objects.create(topic=topic, number=1, revision_id=new_id(), **wrote)
    return topic


def reply_at(author: User, topic: Topic, at: datetime | None = None, **columns: Any) -> Post:
    """A reply to a question."""
    Topic.objects.filter(pk=topic.pk).update(
        last_number=F("last_number") + 1, branch_count=F("branch_count") + 1, reply_count=F("reply_count") + 1
    )
    topic.refresh_from_db()
    return Post.objects.create(
        topic=topic, number=topic.last_number, branch=topic.branch_count, author=author, revision_id=new_id(),
        organization=author.organization, created_at=at or timezone.now(), excerpt="Check the relay.", **columns,
    )  # fmt: skip


def answered_at(topic: Topic, post: Post, at: datetime | None = None) -> Post:
    """Make a reply the best answer."""
    Topic.objects.filter(pk=topic.pk).update(best_answer=post, best_answer_at=at or timezone.now())
    return post


def story_at(author: User, at: datetime | None = None, **columns: Any) -> UseCase:
    """A published use case."""
    return UseCaseFactory(author=author, published_at=at or timezone.now(), **columns)


class TrendingScoreFactory(factory.django.DjangoModelFactory[TrendingScore]):
    """A score as the job leaves one."""

    class Meta:
        model = TrendingScore

    window = Window.WEEK
    score = 1.0
    parts = factory.LazyFunction(
        lambda: {
            **dict.fromkeys(("likes", "replies", "bookmarks", "readers", "organizations", "views"), 1),
            **dict.fromkeys(("from_organizations", "from_views"), 0.5),
        }
    )
