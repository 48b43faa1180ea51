"""Errors that pass and errors that do not, dead letters, the jobs' lock and heartbeat."""

from __future__ import annotations

import errno
import json
import smtplib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import StringIO
from typing import Any
from uuid import uuid4

import pytest
import redis.exceptions
import time_machine
from billiard.exceptions import TimeLimitExceeded, WorkerLostError
from celery import current_app
from celery.signals import task_failure
from django.core.management import CommandError, call_command
from django.db import IntegrityError, OperationalError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from p2psandbox.platform import locks
from p2psandbox.platform.errors import Conflict, Forbidden, Invalid, NotFound, NotSignedIn, Unavailable
from p2psandbox.platform.mail.models import OutboxMail
from p2psandbox.platform.mail.tests.conftest import closed_port
from p2psandbox.platform.models import OnceKey
from p2psandbox.platform.permissions import VISITOR, Actor, Role
from p2psandbox.platform.tasks import actions, queries
from p2psandbox.platform.tasks.base import HouseTask, after_commit, hand_over, job, task
from p2psandbox.platform.tasks.failures import can_pass, describe, kind_of
from p2psandbox.platform.tasks.models import DeadLetter, LetterState, TaskRun
from p2psandbox.platform.tasks.periodic import lock_of
from p2psandbox.platform.tasks.purging import purge
from p2psandbox.platform.tasks.tests.factories import DeadLetterFactory, TaskRunFactory

pytestmark = pytest.mark.django_db
Effects = list[Exception | None]


@pytest.fixture
def effects() -> Effects:
    """What happens at each call of the tests' own task and job, in order; afterwards nothing goes wrong."""
    return []


def _take(effects: Effects, calls: list[int]) -> None:
    calls.append(1)
    if effects and (error := effects.pop(0)):
        raise error


@pytest.fixture
def calls() -> list[int]:
    return []


@pytest.fixture
def work(effects: Effects, calls: list[int]) -> Iterator[HouseTask]:
    @task("tests.work", retries=2)
    def work(thing_id: str) -> None:
        _take(effects, calls)

    yield work
    current_app.tasks.pop("tests.work", None)


@pytest.fixture
def tick(effects: Effects, calls: list[int]) -> Iterator[HouseTask]:
    @job("tests.tick")
    def tick() -> None:
        _take(effects, calls)

    yield tick
    current_app.tasks.pop("tests.tick", None)


def smtp(code: int) -> Exception:
    return smtplib.SMTPRecipientsRefused({"ada@example.com": (code, b"said so")})


@pytest.mark.parametrize(
    "error",
    [
        Unavailable(),
        OperationalError("gone"),
        redis.exceptions.ConnectionError(),
        smtp(450),
        smtplib.SMTPDataError(451, "Busy"),
        smtplib.SMTPServerDisconnected(),
        TimeoutError(),
        ConnectionRefusedError(),
        OSError(errno.ENOSPC, "full"),
    ],
    ids=repr,
)
def test_what_is_only_away_passes(error: Exception) -> None:
    assert can_pass(error)


@pytest.mark.parametrize(
    "error",
    [
        ValueError("x"),
        NotFound(),
        Invalid({"x": "y"}),
        IntegrityError("twice"),
        smtp(550),
        smtplib.SMTPDataError(554, "Spam"),
        FileNotFoundError(errno.ENOENT, "secret.pdf"),
    ],
    ids=repr,
)
def test_what_would_fail_again_is_final(error: Exception) -> None:
    assert not can_pass(error)


def test_an_error_that_passes_is_tried_again(work: HouseTask, effects: Effects, calls: list[int]) -> None:
    effects[:] = [Unavailable(), Unavailable()]
    work.delay(str(uuid4()))
    assert len(calls) == 3
    assert not DeadLetter.objects.exists()


def test_a_task_whose_tries_are_used_up_is_one_dead_letter(work: HouseTask, effects: Effects, calls: list[int]) -> None:
    effects[:] = [Unavailable()] * 6
    thing = str(uuid4())
    work.delay(thing)
    work.delay(thing)
    letter = DeadLetter.objects.get()
    assert len(calls) == 6
    assert (letter.task, letter.arguments, letter.attempts) == ("tests.work", [thing], 6)
    assert letter.error == "p2psandbox.platform.errors.Unavailable"
    assert letter.first_failed_at < letter.last_failed_at


