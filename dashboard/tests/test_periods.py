"""Statistics of a period: exact, in the reader's days, kept until something changes."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from dashboard.periods import statistics
from dashboard.tests.factories import answered_at, question_at, reply_at, story_at
from forums.actions.posts import delete_post, reply
from forums.actions.topics import create_topic
from forums.models import Category, Post, Topic
from forums.tests.factories import CategoryFactory
from p2psandbox.platform.errors import Invalid, NotVerified
from usecases.models import Status, UseCase

pytestmark = pytest.mark.django_db(databases="__all__")

NOON = datetime(2026, 6, 17, 12, tzinfo=UTC)


def replies(person: User, *, period: str = "7d", zone: str = "UTC", now: datetime = NOON) -> Any:
    return statistics(person.actor, period=period, time_zone=zone, now=now)


def test_a_period_counts_today_and_the_days_before_it(ada: User, ben: User, lina: User) -> None:
    for days in (0, 6, 7, 13, 14):
        question_at(ben, NOON - timedelta(days=days))
    question_at(lina, NOON)
    found = replies(ada)
    assert (found.first_day, found.last_day) == (date(2026, 6, 11), date(2026, 6, 17))
    assert (found.platform.figures["topics"].value, found.platform.figures["topics"].previous) == (3, 2)
    assert found.platform.figures["topics"].change == 50.0
    assert found.organization.figures["topics"].value == 2
    assert found.own.figures["topics"].value == 0
    assert replies(ben).own.figures["topics"].value == 2


def test_all_time_compares_with_nothing_and_begins_with_the_first_thing(ben: User) -> None:
    question_at(ben, NOON - timedelta(days=400))
    found = replies(ben, period="all")
    assert found.first_day == date(2025, 5, 13)
    assert found.own.figures["topics"].previous is None
    assert len(found.own.days) == 401


@pytest.mark.parametrize(
    ("zone", "moment", "day"),
    [
        ("Asia/Amman", datetime(2026, 6, 15, 20, 59, 59, tzinfo=UTC), date(2026, 6, 15)),
        ("Asia/Amman", datetime(2026, 6, 15, 21, 0, tzinfo=UTC), date(2026, 6, 16)),
        ("Europe/Berlin", datetime(2026, 6, 15, 21, 59, 59, tzinfo=UTC), date(2026, 6, 15)),
        ("Europe/Berlin", datetime(2026, 6, 15, 22, 0, tzinfo=UTC), date(2026, 6, 16)),
    ],
)
def test_a_day_ends_at_the_readers_midnight(ben: User, zone: str, moment: datetime, day: date) -> None:
    question_at(ben, moment)
    found = replies(ben, zone=zone)
    assert [when for when, counts in found.own.days if counts["topics"]] == [day]


@pytest.mark.parametrize(
    ("zone", "first", "hours"),
    [
        ("Europe/Berlin", date(2026, 3, 29), 23),  # clocks go forward at 2:00
        ("Europe/Berlin", date(2026, 10, 25), 25),
        ("Africa/Cairo", date(2026, 4, 24), 23),  # clocks skip midnight itself
        ("Africa/Cairo", date(2026, 10, 29), 25),  # and there are two hours before the next
    ],
)
def test_days_on_which_clocks_change_are_counted_whole(ben: User, zone: str, first: date, hours: int) -> None:
    begin = datetime.combine(first, time.min, tzinfo=ZoneInfo(zone)).astimezone(UTC)
    end = begin + timedelta(hours=hours)
    for moment in (begin - timedelta(seconds=1), begin, end - timedelta(seconds=1), end):
        question_at(ben, moment)
    found = replies(ben, zone=zone, now=end + timedelta(hours=12))
    counted = {day: counts["topics"] for day, counts in found.own.days if counts["topics"]}
    assert counted == {
        first - timedelta(days=1): 1,
        first: 2,
        first + timedelta(days=1): 1,
    }


def test_the_numbers_are_those_of_another_way_of_counting(ada: User, ben: User, lina: User, kamal: User) -> None:
    people = [ada, ben, lina, kamal]
    zone = ZoneInfo("Asia/Amman")
    for number in range(40):
        moment = NOON - timedelta(hours=7 * number)
        topic = question_at(people[number % 4], moment)
        hidden = {"hidden_at": moment} if number % 5 == 0 else {}
        answer = reply_at(people[(number + 1) % 4], topic, moment, **hidden)
        if number % 3 == 0:
            answered_at(topic, answer, moment + timedelta(hours=1))
        if number % 7 == 0:
            Topic.objects.filter(pk=topic.pk).update(deleted_at=moment)
        story_at(people[number % 4], moment)
    found = replies(lina, zone="Asia/Amman")
    first = found.first_day

    def by_day(moments: list[datetime]) -> dict[date, int]:
        return Counter(day for m in moments if first <= (day := m.astimezone(zone).date()) <= found.last_day)

    topics = [t for t in Topic.objects.all() if t.deleted_at is None]
    posts = [p for p in Post.objects.select_related("topic") if p.number > 1 and p.stands and not p.topic.deleted_at]
    stories = [s for s in UseCase.objects.all() if s.status == Status.PUBLISHED and s.deleted_at is None]
    for numbers, mine in (
        (found.platform, lambda row: True),
        (found.organization, lambda row: row.organization_id == lina.organization_id),
        (found.own, lambda row: row.author_id == lina.pk),
    ):
        best = [t for t in topics if t.best_answer_id and mine(Post.objects.get(pk=t.best_answer_id))]
        expected = {
            "topics": by_day([t.created_at for t in topics if mine(t)]),
            "replies": by_day([p.created_at for p in posts if mine(p)]),
            "best_answers": by_day([t.best_answer_at for t in best if t.best_answer_at]),
            "use_cases": by_day([s.published_at for s in stories if mine(s) and s.published_at]),
        }
        for name, days in expected.items():
            assert {day: counts[name] for day, counts in numbers.days if counts[name]} == days, name
            assert numbers.figures[name].value == sum(days.values()), name


@pytest.fixture
def maintenance(db: None) -> Category:
    return CategoryFactory(name="Maintenance", slug="maintenance")


def test_numbers_are_kept_until_a_write_changes_them(
    lina: User, ben: User, maintenance: Category, django_capture_on_commit_callbacks: Any
) -> None:
    def count() -> tuple[int, int]:
        found = statistics(lina.actor, period="7d", time_zone="UTC").platform
        return found.figures["topics"].value, found.figures["replies"].value

    assert count() == (0, 0)
    with django_capture_on_commit_callbacks(execute=True):
        topic = create_topic(
            actor=lina.actor, category_id=maintenance.pk, title="Why does it stop?", body="<p>It stops at night.</p>"
        )
    assert count() == (1, 0)
    with django_capture_on_commit_callbacks(execute=True):
        post = reply(actor=ben.actor, topic_id=topic.pk, body="<p>Look at the condensate drain.</p>")
    assert count() == (1, 1)
    with CaptureQueriesContext(connection) as asked:
        assert count() == (1, 1)
    assert len(asked) == 0
    with django_capture_on_commit_callbacks(execute=True):
        delete_post(actor=ben.actor, post_id=post.pk)
    assert count() == (1, 0)


def test_a_period_that_does_not_exist_is_refused(client: Client, lina: User) -> None:
    with pytest.raises(Invalid):
        replies(lina, period="1y")
    client.force_login(lina)
    answer = client.get("/api/v1/dashboard/stats?period=1y")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["attr"] == "period"


def test_the_json_says_the_same_as_the_query(client: Client, lina: User) -> None:
    question_at(lina, datetime.now(UTC))
    client.force_login(lina)
    found = client.get("/api/v1/dashboard/stats?period=30d").json()
    assert found["own"]["figures"]["topics"] == {"value": 1, "previous": 0, "change": None}
    assert len(found["own"]["series"]) == 30
    assert found["own"]["series"][-1]["topics"] == 1
    assert set(found) == {"period", "time_zone", "first_day", "last_day", "platform", "organization", "own"}


def test_numbers_are_for_confirmed_people(nico: User) -> None:
    with pytest.raises(NotVerified):
        replies(nico)
