"""Senders' open pages learn that they were read, unless one of the two wants no receipts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from messaging.actions import blocking, keeping
from messaging.receipts import read_mark
from messaging.tests.factories import wrote

pytestmark = pytest.mark.django_db
Committed = Callable[..., Any]


@pytest.fixture
def reads(client: Client, django_capture_on_commit_callbacks: Committed) -> Callable[[User, User], None]:
    def look(reader: User, other: User) -> None:
        with django_capture_on_commit_callbacks(execute=True):
            client.force_login(reader)
            assert client.get(f"/messages/{other.pk}/").status_code == 200

    return look


def marks(client: Client, reader: User, other: User, since: Any) -> str:
    client.force_login(reader)
    answer = client.get(f"/messages/{other.pk}/?reads={since}")
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_a_mark_is_new_whenever_something_was_read(ada: User, lina: User, reads: Callable[..., None]) -> None:
    wrote(ada, lina)
    assert read_mark(ada.pk) == ""
    reads(lina, ada)
    first = read_mark(ada.pk)
    assert first
    reads(lina, ada)  # nothing new
    assert read_mark(ada.pk) == first
    wrote(ada, lina)
    reads(lina, ada)
    assert read_mark(ada.pk) not in ("", first)
    assert read_mark(lina.pk) == ""


@pytest.mark.parametrize("silent", ["ada", "lina"])
def test_nobody_is_told_if_one_of_the_two_wants_no_receipts(
    client: Client, ada: User, lina: User, reads: Callable[..., None], silent: str
) -> None:
    keeping.set_read_receipts(actor={"ada": ada, "lina": lina}[silent].actor, wanted=False)
    message = wrote(ada, lina)
    reads(lina, ada)
    assert read_mark(ada.pk) == ""
    assert marks(client, ada, lina, message.pk) == ""


def test_the_open_page_gets_the_marks_of_what_was_read(
    client: Client, ada: User, lina: User, ben: User, reads: Callable[..., None]
) -> None:
    first, second = wrote(ada, lina), wrote(ada, lina)
    hers = wrote(lina, ada)
    reads(lina, ada)
    later = wrote(ada, lina)
    found = marks(client, ada, lina, second.pk)
    assert f'data-of="{second.pk}"' in found
    assert ">read</span>" in found
    for other in (first, hers, later):
        assert str(other.pk) not in found
    assert str(first.pk) in marks(client, ada, lina, first.pk)
    for address in (f"{lina.pk}/?reads=x", f"{ben.pk}/?reads={first.pk}"):
        assert client.get(f"/messages/{address}").status_code == 404
    assert client.get(f"/messages/{lina.pk}/?reads={lina.pk}").status_code == 400


def test_asking_for_marks_reads_nothing(client: Client, ada: User, lina: User) -> None:
    mine = wrote(ada, lina)
    wrote(lina, ada)
    marks(client, ada, lina, mine.pk)
    assert client.get("/api/v1/updates").json()["unread_messages"] == 1


def test_the_page_says_which_mark_it_was_drawn_with(
    client: Client, ada: User, lina: User, reads: Callable[..., None]
) -> None:
    wrote(ada, lina)
    client.force_login(ada)
    before = client.get(f"/messages/{lina.pk}/").content.decode()
    assert 'data-reads=""' in before
    assert before.count("data-sent") == 1
    reads(lina, ada)
    client.force_login(ada)
    after = client.get(f"/messages/{lina.pk}/").content.decode()
    assert f'data-reads="{read_mark(ada.pk)}"' in after
    assert "data-sent" not in after


def test_what_never_arrived_is_never_read(client: Client, ada: User, lina: User, reads: Callable[..., None]) -> None:
    blocking.block(actor=lina.actor, person_id=ada.pk)
    message = wrote(ada, lina)
    reads(lina, ada)
    assert read_mark(ada.pk) == ""
    assert marks(client, ada, lina, message.pk) == ""