def test_a_final_error_is_buried_at_once_and_tells_nothing_private(
    work: HouseTask, effects: Effects, calls: list[int]
) -> None:
    effects[:] = [ValueError("ada@example.com wrote: my secret")]
    work.delay(str(uuid4()))
    letter = DeadLetter.objects.get()
    assert len(calls) == 1
    assert (letter.error, letter.attempts, letter.state) == ("ValueError", 1, LetterState.OPEN)
    assert "secret" not in repr(vars(letter))
    assert "ada" not in repr(vars(letter))


@pytest.mark.django_db(transaction=True)
def test_a_dead_letter_stays_when_what_failed_is_rolled_back(calls: list[int]) -> None:
    @task("tests.half")
    def half(thing_id: str) -> None:
        with transaction.atomic():
            TaskRunFactory(job="half done")
            raise ValueError

    half.delay(str(uuid4()))
    current_app.tasks.pop("tests.half")
    assert not TaskRun.objects.exists()
    assert DeadLetter.objects.get().task == "tests.half"


def test_a_message_says_where_and_which_code_but_not_what_was_said() -> None:
    with pytest.raises(NotFound) as caught:
        actions.dismiss(actor=Actor(Role.MODERATOR), letter_id=uuid4())
    assert describe(caught.value).startswith("not_found")
    assert describe(smtplib.SMTPDataError(554, "to ada@example.com")) == "SMTP 554"
    assert describe(FileNotFoundError(errno.ENOENT, "my secret")) == "ENOENT"
    assert kind_of(smtplib.SMTPDataError(554, "x")) == "smtplib.SMTPDataError"


@pytest.mark.parametrize("argument", ["ada@example.com", "", "a b", 7, None])
def test_a_task_takes_ids_only(work: HouseTask, argument: Any) -> None:
    with pytest.raises(ValueError, match="takes ids"):
        work.delay(argument)
    with pytest.raises(ValueError, match="takes ids"):
        work.apply_async(kwargs={"thing_id": str(uuid4())})


def test_every_task_of_the_product_stands_on_the_base() -> None:
    current_app.loader.import_default_modules()
    ours = {name: found for name, found in current_app.tasks.items() if not name.startswith(("celery.", "tests."))}
    others = {name for name, found in ours.items() if not isinstance(found, HouseTask)}
    assert others <= {"tasks.bury_killed"}
    assert len(ours) > 10
    scheduled = set(queries.job_names().values())
    assert scheduled == {name for name, found in ours.items() if getattr(found, "is_job", False)}


def test_work_that_succeeds_later_closes_its_dead_letter(work: HouseTask, effects: Effects) -> None:
    effects[:] = [ValueError()]
    thing = str(uuid4())
    work.delay(thing)
    work.delay(thing)
    letter = DeadLetter.objects.get()
    assert (letter.state, letter.settled_by) == (LetterState.RETRIED, None)
    assert letter.settled_at is not None


def in_admin(client: Client, action: str, letter: DeadLetter) -> str:
    answer = client.post(
        reverse("admin:platform_deadletter_changelist"),
        {"action": action, "_selected_action": str(letter.pk)},
        follow=True,
    )
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_moderator_runs_it_again_in_admin_once_the_cause_is_gone(
    work: HouseTask, effects: Effects, calls: list[int], client: Client, mona: User
) -> None:
    effects[:] = [ValueError(), ValueError()]
    client.force_login(mona)
    work.delay(str(uuid4()))
    first = DeadLetter.objects.get()

    assert "Handed to the workers: 1" in in_admin(client, "run_again", first)
    first.refresh_from_db()
    assert (first.state, first.settled_by) == (LetterState.RETRIED, mona)
    second = DeadLetter.objects.get(state=LetterState.OPEN)

    in_admin(client, "run_again", second)
    assert len(calls) == 3
    assert not DeadLetter.objects.filter(state=LetterState.OPEN).exists()


