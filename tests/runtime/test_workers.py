"""What workers promise: one that is killed in the middle loses nothing, and nothing is done twice."""

from __future__ import annotations

import asyncio
import io
import random
import threading
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import structlog
from aiosmtpd.controller import Controller
from celery import current_app
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import Settings

from accounts.models import User
from p2psandbox.platform.files import actions as files
from p2psandbox.platform.files.models import RenditionsStatus, StoredFile
from p2psandbox.platform.files.storage import store
from p2psandbox.platform.files.tasks import catch_up
from p2psandbox.platform.files.tests.factories import picture
from p2psandbox.platform.mail.models import OutboxMail
from p2psandbox.platform.mail.tasks import deliver, deliver_waiting
from p2psandbox.platform.tasks import queries
from p2psandbox.platform.tasks.models import DeadLetter, LetterState, TaskRun
from tests.runtime.product import free_port, manage, wait_until
from tests.runtime.work import (
    Programs,
    Queue,
    all_done,
    give_back_what_was_taken,
    kill_all,
    process_of,
    program_below,
    queue_of_its_own,
)

pytestmark = [pytest.mark.runtime, pytest.mark.django_db(transaction=True)]


class Postmaster:
    """A mail server that keeps what it got whole, and can stop in the middle: at ``RCPT`` or ``DATA``."""

    def __init__(self) -> None:
        self.port = free_port()
        self.received: list[str] = []
        self.stop_at = ""
        self.stop_after = 0
        self.stopped = threading.Event()
        self.go_on = threading.Event()

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        await self._perhaps_stop("RCPT")
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        self.received.extend(envelope.rcpt_tos)
        await self._perhaps_stop("DATA")
        return "250 Taken"

    async def _perhaps_stop(self, at: str) -> None:
        if self.stop_at == at and len(self.received) >= self.stop_after:
            self.stopped.set()
            await asyncio.get_running_loop().run_in_executor(None, self.go_on.wait)

    def stop(self, at: str, *, after: int = 0) -> None:
        """Stop in the middle of each mail that comes once ``after`` were received."""
        self.stopped.clear()
        self.go_on.clear()
        self.stop_at, self.stop_after = at, after

    def let_go(self) -> None:
        self.stop_at = ""
        self.go_on.set()


@pytest.fixture(scope="module")
def queue(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Queue]:
    """The queue's own Redis, which this process hands its work to as well."""
    with queue_of_its_own(tmp_path_factory.mktemp("queue") / "redis") as queue:
        yield queue


@pytest.fixture
def postmaster() -> Iterator[Postmaster]:
    handler = Postmaster()
    server = Controller(handler, hostname="127.0.0.1", port=handler.port)
    server.start()
    yield handler
    handler.let_go()
    server.stop()


@pytest.fixture
def programs(
    queue: Queue, postmaster: Postmaster, tmp_path: Path, settings: Settings, transactional_db: None
) -> Iterator[Programs]:
    queue.clear()
    programs = Programs(tmp_path, queue, postmaster.port)
    settings.MEDIA_ROOT = programs.var / "media"
    yield programs
    programs.end()
    print(programs.logs())  # noqa: T201 -- shown with a failure
    cache.clear()


def written(**changes: Any) -> OutboxMail:
    """One mail, committed and handed to the workers."""
    given = {"template": "specimen", "to": "ada@example.com", "subject": "Hello", "text": "x", "html": "<p>x</p>"}
    mail: OutboxMail = OutboxMail.objects.create(**{**given, **changes})
    deliver.delay(str(mail.pk))
    return mail


def a_minute_and_more_later(mail: OutboxMail) -> None:
    """The time of its next try has come, and beat hands out the job that looks for such mail."""
    OutboxMail.objects.filter(pk=mail.pk).update(next_try_at=timezone.now())
    deliver_waiting.delay()


def sent(mail: OutboxMail) -> OutboxMail | None:
    return OutboxMail.objects.filter(pk=mail.pk, sent_at__isnull=False).first()


def test_a_mail_whose_process_is_killed_in_the_middle_is_sent_once(programs: Programs, postmaster: Postmaster) -> None:
    postmaster.stop("RCPT")
    programs.worker()
    mail = written()
    assert postmaster.stopped.wait(timeout=30)
    process_of("mail.deliver").kill()
    postmaster.let_go()

    wait_until(lambda: sent(mail), seconds=60, what="a mail sent by the next process")
    all_done()
    assert postmaster.received == ["ada@example.com"]
    assert not DeadLetter.objects.exists()


