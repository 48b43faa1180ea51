"""Errors that pass and errors that do not, and dead letters."""

from __future__ import annotations

import errno
import smtplib
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
import redis.exceptions
from billiard.exceptions import TimeLimitExceeded, WorkerLostError
from celery import current_app
from celery.signals import task_failure
from django.db import IntegrityError, OperationalError, connection, transaction
from django.test import Client
from django.urls import reverse

from accounts.models import User
from p2psandbox.platform.errors import Conflict, Forbidden, Invalid, NotFound, NotSignedIn, Unavailable
from p2psandbox.platform.mail.tests.conftest import closed_port
from p2psandbox.platform.permissions import VISITOR, Actor, Role
from p2psandbox.platform.tasks import actions, queries
from p2psandbox.platform.tasks.base import HouseTask, after_commit, hand_over, task
from p2psandbox.platform.tasks.failures import can_pass, describe, kind_of
from p2psandbox.platform.tasks.models import DeadLetter, LetterState, TaskRun
from p2psandbox.platform.tasks.tests.conftest import Effects
from p2psandbox.platform.tasks.tests.factories import DeadLetterFactory, TaskRunFactory

pytestmark = pytest.mark.django_db


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