def test_a_moderator_dismisses_it_in_admin(client: Client, mona: User) -> None:
    letter = DeadLetterFactory()
    client.force_login(mona)
    assert "Dismissed: 1" in in_admin(client, "dismiss", letter)
    letter.refresh_from_db()
    assert (letter.state, letter.settled_by) == (LetterState.DISMISSED, mona)
    with pytest.raises(Conflict):
        actions.run_again(actor=mona.actor, letter_id=letter.pk)


def test_work_there_is_no_task_for_any_more_can_only_be_dismissed(client: Client, mona: User) -> None:
    letter = DeadLetterFactory(task="gone.with_the_release")
    client.force_login(mona)
    assert "There is no such task any more" in in_admin(client, "run_again", letter)
    letter.refresh_from_db()
    assert letter.state == LetterState.OPEN


def test_only_moderators_settle_dead_letters(ada: User) -> None:
    letter = DeadLetterFactory()
    for act in (actions.run_again, actions.dismiss):
        with pytest.raises(Forbidden):
            act(actor=ada.actor, letter_id=letter.pk)
        with pytest.raises(NotSignedIn):
            act(actor=VISITOR, letter_id=letter.pk)


@pytest.mark.parametrize("error", [TimeLimitExceeded(600), WorkerLostError("killed")], ids=repr)
def test_work_that_kills_its_process_is_buried_by_the_one_that_lives(work: HouseTask, error: Exception) -> None:
    thing = str(uuid4())
    task_failure.send(sender=work, task_id="1", exception=error, args=[thing], kwargs={}, traceback=None, einfo=None)
    letter = DeadLetter.objects.get()
    assert (letter.task, letter.arguments, letter.error) == ("tests.work", [thing], kind_of(error))


def test_an_error_while_a_letter_is_closed_does_not_undo_what_was_done(work: HouseTask, calls: list[int]) -> None:
    def away(execute: Any, sql: str, *more: Any) -> Any:
        if "platform_deadletter" in sql:
            raise OperationalError
        return execute(sql, *more)

    with connection.execute_wrapper(away):
        work.delay(str(uuid4()))
    assert calls == [1]


def test_work_that_cannot_even_be_buried_stays_in_the_queue(
    work: HouseTask, effects: Effects, calls: list[int]
) -> None:
    effects[:] = [ValueError(), ValueError(), ValueError()]
    refusals = [1, 1]

    def away(execute: Any, sql: str, *more: Any) -> Any:
        if "platform_deadletter" in sql and refusals:
            refusals.pop()
            raise OperationalError
        return execute(sql, *more)

    with connection.execute_wrapper(away):
        work.delay(str(uuid4()))
    assert len(calls) == 3
    assert DeadLetter.objects.get().attempts == 3


@pytest.fixture
def no_broker() -> Iterator[None]:
    before = current_app.conf.broker_url, current_app.conf.task_always_eager
    current_app.conf.update(broker_url=f"redis://127.0.0.1:{closed_port()}/1", task_always_eager=False)
    current_app._after_fork()  # forgets its connections
    yield
    current_app.conf.update(broker_url=before[0], task_always_eager=before[1])
    current_app._after_fork()


def test_without_a_broker_a_dead_letter_stays_open(no_broker: None, client: Client, mona: User) -> None:
    letter = DeadLetterFactory()
    client.force_login(mona)
    assert "Nothing is lost" in in_admin(client, "run_again", letter)
    letter.refresh_from_db()
    assert (letter.state, letter.settled_at) == (LetterState.OPEN, None)


def test_without_a_broker_who_hands_over_work_at_once_is_told(no_broker: None, work: HouseTask) -> None:
    with pytest.raises(Unavailable):
        hand_over(work, uuid4())


@pytest.mark.django_db(transaction=True)
def test_without_a_broker_no_act_fails_that_hands_over_work_with_its_commit(no_broker: None, work: HouseTask) -> None:
    with transaction.atomic():
        TaskRunFactory()
        after_commit(work, uuid4())
    assert TaskRun.objects.exists()


# -- Jobs ------------------------------------------------------------------------------------------------------


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
