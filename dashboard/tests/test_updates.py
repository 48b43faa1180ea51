"""The poll of open pages: 304 from Redis alone, and never longer than the sign-in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.actions.members import update_member
from accounts.actions.sessions import end_all_sessions
from accounts.models import User
from dashboard import updates
from forums.tests.factories import answer, ask
from messaging import unread
from messaging.actions.keeping import mark_message_read
from messaging.tests.factories import wrote

pytestmark = pytest.mark.django_db(databases="__all__")

Committed = Callable[..., Any]


@contextmanager
def no_database() -> Iterator[None]:
    with ExitStack() as stack:
        asked = [stack.enter_context(CaptureQueriesContext(connections[name])) for name in ("default", "documents")]
        yield
    assert [len(one) for one in asked] == [0, 0]


@pytest.fixture
def poll(client: Client, lina: User) -> Callable[..., Any]:
    client.force_login(lina)

    def ask_again(etag: str = "") -> Any:
        headers = {"If-None-Match": etag} if etag else {}
        return client.get(updates.PATH, headers=headers)

    return ask_again


def test_the_first_answer_says_what_is_new(poll: Callable[..., Any], ben: User) -> None:
    topic = ask(ben)
    found = poll()
    assert found.json() == {
        "unread_messages": 0, "unread_notifications": 0, "latest_activity_id": f"topic:{topic.pk}", "read_mark": "",
    }  # fmt: skip
    assert found["ETag"]


def test_while_nothing_changes_no_database_is_asked(poll: Callable[..., Any]) -> None:
    etag = poll()["ETag"]
    for said in (etag, f"W/{etag}", f'"other", {etag}'):
        with no_database():
            again = poll(said)
        assert again.status_code == 304
        assert again.content == b""
        assert again["ETag"] == etag
        assert "no-store" in again["Cache-Control"]
        assert again["X-Request-ID"]


def test_another_etag_gets_the_whole_answer(poll: Callable[..., Any]) -> None:
    poll()
    assert poll('"something-else"').status_code == 200


def test_a_notification_and_new_activity_are_told_at_the_next_poll(
    poll: Callable[..., Any], lina: User, ben: User, django_capture_on_commit_callbacks: Committed
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        topic = ask(lina)
    etag = poll()["ETag"]
    with django_capture_on_commit_callbacks(execute=True):
        post = answer(ben, topic)
    found = poll(etag)
    assert found.status_code == 200
    assert found.json()["unread_notifications"] == unread.waiting(lina.actor).count == 1
    assert found.json()["latest_activity_id"] == f"reply:{post.pk}"


def test_that_somebody_read_ones_message_is_told_at_the_next_poll(
    poll: Callable[..., Any], lina: User, ben: User, django_capture_on_commit_callbacks: Committed
) -> None:
    message = wrote(lina, ben)
    etag = poll()["ETag"]
    with django_capture_on_commit_callbacks(execute=True):
        mark_message_read(actor=ben.actor, message_id=message.pk)
    found = poll(etag)
    assert found.json()["read_mark"]
    with no_database():
        assert poll(found["ETag"]).status_code == 304


def test_after_signing_out_there_is_nothing_to_learn(client: Client, poll: Callable[..., Any]) -> None:
    etag = poll()["ETag"]
    kept = client.cookies["sessionid"].value
    client.logout()
    client.cookies["sessionid"] = kept
    assert poll(etag).status_code == 401


def test_an_ended_session_is_over_at_once(poll: Callable[..., Any], client: Client, lina: User) -> None:
    etag = poll()["ETag"]
    client.session.delete()
    assert poll(etag).status_code == 401


def test_a_deactivated_person_is_told_nothing(
    poll: Callable[..., Any], lina: User, kamal: User, django_capture_on_commit_callbacks: Committed
) -> None:
    etag = poll()["ETag"]
    with django_capture_on_commit_callbacks(execute=True):
        update_member(actor=kamal.actor, person_id=lina.pk, changes={"is_active": False})
    assert poll(etag).status_code == 401


def test_ending_all_sessions_ends_the_poll(client: Client, lina: User) -> None:
    from tests.cast import PASSWORD

    client.post("/accounts/login/", {"login": lina.email, "password": PASSWORD})
    etag = client.get(updates.PATH)["ETag"]
    end_all_sessions(person=lina)
    assert client.get(updates.PATH, headers={"If-None-Match": etag}).status_code == 401


def test_somebody_elses_etag_is_worth_nothing(poll: Callable[..., Any], kamal: User) -> None:
    etag = poll()["ETag"]
    other = Client()
    other.force_login(kamal)
    other.get(updates.PATH)
    answer_ = other.get(updates.PATH, headers={"If-None-Match": etag})
    assert answer_.status_code == 200
    assert answer_["ETag"] != etag


def test_the_idle_limit_holds_for_those_who_only_poll(poll: Callable[..., Any], client: Client) -> None:
    from accounts import sessions

    etag = poll()["ETag"]
    session = client.session
    sessions.begin(session, now=0)
    session.save()
    assert poll(etag).status_code == 401


def test_other_methods_and_parameters_go_the_usual_way(client: Client, poll: Callable[..., Any]) -> None:
    etag = poll()["ETag"]
    assert client.post(updates.PATH, headers={"If-None-Match": etag}).status_code in (403, 405)
    assert client.get(updates.PATH + "?x=1", headers={"If-None-Match": etag}).status_code == 400


def test_an_empty_cache_costs_one_whole_answer(poll: Callable[..., Any]) -> None:
    etag = poll()["ETag"]
    cache.clear()
    assert poll(etag).status_code == 304
    with no_database():
        assert poll(etag).status_code == 304
