"""Telling people: whom, how often, in how many statements; and taking it back."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from accounts.tests.factories import UserFactory
from messaging.actions import mark_read
from messaging.kinds import Email, Kind
from messaging.models import EVENTS_KEPT, Notification
from messaging.notify import notify, withdraw
from messaging.tests.factories import NotificationPreferenceFactory, tell
from p2psandbox.platform.models import new_id

pytestmark = pytest.mark.django_db


def test_people_are_told_once_each_and_never_who_did_it(ada: User, ben: User, lina: User) -> None:
    tell(ada, ben, lina, ada, by=lina)

    rows = Notification.objects.order_by("recipient__first_name")
    assert [row.recipient for row in rows] == [ada, ben]
    assert {(row.kind, row.thread, row.title, row.url, row.count) for row in rows} == {
        ("reply", "topic:1", "Why does the compressor trip?", "/forums/", 1)
    }
    assert rows[0].people == [lina.pk]


def test_nobody_is_told_who_cannot_read_it(ada: User, nico: User) -> None:
    off = UserFactory(is_active=False)
    suspended = UserFactory(is_active=False, suspended_at=timezone.now())
    removed = UserFactory(deleted_at=timezone.now())

    tell(ada, nico, off, suspended, removed)

    assert list(Notification.objects.values_list("recipient", flat=True)) == [ada.pk]


def test_what_nobody_wants_leaves_no_row(ada: User, ben: User, lina: User) -> None:
    NotificationPreferenceFactory(person=ada, in_app=False, email=Email.OFF)
    NotificationPreferenceFactory(person=ben, in_app=False, email=Email.WEEKLY)
    NotificationPreferenceFactory(person=lina, kind=Kind.MENTION, in_app=False, email=Email.OFF)

    tell(ada, ben, lina)

    told = {row.recipient: row for row in Notification.objects.all()}
    assert set(told) == {ben, lina}
    assert (told[ben].in_app, told[ben].mail) == (False, Email.WEEKLY)
    assert (told[lina].in_app, told[lina].mail) == (True, Email.INSTANT)


def test_events_of_one_thread_gather_until_they_are_read(ada: User, ben: User, lina: User) -> None:
    tell(ada, by=lina, url="/first/", title="Old title")
    tell(ada, by=ben, url="/second/", title="New title")
    tell(ada, by=lina, url="/third/", title="New title")
    tell(ada, by=lina, thread="topic:2")
    tell(ada, by=lina, kind=Kind.MENTION)

    row = Notification.objects.get(kind=Kind.REPLY, thread="topic:1")
    assert (row.count, row.title, row.url) == (3, "New title", "/first/")
    assert row.people == [lina.pk, ben.pk]
    assert row.actors == [lina.pk, ben.pk, lina.pk]
    assert row.first_event_at < row.last_event_at
    assert Notification.objects.count() == 3

    mark_read(actor=ada.actor, notification_id=row.pk)
    tell(ada, by=ben)
    assert sorted(Notification.objects.filter(thread="topic:1", kind="reply").values_list("count", flat=True)) == [1, 3]


def test_an_event_told_twice_counts_once(ada: User, lina: User) -> None:
    event = new_id()
    tell(ada, by=lina, event=event)
    tell(ada, by=lina, event=event)
    assert Notification.objects.get().count == 1


def test_a_busy_thread_counts_on_and_remembers_the_latest(ada: User, lina: User) -> None:
    for _number in range(EVENTS_KEPT + 3):
        tell(ada, by=lina)
    row = Notification.objects.get()
    assert (row.count, len(row.events), len(row.actors)) == (EVENTS_KEPT + 3, EVENTS_KEPT, EVENTS_KEPT)


def test_what_nobody_in_particular_did_has_no_people(ada: User) -> None:
    tell(ada, kind=Kind.MODERATION)
    row = Notification.objects.get()
    assert (row.actors, row.people) == ([None], [])


def test_telling_comes_to_nothing_with_its_transaction(ada: User) -> None:
    with transaction.atomic():
        tell(ada)
        transaction.set_rollback(True)
    assert not Notification.objects.exists()


@pytest.mark.parametrize("people", [5, 50])
def test_many_people_cost_no_more_statements_than_few(lina: User, people: int) -> None:
    crowd = [UserFactory(organization=lina.organization) for _number in range(people)]
    tell(*crowd, by=lina)
    event = new_id()
    with CaptureQueriesContext(connection) as told:
        tell(*crowd, by=lina, event=event)
    with CaptureQueriesContext(connection) as withdrawn:
        withdraw(thread="topic:1", event=event)
    assert Notification.objects.filter(count=1).count() == people
    with CaptureQueriesContext(connection) as all_withdrawn:
        withdraw(thread="topic:1")
    assert not Notification.objects.exists()
    assert len(told) == 2, told.captured_queries
    assert len(withdrawn) <= 4, withdrawn.captured_queries  # with a savepoint's two
    assert len(all_withdrawn) <= 4, all_withdrawn.captured_queries


def test_telling_nobody_asks_nothing(ada: User) -> None:
    with CaptureQueriesContext(connection) as asked:
        notify(kind=Kind.REPLY, recipients=[ada.pk], actor_id=ada.pk, thread="topic:1", title="x", url="/")
    assert len(asked) == 0


@pytest.mark.parametrize(
    "url", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:x", "", "x"]
)
def test_an_address_elsewhere_is_refused(ada: User, url: str) -> None:
    with pytest.raises(ValueError, match="path of this site"):
        tell(ada, url=url)


def test_a_long_title_is_cut(ada: User) -> None:
    tell(ada, title="x" * 300)
    assert len(Notification.objects.get().title) == 200


def test_what_is_withdrawn_is_counted_down_or_goes(ada: User, ben: User, lina: User) -> None:
    first, second = new_id(), new_id()
    tell(ada, by=ben, event=first)
    tell(ada, lina, by=ben, event=second)
    tell(ada, by=lina)
    tell(lina, by=ada, thread="topic:2", event=second)

    withdraw(thread="topic:1", event=second)

    row = Notification.objects.get(recipient=ada)
    assert (row.count, row.actors, row.events[1]) == (2, [lina.pk, ben.pk], first)
    assert Notification.objects.get(recipient=lina).thread == "topic:2"


def test_what_was_read_is_withdrawn_too(ada: User, lina: User) -> None:
    event = new_id()
    tell(ada, by=lina, event=event)
    mark_read(actor=ada.actor, notification_id=Notification.objects.get().pk)
    withdraw(thread="topic:1", event=event)
    assert not Notification.objects.exists()


def test_a_whole_thread_is_withdrawn_or_some_kinds_of_it(ada: User, lina: User) -> None:
    tell(ada, by=lina)
    tell(ada, by=lina)
    tell(ada, by=lina, kind=Kind.MENTION)
    tell(ada, by=lina, thread="topic:2")

    withdraw(thread="topic:1", kinds=[Kind.REPLY])
    assert sorted(Notification.objects.values_list("kind", "thread")) == [("mention", "topic:1"), ("reply", "topic:2")]
    withdraw(thread="topic:1")
    assert Notification.objects.get().thread == "topic:2"


@pytest.mark.parametrize(
    ("email", "zone", "now", "due"),
    [
        ("off", "UTC", "2026-11-22T10:00", None),
        ("instant", "Asia/Amman", "2026-11-22T10:00", "2026-11-22T10:00"),
        ("daily", "UTC", "2026-11-22T07:59", "2026-11-22T08:00"),
        ("daily", "UTC", "2026-11-22T08:00", "2026-11-23T08:00"),
        ("daily", "Asia/Amman", "2026-11-22T04:00", "2026-11-22T05:00"),
        ("daily", "Pacific/Auckland", "2026-11-22T20:00", "2026-11-23T19:00"),
        ("daily", "America/New_York", "2026-11-01T02:00", "2026-11-01T13:00"),  # the clocks go back that night
        ("weekly", "UTC", "2026-11-22T10:00", "2026-11-23T08:00"),  # a Sunday
        ("weekly", "UTC", "2026-11-23T07:00", "2026-11-23T08:00"),
        ("weekly", "UTC", "2026-11-23T08:00", "2026-11-30T08:00"),
        ("weekly", "Asia/Amman", "2026-11-22T23:00", "2026-11-23T05:00"),  # Monday there already
        ("daily", "No/Where", "2026-11-22T07:00", "2026-11-22T08:00"),
    ],
)
def test_mail_is_due_at_once_or_in_the_morning_where_the_reader_is(
    ada: User, email: str, zone: str, now: str, due: str | None
) -> None:
    User.objects.filter(pk=ada.pk).update(time_zone=zone)
    NotificationPreferenceFactory(person=ada, email=email)
    with time_machine.travel(datetime.fromisoformat(now).replace(tzinfo=UTC), tick=False):
        tell(ada)
    expected: Any = due and datetime.fromisoformat(due).replace(tzinfo=UTC)
    assert Notification.objects.get().mail_due_at == expected


def test_the_first_event_says_when_gathered_mail_goes_out(ada: User) -> None:
    NotificationPreferenceFactory(person=ada, email=Email.DAILY)
    for now in ("2026-11-22T07:00+00:00", "2026-11-22T07:30+00:00", "2026-11-22T09:00+00:00"):
        with time_machine.travel(datetime.fromisoformat(now), tick=False):
            tell(ada)
    assert Notification.objects.get().mail_due_at == datetime(2026, 11, 22, 8, tzinfo=UTC)
