"""What trends: a new good story overtakes an old popular one, and nobody pushes their own."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.tests.factories import UserFactory
from dashboard import trending
from dashboard.models import TrendingScore, Window
from dashboard.tests.factories import question_at, reply_at, story_at
from forums.models import PostLike, Topic, TopicReader
from forums.tests.factories import CategoryFactory
from organizations.tests.factories import OrganizationFactory
from p2psandbox.platform.errors import NotVerified
from usecases.models import Status, UseCase, UseCaseBookmark, UseCaseLike

pytestmark = pytest.mark.django_db(databases="__all__")

NOW = datetime(2026, 6, 17, 12, tzinfo=UTC)


@pytest.fixture
def crowd(db: None) -> list[User]:
    """Twelve people of six other companies."""
    companies = [OrganizationFactory() for _number in range(6)]
    return [UserFactory(organization=companies[number % 6]) for number in range(12)]


def like(story: UseCase, people: list[User], at: datetime) -> None:
    UseCaseLike.objects.bulk_create([UseCaseLike(use_case=story, user=one, created_at=at) for one in people])


def ranked(window: str = Window.WEEK) -> list[UUID | None]:
    rows = TrendingScore.objects.filter(window=window).order_by("-score")
    return [row.use_case_id or row.topic_id for row in rows]


def score_of(thing: Any, window: str = Window.WEEK) -> float:
    rows = TrendingScore.objects.filter(window=window)
    found = rows.filter(use_case_id=thing.pk).first() or rows.filter(topic_id=thing.pk).first()
    return found.score if found else 0.0


def test_a_new_good_story_overtakes_an_old_popular_one(crowd: list[User], ben: User, lina: User) -> None:
    """Day by day: the old one had everybody's like and 5,000 views a week ago, the new one gathers a few now."""
    old = story_at(ben, NOW - timedelta(days=6), view_count=5_000)
    like(old, crowd, NOW - timedelta(days=6))
    new = story_at(lina, NOW - timedelta(days=1), view_count=20)
    first = []
    for day, people in enumerate([crowd[:1], crowd[1:3], crowd[3:5]]):
        moment = NOW + timedelta(days=day - 1)
        like(new, people, moment - timedelta(hours=1))
        trending.recompute(now=moment)
        first.append(ranked()[0])
    assert first[0] == old.pk
    assert first[-1] == new.pk


def test_a_company_cannot_push_its_own(crowd: list[User], ben: User, bolt: Any) -> None:
    own = story_at(ben, NOW - timedelta(hours=5))
    colleagues = [UserFactory(organization=bolt) for _number in range(30)]
    like(own, colleagues, NOW - timedelta(hours=1))
    topic = question_at(ben, NOW - timedelta(hours=5))
    for one in colleagues:
        reply_at(one, topic, NOW - timedelta(hours=1))
        TopicReader.objects.create(topic=topic, user=one, read_at=NOW, bookmarked_at=NOW)
    PostLike.objects.bulk_create([PostLike(post=topic.posts.get(number=1), user=one) for one in colleagues])
    PostLike.objects.update(created_at=NOW - timedelta(hours=1))
    trending.recompute(now=NOW)
    assert (score_of(own), score_of(topic)) == (0.0, 0.0)


def test_one_company_that_pushes_anothers_weighs_less_than_several_that_like_it(
    crowd: list[User], ben: User, lina: User, khalil: Any
) -> None:
    pushed, liked = story_at(ben, NOW - timedelta(hours=5)), story_at(ben, NOW - timedelta(hours=5))
    like(pushed, [UserFactory(organization=khalil) for _number in range(40)], NOW - timedelta(hours=1))
    like(liked, crowd[:6], NOW - timedelta(hours=1))
    trending.recompute(now=NOW)
    assert score_of(liked) > score_of(pushed) > 0