def test_a_mail_whose_worker_is_killed_in_the_middle_is_sent_once(programs: Programs, postmaster: Postmaster) -> None:
    postmaster.stop("RCPT")
    worker = programs.worker()
    mail = written()
    assert postmaster.stopped.wait(timeout=30)
    kill_all(worker)
    postmaster.let_go()
    assert sent(mail) is None

    programs.worker()
    a_minute_and_more_later(mail)
    wait_until(lambda: sent(mail), seconds=60, what="a mail sent by the next worker")
    assert give_back_what_was_taken() >= 1
    all_done()
    assert postmaster.received == ["ada@example.com"]
    assert not DeadLetter.objects.exists()


def test_a_mail_the_server_had_whole_when_the_worker_was_killed_is_not_sent_a_second_time(
    programs: Programs, postmaster: Postmaster, client: Client, mona: User
) -> None:
    postmaster.stop("DATA")
    worker = programs.worker()
    mail = written()
    assert postmaster.stopped.wait(timeout=30)
    kill_all(worker)
    postmaster.let_go()

    programs.worker()
    a_minute_and_more_later(mail)
    letter = wait_until(lambda: DeadLetter.objects.first(), seconds=60, what="a dead letter")
    assert give_back_what_was_taken() >= 1
    all_done()
    assert postmaster.received == ["ada@example.com"]
    assert (letter.task, letter.arguments) == ("mail.deliver", [str(mail.pk)])
    assert letter.error.endswith("MayHaveArrived")


def test_whenever_workers_are_killed_each_mail_arrives_once(programs: Programs, postmaster: Postmaster) -> None:
    mails = [written(to=f"p{number}@example.com") for number in range(40)]
    moments = random.Random(7)
    for _ in range(3):
        postmaster.stop(moments.choice(["RCPT", "DATA"]), after=len(postmaster.received) + moments.randint(1, 8))
        worker = programs.worker(processes=2)
        assert postmaster.stopped.wait(timeout=60), "not even the next few mails arrived"
        kill_all(worker)
        postmaster.let_go()
        OutboxMail.objects.filter(sent_at=None).update(next_try_at=timezone.now())
        deliver_waiting.delay()
    programs.worker(processes=2)
    give_back_what_was_taken()
    wait_until(lambda: not OutboxMail.objects.filter(sent_at=None, held_at=None).exists(), seconds=60, what="the rest")
    all_done()

    assert max(Counter(postmaster.received).values()) == 1
    held = set(OutboxMail.objects.filter(held_at__isnull=False).values_list("to", flat=True))
    assert set(postmaster.received) | held == {mail.to for mail in mails}
    assert DeadLetter.objects.count() == len(held) <= 2 * 3  # at most what each process was at when it was killed


def test_a_job_whose_process_is_killed_is_buried_until_it_comes_round_again(programs: Programs) -> None:
    programs.worker()
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("LOCK TABLE platform_outboxmail IN ACCESS EXCLUSIVE MODE")
        deliver_waiting.delay()
        process_of("mail.deliver_waiting").kill()
        letter: DeadLetter = wait_until(lambda: DeadLetter.objects.first(), seconds=60, what="a dead letter")
        assert (letter.task, letter.arguments) == ("mail.deliver_waiting", [])
        assert letter.error.endswith("WorkerLostError")
    deliver_waiting.delay()
    wait_until(lambda: not DeadLetter.objects.filter(state=LetterState.OPEN), seconds=60, what="a run that succeeds")
    assert TaskRun.objects.get().overlaps == 0  # the lock went with the process


