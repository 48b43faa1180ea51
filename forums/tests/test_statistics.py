"""The forums in numbers, checked against another way of counting."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.utils import timezone

from accounts.models import User
from forums.actions.answers import mark_best_answer
from forums.actions.posts import delete_post
from forums.actions.topics import delete_topic
from forums.models import Post, Topic
from forums.tests.factories import answer, ask


@pytest.fixture(autouse=True)
def _fresh() -> None:
    cache.clear()


def test_the_totals_are_what_stands(as_: Any, ada: User, lina: User, kamal: User) -> None:
    topic, gone = ask(ada), ask(kamal, "Which oil for the gearbox?")
    best = answer(lina, topic)
    delete_post(actor=lina.actor, post_id=answer(lina, topic).pk)
    mark_best_answer(actor=ada.actor, topic_id=topic.pk, post_id=best.pk)
    delete_topic(actor=kamal.actor, topic_id=gone.pk)

    assert as_(ada).get("/api/v1/forums/stats").json() == {"topics": 1, "posts": 1, "answered": 1, "contributors": 2}


def test_who_helped_most_is_first_and_only_in_the_period(as_: Any, ada: User, lina: User, kamal: User) -> None:
    topic, old = ask(ada), ask(ada, "Which oil for the gearbox?")
    for _number in range(3):
        answer(kamal, topic)
    mark_best_answer(actor=ada.actor, topic_id=topic.pk, post_id=answer(lina, topic).pk)
    long_ago = timezone.now() - timedelta(days=40)
    past = answer(kamal, old)
    mark_best_answer(actor=ada.actor, topic_id=old.pk, post_id=past.pk)
    Post.objects.filter(pk=past.pk).update(created_at=long_ago)
    Topic.objects.filter(pk=old.pk).update(best_answer_at=long_ago)

    def helpers(period: str) -> list[tuple[str, int, int]]:
        found = as_(ada).get("/api/v1/forums/contributors", {"period": period}).json()
        return [(one["person"]["id"], one["best_answers"], one["replies"]) for one in found]

    assert helpers("month") == [(str(lina.pk), 1, 1), (str(kamal.pk), 0, 3)]
    assert helpers("all") == [(str(kamal.pk), 1, 4), (str(lina.pk), 1, 1)]
    kamal.is_active = False
    kamal.save()
    assert helpers("month") == [(str(lina.pk), 1, 1)]
    assert as_(ada).get("/api/v1/forums/contributors", {"period": "century"}).status_code == 400


def test_helpers_cost_the_same_however_many_there_are(
    as_: Any, ada: User, lina: User, django_assert_max_num_queries: Any
) -> None:
    answer(lina, ask(ada))
    api = as_(ada)
    with django_assert_max_num_queries(3):
        api.get("/api/v1/forums/contributors")
    with django_assert_max_num_queries(1):
        api.get("/api/v1/forums/contributors")
