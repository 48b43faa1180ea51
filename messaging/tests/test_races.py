"""Many at the same moment: each event counts once, in one row, and nobody waits for anybody for ever."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection, transaction

from accounts.models import User
from accounts.tests.factories import UserFactory
from messaging import unread
from messaging.actions import mark_all_read
from messaging.delivery import send_due
from messaging.kinds import Email, Kind
from messaging.models import Notification
from messaging.notify import withdraw
from messaging.tests.factories import NotificationFactory, tell
from p2psandbox.platform.mail.models import OutboxMail
from p2psandbox.platform.models import new_id
from tests.races import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_twenty_events_at_once_make_one_row_that_counts_twenty(ada: User, lina: User) -> None:
    assert at_once(*(lambda: tell(ada, by=lina) for _event in range(20))) == [None] * 20

    row = Notification.objects.get()
    assert (row.count, len(set(row.events))) == (20, 20)
    assert unread.waiting(ada.actor).count == 1


def test_one_event_told_ten_times_at_once_counts_once(ada: User, lina: User) -> None:
    event = new_id()
    at_once(*(lambda: tell(ada, by=lina, event=event) for _time in range(10)))
    assert Notification.objects.get().count == 1


def test_crowds_in_any_order_wait_for_each_other_in_line(lina: User) -> None:
    crowd = [UserFactory(organization=lina.organization) for _number in range(30)]
    found = at_once(*(lambda n=n: tell(*crowd[n:], *crowd[:n], by=lina) for n in range(0, 30, 3)))
    assert found == [None] * 10
    assert set(Notification.objects.values_list("count", flat=True)) == {10}


def test_reading_everything_while_things_happen_neither_fails_nor_loses_any(ada: User, lina: User) -> None:
    def both() -> None:
        with transaction.atomic():
            tell(ada, by=lina, kind=Kind.REPLY)
            tell(ada, by=lina, kind=Kind.MENTION)

    def read() -> None:
        mark_all_read(actor=ada.actor)

    found = at_once(*[both] * 6, *[read] * 6, *[send_due] * 2)

    assert [one for one in found if isinstance(one, Exception)] == []
    assert sum(Notification.objects.values_list("count", flat=True)) == 12
    read()
    assert unread.waiting(ada.actor).count == Notification.objects.filter(read_at=None).count() == 0


def test_taking_back_while_telling_leaves_what_is_right(ada: User, ben: User, lina: User) -> None:
    events = [new_id() for _number in range(8)]
    for event in events:
        tell(ada, ben, by=lina, event=event)

    found = at_once(
        *(lambda event=event: withdraw(thread="topic:1", event=event) for event in events),
        *(lambda: tell(ben, ada, by=lina) for _number in range(4)),
    )

    assert found == [None] * 12
    assert list(Notification.objects.values_list("count", flat=True)) == [4, 4]
    assert unread.waiting(ada.actor).count == 1


def test_two_processes_send_a_mail_once(ada: User) -> None:
    NotificationFactory(recipient=ada, mail=Email.INSTANT, mail_due_at="2026-01-01T00:00Z")
    at_once(*[send_due] * 4)
    assert OutboxMail.objects.count() == 1


def test_a_count_taken_before_a_commit_is_not_believed_after_it(ada: User, lina: User) -> None:
    """The reader counts, somebody commits, and only then the reader keeps what they counted."""
    told: list[bool] = []

    def and_then_something_happens(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        counted = execute(sql, params, many, context)
        if not told:
            told.append(True)
            at_once(lambda: tell(ada, by=lina))
        return counted

    with connection.execute_wrapper(and_then_something_happens):
        assert unread.waiting(ada.actor).count == 0
    assert unread.waiting(ada.actor).count == 1
