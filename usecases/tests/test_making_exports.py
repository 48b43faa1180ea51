"""How exports are made: once, in steps others see, and with what kills the work on the way."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client

from accounts.models import User
from messaging.models import Notification
from p2psandbox.platform import locks
from p2psandbox.platform.errors import Unavailable
from p2psandbox.platform.files import keys
from p2psandbox.platform.files.storage import store
from usecases.actions import exports
from usecases.exports import making
from usecases.models import Export, ExportState
from usecases.tests.factories import ExportFactory, content_of, exported, published, waiting


def test_making_twice_makes_one_and_tells_once(ben: User, ada: User, lina: User) -> None:
    published(ben, ada)
    row = exported(lina)
    before = content_of(row)
    exports.make(row.pk)
    assert content_of(row) == before
    told = Notification.objects.get(recipient=lina, kind="export")
    assert (told.count, told.url, told.title) == (1, row.get_absolute_url(), row.name)


def test_what_another_process_makes_is_left_to_it(ben: User, ada: User, lina: User) -> None:
    published(ben, ada)
    row = waiting(lina)
    with connection.copy().cursor() as cursor:  # another connection, as another worker has one
        cursor.execute("SELECT pg_advisory_lock(%s)", [locks._number(f"export:{row.pk}")])
        exports.make(row.pk)
        row.refresh_from_db()
        assert row.state == ExportState.QUEUED
        cursor.execute("SELECT pg_advisory_unlock_all()")
        cursor.connection.close()


def test_progress_is_told_and_what_was_interrupted_is_made_anew(
    client: Client, ben: User, ada: User, lina: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "_EVERY", 0.0)
    for number in range(3):
        published(ben, ada, title=f"Story {number}")
    row = waiting(lina)
    seen: list[Any] = []
    client.force_login(lina)
    real = making.write_list

    def broken(*args: Any, progress: Any, **kwargs: Any) -> int:
        progress(2)
        seen.append(client.get(f"/api/v1/exports/{row.pk}").json())
        raise Unavailable

    monkeypatch.setattr(making, "write_list", broken)
    with pytest.raises(Unavailable):
        exports.make(row.pk)
    assert (seen[0]["status"], seen[0]["progress"], seen[0]["stories_total"], seen[0]["url"]) == (
        "running",
        66,
        3,
        None,
    )
    part = client.get(row.get_absolute_url(), headers={"HX-Request": "true"}).content.decode()
    assert 'hx-trigger="every 2s"' in part
    assert "2 of 3 use cases" in part
    assert "<html" not in part
    assert "Look again" in client.get(row.get_absolute_url()).content.decode()
    monkeypatch.setattr(making, "write_list", real)
    exports.make(row.pk)
    row.refresh_from_db()
    assert (row.state, row.attempts, row.done, row.progress) == (ExportState.DONE, 2, 3, 100)


def test_what_is_cancelled_while_it_is_made_leaves_nothing(
    client: Client, ben: User, ada: User, lina: User, monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Any,
) -> None:  # fmt: skip
    published(ben, ada)
    row = waiting(lina)
    client.force_login(lina)
    real = making.write_list

    def cancelled(*args: Any, **kwargs: Any) -> int:
        made = real(*args, **kwargs)
        with django_capture_on_commit_callbacks(execute=True):
            assert client.delete(f"/api/v1/exports/{row.pk}").status_code == 204
        return made

    monkeypatch.setattr(making, "write_list", cancelled)
    exports.make(row.pk)
    assert not Export.objects.exists()
    assert store().size(keys.export(row.key)) is None
    assert not Notification.objects.filter(kind="export").exists()
    assert client.get(f"/api/v1/exports/{row.pk}").status_code == 404


def test_what_cannot_be_made_says_why(client: Client, ben: User, ada: User, lina: User, monkeypatch: Any) -> None:
    monkeypatch.setattr(making, "MOST_IN_PDF", 1)
    published(ben, ada)
    published(ben, ada)
    row = exported(lina, "pdf")
    assert row.state == ExportState.FAILED
    client.force_login(lina)
    page = client.get(row.get_absolute_url()).content.decode()
    assert "A PDF holds at most 1 use cases" in page
    answer = client.get(f"/api/v1/exports/{row.pk}").json()
    assert (answer["status"], answer["url"]) == ("failed", None)
    assert "at most 1" in answer["error"]
    told = Notification.objects.get(recipient=lina, kind="export")
    assert (told.title, told.url) == ("It could not be made", row.get_absolute_url())


def test_what_kills_its_worker_each_time_is_given_up(lina: User) -> None:
    row = ExportFactory(owner=lina, state=ExportState.RUNNING, attempts=exports.MOST_ATTEMPTS)
    exports.make(row.pk)
    row.refresh_from_db()
    assert row.state == ExportState.FAILED
    assert "several times" in row.error
    exports.make(row.pk)
    assert Notification.objects.get(recipient=lina, kind="export").count == 1


def test_an_export_of_many_costs_few_statements_more(
    ben: User, ada: User, lina: User, django_assert_max_num_queries: Any
) -> None:
    for number in range(6):
        published(ben, ada, title=f"Story {number}")
    row = waiting(lina)
    with django_assert_max_num_queries(24):
        exports.make(row.pk)
