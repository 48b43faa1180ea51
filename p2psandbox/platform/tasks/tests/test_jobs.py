"""The jobs' lock and heartbeat, and what operators are told."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from accounts.models import User
from p2psandbox.platform import locks
from p2psandbox.platform.errors import Unavailable
from p2psandbox.platform.mail.models import OutboxMail
from p2psandbox.platform.models import OnceKey
from p2psandbox.platform.tasks import queries
from p2psandbox.platform.tasks.base import HouseTask
from p2psandbox.platform.tasks.models import DeadLetter, LetterState, TaskRun
from p2psandbox.platform.tasks.periodic import lock_of
from p2psandbox.platform.tasks.purging import purge
from p2psandbox.platform.tasks.tests.conftest import Effects
from p2psandbox.platform.tasks.tests.factories import DeadLetterFactory, TaskRunFactory

pytestmark = pytest.mark.django_db


def test_a_job_leaves_its_heartbeat(tick: HouseTask, effects: Effects) -> None:
    tick.delay()
    beat = TaskRun.objects.get(job="tests.tick")
    assert beat.last_success_at is not None
    assert (beat.failures_in_a_row, beat.last_error) == (0, "")
    assert beat.last_duration_ms is not None

    effects[:] = [Unavailable(), Unavailable()]
    tick.delay()
    tick.delay()
    beat.refresh_from_db()
    assert (beat.failures_in_a_row, beat.last_error) == (2, "p2psandbox.platform.errors.Unavailable")
    assert not DeadLetter.objects.exists()  # it comes round again by itself

    tick.delay()
    beat.refresh_from_db()
    assert (beat.failures_in_a_row, beat.last_error) == (0, "")
    assert beat.last_failure_at is not None


def test_a_job_with_a_final_error_is_buried_until_it_succeeds(tick: HouseTask, effects: Effects) -> None:
    effects[:] = [ValueError(), ValueError()]
    tick.delay()
    tick.delay()
    assert DeadLetter.objects.get(state=LetterState.OPEN).attempts == 2
    tick.delay()
    assert not DeadLetter.objects.filter(state=LetterState.OPEN).exists()


def _elsewhere(act: Callable[[], Any]) -> Any:
    """Call from a thread with a connection of its own, as another worker would."""

    def run() -> Any:
        try:
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as other:
        return other.submit(run).result(timeout=20)


@pytest.mark.django_db(transaction=True)
def test_a_job_that_runs_already_is_not_run_beside(tick: HouseTask, calls: list[int]) -> None:
    with locks.held(lock_of("tests.tick")):
        assert _elsewhere(tick.run) is False
        assert lock_of("tests.tick") in locks.held_now([lock_of("tests.tick"), "another"])
    assert calls == []
    assert TaskRun.objects.get().overlaps == 1
    assert _elsewhere(tick.run) is True
    assert locks.held_now([lock_of("tests.tick")]) == set()


# -- For operators ---------------------------------------------------------------------------------------------


def in_words(*arguments: str) -> tuple[int, str]:
    said = StringIO()
    try:
        call_command("tasks_status", *arguments, stdout=said)
    except SystemExit as end:
        return int(end.code or 0), said.getvalue()
    return 0, said.getvalue()


def all_ran(**changes: Any) -> None:
    for name in queries.job_names().values():
        now = timezone.now()
        TaskRunFactory(job=name, **{"last_started_at": now, "last_success_at": now, "last_duration_ms": 7, **changes})


def problems() -> list[str]:
    return [problem for problem in queries.status().problems if "No worker" not in problem]


def test_status_names_every_job_and_when_it_runs(db: None) -> None:
    all_ran()
    code, said = in_words()
    assert code == 1  # nobody works here
    assert "No worker answers" in said
    words = [line.split() for line in said.splitlines()]
    assert ["send-waiting-mail", "every", "60", "s"] in [line[:4] for line in words]
    assert ["sweep-files", "at", "03:20", "UTC"] in [line[:4] for line in words]
    assert "7 ms" in said
    read = json.loads(in_words("--json")[1])
    assert read["broker"] == "ok"
    assert {"celery", "taken"} == set(read["queues"])
    assert {one["result"] for one in read["jobs"]} == {"ok"}
    assert problems() == []


def test_status_asks_for_somebody_when_a_job_is_late_or_keeps_failing() -> None:
    all_ran()
    TaskRun.objects.filter(job="mail.deliver_waiting").update(last_started_at=timezone.now() - timedelta(minutes=5))
    TaskRun.objects.filter(job="files.catch_up").update(failures_in_a_row=3, last_error="TimeoutError")
    TaskRun.objects.filter(job="files.sweep").update(failures_in_a_row=1, last_error="TimeoutError")
    said = " ".join(problems())
    assert "send-waiting-mail is late" in said
    assert "catch-up-files failed 3 times in a row: TimeoutError" in said
    assert "sweep-files failed 1 times" in said


def test_status_tells_a_new_installation_from_one_without_a_clock() -> None:
    assert problems() == ["No job has run yet; start beat."]
    TaskRunFactory(job="mail.deliver_waiting", last_started_at=timezone.now())
    assert problems() == []
    with time_machine.travel(timezone.now() + timedelta(minutes=10)):
        TaskRun.objects.update(last_started_at=timezone.now())
        assert set(problems()) == {
            "flush-topic-views is late; is beat running?",
            "flush-use-case-views is late; is beat running?",
            "send-notification-mail is late; is beat running?",
        }


def test_status_says_when_a_nightly_job_was_left_out() -> None:
    all_ran()
    with time_machine.travel(timezone.now() + timedelta(hours=26)):
        assert {"sweep-files is late; is beat running?"} <= set(problems())


def test_status_counts_mail_and_dead_letters() -> None:
    all_ran()
    DeadLetterFactory()
    DeadLetterFactory()
    DeadLetterFactory(state=LetterState.DISMISSED, settled_at=timezone.now())
    OutboxMail.objects.create(template="x", to="a@example.com", next_try_at=timezone.now() - timedelta(hours=1))
    OutboxMail.objects.create(template="x", to="a@example.com", held_at=timezone.now())
    found = queries.status()
    assert found.dead_letters == {"files.erase": 2}
    assert (found.mail.waiting, found.mail.overdue, found.mail.held) == (1, 1, 1)
    assert len(found.problems) == 3  # and nobody works
    assert "files.erase 2" in in_words()[1]


@pytest.mark.django_db(databases="__all__")
def test_any_job_can_be_run_by_hand() -> None:
    said = StringIO()
    call_command("run_job", stdout=said)
    assert "send-waiting-mail" in said.getvalue().split()
    for name in queries.job_names():
        call_command("run_job", name, stdout=said)
    assert "purge is done." in said.getvalue()
    assert TaskRun.objects.filter(last_success_at__isnull=False).count() == len(queries.job_names())
    with pytest.raises(CommandError, match="There is no job"):
        call_command("run_job", "nonsense")


def test_the_nightly_purge_forgets_what_nobody_needs(ada: User) -> None:
    old = timezone.now() - timedelta(days=100)
    OnceKey.objects.create(actor_id=ada.pk, kind="x", key="old", created_at=old)
    fresh = OnceKey.objects.create(actor_id=ada.pk, kind="x", key="fresh")
    DeadLetterFactory(state=LetterState.RETRIED, settled_at=old)
    still_open = DeadLetterFactory(first_failed_at=old, last_failed_at=old)
    purge()
    assert OnceKey.objects.get() == fresh
    assert DeadLetter.objects.get() == still_open