def test_pictures_whose_worker_is_killed_in_the_middle_are_made_once(programs: Programs, ada: User) -> None:
    worker = programs.worker()
    with transaction.atomic():
        data = io.BytesIO(picture(4000, 3000))
        file = files.store(actor=ada.actor, purpose="media", name="machine.jpg", stream=data)
    drawing = program_below(worker, "imaging.py")
    kill_all(worker)
    wait_until(lambda: not drawing.is_running(), what="the end of the program that draws")
    file.refresh_from_db()
    assert file.renditions_status == RenditionsStatus.PENDING
    assert not file.renditions.exists()

    programs.worker()
    StoredFile.objects.filter(pk=file.pk).update(updated_at=timezone.now() - timedelta(minutes=11))
    catch_up.delay()

    def made() -> bool:
        file.refresh_from_db()
        return file.renditions_status == RenditionsStatus.READY

    wait_until(made, seconds=90, what="pictures")
    before = {(one.pk, one.key) for one in file.renditions.all()}
    assert before
    assert give_back_what_was_taken() >= 1
    all_done()
    assert {(one.pk, one.key) for one in file.renditions.all()} == before
    assert all(store().size(key) for _, key in before)
    assert not DeadLetter.objects.exists()


def test_work_handed_over_while_the_queue_is_away_is_done_when_it_is_back(
    programs: Programs, postmaster: Postmaster, queue: Queue
) -> None:
    programs.worker()
    queue.end()
    try:
        with transaction.atomic():
            mail = OutboxMail.objects.create(template="x", to="ada@example.com", subject="x", text="x", html="x")
            transaction.on_commit(lambda: deliver.delay(str(mail.pk)), robust=True)
        status = manage("tasks_status", environment=programs.environment())
        assert status.returncode == 1
        assert "The broker does not answer; work waits in the stores until it is back." in status.stdout
    finally:
        queue.start()
    wait_until(lambda: current_app.control.ping(timeout=0.3), seconds=60, what="the worker, connected again")
    assert sent(mail) is None
    a_minute_and_more_later(mail)
    wait_until(lambda: sent(mail), seconds=60, what="a mail sent")
    assert postmaster.received == ["ada@example.com"]


def test_a_task_that_always_fails_is_one_dead_letter_and_runs_again_from_admin(
    programs: Programs, postmaster: Postmaster, client: Client, mona: User
) -> None:
    programs.worker()
    with structlog.contextvars.bound_contextvars(request_id="request-7"):
        mail = written(subject="broken\nby hand")
    letter: DeadLetter = wait_until(lambda: DeadLetter.objects.first(), seconds=60, what="a dead letter")
    assert letter.request_id == "request-7"
    deliver.delay(str(mail.pk))

    def counted_up() -> bool:
        letter.refresh_from_db()
        return letter.attempts == 2

    wait_until(counted_up, what="a second failure in the same row")
    assert DeadLetter.objects.count() == 1
    status = manage("tasks_status", environment=programs.environment())
    assert status.returncode == 1, status.stderr
    assert "1 dead letters wait" in status.stdout
    assert "celery@" in status.stdout

    OutboxMail.objects.filter(pk=mail.pk).update(subject="mended")
    client.force_login(mona)
    chosen = {"action": "run_again", "_selected_action": str(letter.pk)}
    client.post(reverse("admin:platform_deadletter_changelist"), chosen)
    wait_until(lambda: sent(mail), seconds=60, what="a mail sent")
    letter.refresh_from_db()
    assert (letter.state, letter.settled_by) == (LetterState.RETRIED, mona)
    assert postmaster.received == ["ada@example.com"]


def test_two_clocks_run_no_job_twice_at_the_same_time(programs: Programs) -> None:
    programs.worker(processes=3)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("LOCK TABLE platform_outboxmail IN ACCESS EXCLUSIVE MODE")  # whoever wants mail waits here
        programs.clock("first")
        programs.clock("second")
        wait_until(
            lambda: TaskRun.objects.filter(job="mail.deliver_waiting", overlaps=1), seconds=90, what="an overlap"
        )
        beat = TaskRun.objects.get(job="mail.deliver_waiting")
        assert beat.last_started_at is not None
        assert beat.last_success_at is None
        assert "send-waiting-mail" in {job.name for job in queries.scheduled_jobs() if job.running}
    all_done()
    expected = set(queries.job_names().values())
    wait_until(
        lambda: set(TaskRun.objects.filter(last_success_at__isnull=False).values_list("job", flat=True)) == expected,
        seconds=60,
        what="a run of every job",
    )
    assert not TaskRun.objects.exclude(last_error="").exists()
    status = manage("tasks_status", "--json", environment=programs.environment())
    assert status.returncode == 0, status.stdout + status.stderr
