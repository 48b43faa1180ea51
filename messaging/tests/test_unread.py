"""The number beside the bell is exact after whatever happened, and usually costs no query."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client, TestCase
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import User
from messaging import unread
from messaging.actions import mark_all_read, mark_read, mark_thread_read
from messaging.bell import bell
from messaging.kinds import Email, Kind
from messaging.models import Notification
from messaging.notify import withdraw
from messaging.tests.factories import NotificationFactory, NotificationPreferenceFactory, tell
from p2psandbox.platform.permissions import VISITOR

pytestmark = pytest.mark.django_db

THREADS = ("topic:1", "topic:2", "use_case:1")
KINDS = (Kind.REPLY, Kind.MENTION, Kind.WATCHED_TOPIC)
EVENTS = [UUID(int=number) for number in range(1, 6)]
steps = st.one_of(
    st.tuples(st.just("tell"), st.sampled_from(KINDS), st.sampled_from(THREADS), st.sampled_from(EVENTS)),
    st.tuples(st.just("read"), st.integers(0, 5)),
    st.tuples(st.just("read thread"), st.sampled_from(THREADS)),
    st.tuples(st.just("read all")),
    st.tuples(st.just("withdraw"), st.sampled_from(THREADS), st.sampled_from([None, *EVENTS])),
    st.tuples(st.just("look")),
)


class Told:
    """What the rules say, kept the simple way: for each unread kind and thread, the events in it."""

    def __init__(self, person: User, colleague: User) -> None:
        self.person, self.colleague = person, colleague
        self.open: dict[tuple[Kind, str], set[UUID]] = {}
        self.read: list[tuple[str, set[UUID]]] = []

    def do(self, act: str, *given: Any) -> None:
        acts = {"tell": self.tell, "read": self.read_one, "read thread": self.read_thread, "read all": self.read_all}
        (acts | {"withdraw": self.withdraw, "look": self.look})[act](*given)

    def tell(self, kind: Kind, thread: str, event: UUID) -> None:
        tell(self.person, self.colleague, by=self.colleague, kind=kind, thread=thread, event=event)
        self.open.setdefault((kind, thread), set()).add(event)

    def _mark(self, *keys: tuple[Kind, str]) -> None:
        self.read += [(key[1], self.open.pop(key)) for key in keys]

    def read_one(self, place: int) -> None:
        rows = list(Notification.objects.filter(recipient=self.person).order_by("id"))
        if place < len(rows):
            row = rows[place]
            mark_read(actor=self.person.actor, notification_id=row.pk)
            if row.read_at is None:
                self._mark((Kind(row.kind), row.thread))

    def read_thread(self, thread: str) -> None:
        mark_thread_read(actor=self.person.actor, thread=thread)
        self._mark(*[key for key in self.open if key[1] == thread])

    def read_all(self) -> None:
        mark_all_read(actor=self.person.actor)
        self._mark(*list(self.open))

    def withdraw(self, thread: str, event: UUID | None) -> None:
        withdraw(thread=thread, event=event)
        self.open = {
            key: left for key, events in self.open.items() if (left := self._left(key[1], events, thread, event))
        }
        self.read = [(one, left) for one, events in self.read if (left := self._left(one, events, thread, event))]

    def _left(self, here: str, events: set[UUID], thread: str, event: UUID | None) -> set[UUID]:
        if here != thread:
            return events
        return events - {event} if event else set()

    def look(self) -> None:
        found = unread.waiting(self.person.actor)
        assert found.count == len(self.open)
        assert found.threads == {thread for _kind, thread in self.open}
        rows = Notification.objects.filter(recipient=self.person)
        assert {(row.kind, row.thread): set(row.events) for row in rows.filter(read_at=None)} == self.open
        assert sum(row.count for row in rows) == sum(map(len, self.open.values())) + sum(len(e) for _t, e in self.read)


@given(done=st.lists(steps, max_size=25))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_count_is_exact_after_any_sequence(ada: User, ben: User, done: list[tuple[Any, ...]]) -> None:
    cache.clear()
    with transaction.atomic():
        told = Told(ada, ben)
        for act, *given in done:
            with TestCase.captureOnCommitCallbacks(execute=True):
                told.do(act, *given)
            told.look()
        transaction.set_rollback(True)


def test_looking_again_asks_nothing(ada: User, ben: User) -> None:
    tell(ada, by=ben)
    unread.waiting(ada.actor)
    with CaptureQueriesContext(connection) as asked:
        assert unread.waiting(ada.actor) == unread.Waiting(1, frozenset({"topic:1"}))
        assert unread.waiting(ada.actor, cache.get_many(unread.keys(ada.actor))).count == 1
    assert len(asked) == 0


def test_what_mail_alone_tells_of_is_not_counted(ada: User, ben: User) -> None:
    NotificationPreferenceFactory(person=ada, in_app=False, email=Email.DAILY)
    tell(ada, by=ben)
    assert unread.waiting(ada.actor) == unread.Waiting(0, frozenset({"topic:1"}))


def test_nothing_waits_for_those_who_may_read_nothing(nico: User) -> None:
    NotificationFactory(recipient=nico)
    assert unread.waiting(nico.actor).count == unread.waiting(VISITOR).count == 0
    assert unread.keys(nico.actor) == unread.keys(VISITOR) == ()


def test_each_has_a_count_of_their_own(ada: User, ben: User, lina: User) -> None:
    tell(ada, by=lina)
    tell(ada, ben, by=lina, thread="topic:2")
    assert [unread.waiting(one.actor).count for one in (ada, ben, lina)] == [2, 1, 0]


def test_the_bell_says_how_much_waits(client: Client, ada: User, ben: User) -> None:
    client.force_login(ada)
    assert 'data-notifications="0"' in client.get("/notifications/").content.decode()
    for number in range(3):
        with TestCase.captureOnCommitCallbacks(execute=True):
            tell(ada, by=ben, thread=f"topic:{number}")
    page = client.get("/people/").content.decode()
    assert 'data-notifications="3"' in page
    assert "Notifications, 3 unread" in page
    assert "99+" in bell(1234)


def test_the_bell_costs_a_page_no_query(client: Client, ada: User, ben: User) -> None:
    client.force_login(ada)
    tell(ada, by=ben)
    client.get("/settings/notifications/")
    with CaptureQueriesContext(connection) as asked:
        client.get("/settings/notifications/")
    assert not [
        query for query in asked if "messaging_notification" in query["sql"] and "preference" not in query["sql"]
    ]


def test_error_pages_have_a_bell_too(client: Client, ada: User) -> None:
    client.force_login(ada)
    assert "data-notifications" in client.get("/notifications/0190b8a0-0000-7000-8000-000000000000/").content.decode()


def test_visitors_and_those_who_have_not_confirmed_have_no_bell(client: Client, nico: User) -> None:
    assert "data-notifications" not in client.get("/organizations/").content.decode()
    client.force_login(nico)
    assert "data-notifications" not in client.get("/settings/notifications/").content.decode()