def test_a_company_cannot_push_somebodys_question_by_liking_its_own_replies(ben: User, lina: User, kamal: User) -> None:
    topic = question_at(ben, NOW - timedelta(hours=5))
    reply = reply_at(lina, topic, NOW - timedelta(hours=2))
    trending.recompute(now=NOW)
    before = score_of(topic)
    PostLike.objects.create(post=reply, user=kamal)
    PostLike.objects.update(created_at=NOW - timedelta(hours=1))
    trending.recompute(now=NOW)
    assert score_of(topic) == before > 0


def test_one_more_companys_like_weighs_more_than_a_hundred_thousand_views(
    crowd: list[User], ben: User, lina: User
) -> None:
    seen, liked = story_at(ben, NOW, view_count=100_000), story_at(ben, NOW)
    for story in (seen, liked):
        UseCaseBookmark.objects.create(use_case=story, user=lina, created_at=NOW)
    like(liked, crowd[:1], NOW)
    trending.recompute(now=NOW)
    assert score_of(liked) > score_of(seen) > 0


def test_scores_say_what_they_are_made_of(client: Client, ben: User, lina: User, kamal: User) -> None:
    topic = question_at(ben)
    reply_at(lina, topic)
    TopicReader.objects.create(topic=topic, user=kamal, read_at=timezone.now())
    trending.recompute()
    client.force_login(lina)
    [found] = client.get("/api/v1/dashboard/trending?window=day&kind=topic").json()["results"]
    assert (found["kind"], found["id"], found["title"]) == ("topic", str(topic.pk), topic.title)
    parts = found["parts"]
    assert (parts["replies"], parts["readers"], parts["organizations"], parts["likes"]) == (1, 1, 1, 0)
    assert found["score"] == pytest.approx(parts["from_organizations"] + parts["from_views"], abs=1e-3)


def test_windows_forget_what_is_older(ben: User, lina: User) -> None:
    story = story_at(ben, NOW - timedelta(days=20))
    like(story, [lina], NOW - timedelta(days=10))
    trending.recompute(now=NOW)
    assert [score_of(story, window) > 0 for window in ("day", "week", "month")] == [False, False, True]


def test_kinds_and_categories_narrow(client: Client, ben: User, lina: User) -> None:
    welding = question_at(ben, category=CategoryFactory(slug="welding"))
    other, story = question_at(ben), story_at(ben, category="quality")
    for topic in (welding, other):
        reply_at(lina, topic)
    like(story, [lina], timezone.now())
    trending.recompute()
    client.force_login(lina)

    def ids(query: str) -> set[str]:
        return {one["id"] for one in client.get(f"/api/v1/dashboard/trending?{query}").json()["results"]}

    assert ids("") == {str(one.pk) for one in (welding, other, story)}
    assert ids("kind=use_case") == {str(story.pk)}
    assert ids("category=welding") == {str(welding.pk)}
    assert ids("kind=use_case&category=quality") == {str(story.pk)}
    assert client.get("/api/v1/dashboard/trending?window=year").status_code == 400


def test_what_is_gone_trends_no_more_before_the_next_run(ben: User, lina: User) -> None:
    topic, story = question_at(ben), story_at(ben)
    reply_at(lina, topic)
    like(story, [lina], timezone.now())
    trending.recompute()
    assert len(trending.trending(lina.actor, window="day")) == 2
    Topic.objects.filter(pk=topic.pk).update(deleted_at=timezone.now())
    UseCase.objects.filter(pk=story.pk).update(status=Status.UNPUBLISHED)
    assert trending.trending(lina.actor, window="day") == []


def test_computing_again_changes_nothing(ben: User, lina: User, capsys: pytest.CaptureFixture[str]) -> None:
    like(story_at(ben, NOW), [lina], NOW)
    trending.recompute(now=NOW)
    before = list(TrendingScore.objects.order_by("window").values_list("window", "use_case", "score", "parts"))
    trending.recompute(now=NOW)
    assert list(TrendingScore.objects.order_by("window").values_list("window", "use_case", "score", "parts")) == before
    call_command("compute_trending")
    assert "scores" in capsys.readouterr().out


def test_what_trends_is_for_confirmed_people(nico: User) -> None:
    with pytest.raises(NotVerified):
        trending.trending(nico.actor, window="day")
