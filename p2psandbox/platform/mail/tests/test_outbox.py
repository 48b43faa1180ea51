"""Mail is written with the act that causes it, sent once, and forgotten."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import structlog
import time_machine
from django.db import connection, transaction
from django.utils import timezone
from pytest_django.fixtures import Settings

from p2psandbox.celery import app as celery_app
from p2psandbox.platform import locks
from p2psandbox.platform.mail import bounces, delivery
from p2psandbox.platform.mail.delivery import MOST_ATTEMPTS, deliver_mail, message_id, waiting_mail
from p2psandbox.platform.mail.models import OutboxMail
from p2psandbox.platform.mail.outbox import MailRefused
from p2psandbox.platform.mail.tasks import deliver, deliver_waiting
from p2psandbox.platform.mail.tests.conftest import Postmaster, closed_port
from p2psandbox.platform.permissions import Actor, Role
from p2psandbox.platform.tasks.actions import run_again
from p2psandbox.platform.tasks.models import DeadLetter

pytestmark = pytest.mark.django_db
Write = Callable[..., OutboxMail]


def test_a_mail_arrives_as_text_and_html_with_its_styles_inside(
    write: Write, postmaster: Postmaster, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        mail = write()
    [received] = postmaster.received
    assert received["Subject"] == "Email: Bolt & Co"
    assert received["To"] == "ada@example.com"
    assert received["Message-ID"] == message_id(mail.id) == f"<{mail.id}@localhost>"
    assert received["Auto-Submitted"] == "auto-generated"
    assert received.get_content_type() == "multipart/alternative"
    text, html = (part.get_content() for part in received.iter_parts())
    assert "Hello Bolt & Co, http://localhost:8000/somewhere/" in text
    assert "Bolt &amp; Co</a>" in html
    assert 'style="' in html


def test_a_mail_speaks_the_readers_language(write: Write) -> None:
    arabic = write(language="ar")
    assert 'dir="rtl"' in arabic.html
    assert 'lang="ar"' in arabic.html
    assert 'lang="en"' in write(language="xx").html


def test_a_mail_carries_the_id_of_the_request_that_caused_it(
    write: Write, postmaster: Postmaster, django_capture_on_commit_callbacks: Any
) -> None:
    with (
        structlog.contextvars.bound_contextvars(request_id="request-7"),
        django_capture_on_commit_callbacks(execute=True),
    ):
        write()
    assert postmaster.received[0]["X-Request-ID"] == "request-7"


def test_nothing_private_stays_once_a_mail_is_sent(write: Write, postmaster: Postmaster) -> None:
    mail = write()
    assert deliver_mail(mail.id)
    mail.refresh_from_db()
    assert (mail.to, mail.subject, mail.text, mail.html) == ("", "", "", "")
    assert mail.sent_at is not None
    assert mail.template == "specimen"


def test_a_mail_is_sent_once_however_often_its_task_runs(write: Write, postmaster: Postmaster) -> None:
    mail = write()
    assert [deliver_mail(mail.id), deliver_mail(mail.id)] == [True, False]
    assert len(postmaster.received) == 1


@pytest.mark.django_db(transaction=True)
def test_a_mail_another_worker_is_sending_is_left_to_it(write: Write, postmaster: Postmaster) -> None:
    mail = write()
    OutboxMail.objects.filter(pk=mail.pk).update(sent_at=None, to="ada@example.com", text="x", html="x", subject="x")
    before = len(postmaster.received)
    with locks.held(f"mail:{mail.pk}"), ThreadPoolExecutor(1) as other_worker:
        assert other_worker.submit(_deliver_and_hang_up, mail.pk).result(timeout=10) is False
    assert len(postmaster.received) == before
    assert deliver_mail(mail.pk)


def _deliver_and_hang_up(mail_id: UUID) -> bool:
    try:
        return deliver_mail(mail_id)
    finally:
        connection.close()


def test_a_mail_the_server_may_have_got_whole_is_held_until_somebody_says_so(
    write: Write, postmaster: Postmaster
) -> None:
    mail = write()
    OutboxMail.objects.filter(pk=mail.pk).update(handed_over_at=timezone.now(), next_try_at=timezone.now())
    deliver.delay(str(mail.pk))
    deliver_waiting.delay()
    deliver.delay(str(mail.pk))
    assert postmaster.received == []
    letter = DeadLetter.objects.get()
    assert (letter.task, letter.arguments, letter.attempts) == ("mail.deliver", [str(mail.pk)], 2)
    assert letter.error.endswith("MayHaveArrived")
    run_again(actor=Actor(Role.MODERATOR), letter_id=letter.pk)
    assert len(postmaster.received) == 1
    mail.refresh_from_db()
    assert (mail.to, mail.held_at, mail.handed_over_at) == ("", None, None)


def test_a_refusal_of_the_whole_mail_is_an_answer_and_holds_nothing(write: Write, postmaster: Postmaster) -> None:
    postmaster.refuse_data_with = "451 Busy"
    mail = write()
    assert not deliver_mail(mail.pk)
    mail.refresh_from_db()
    assert (mail.handed_over_at, mail.held_at, mail.last_error) == (None, None, "SMTPDataError")
    postmaster.refuse_data_with = ""
    assert deliver_mail(mail.pk)


def test_an_error_that_is_not_the_servers_is_for_a_person_and_keeps_no_other_mail_waiting(
    write: Write, postmaster: Postmaster
) -> None:
    broken, sound = write(), write()
    OutboxMail.objects.filter(pk=broken.pk).update(subject="a\nBcc: eve@example.com")
    with time_machine.travel(timezone.now() + timedelta(minutes=3)):
        deliver_waiting.delay()
        assert waiting_mail() == []
    assert DeadLetter.objects.get().arguments == [str(broken.pk)]
    assert [message["Message-ID"] for message in postmaster.received] == [message_id(sound.pk)]


def test_an_act_that_is_rolled_back_sends_nothing(
    write: Write, postmaster: Postmaster, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        write()
        transaction.set_rollback(True)
    assert postmaster.received == []
    assert not OutboxMail.objects.exists()


@pytest.mark.parametrize("name", ["a\nBcc: eve@example.com", "a\r\nb", "a\x00b", "a\u2028b"])
def test_a_subject_with_a_line_break_is_refused(write: Write, name: str) -> None:
    with pytest.raises(MailRefused):
        write(context={"name": name})


@pytest.mark.parametrize("address", ["ada@example.com\nBcc: eve@example.com", "ada", "", "a@b@c", "ada@example.com\r"])
def test_an_address_that_is_none_is_refused(write: Write, address: str) -> None:
    with pytest.raises(MailRefused):
        write(to=address)


def test_a_mail_waits_longer_after_each_failure(write: Write, settings: Settings) -> None:
    settings.EMAIL_BACKEND = "p2psandbox.platform.mail.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", closed_port()
    mail = write()
    waits = []
    for _ in range(3):
        before = timezone.now()
        assert not deliver_mail(mail.id)
        mail.refresh_from_db()
        waits.append(mail.next_try_at - before)
    assert timedelta(seconds=44) < waits[0] < timedelta(seconds=77)
    assert timedelta(seconds=89) < waits[1] < timedelta(seconds=152)
    assert waits[2] > waits[0]
    assert (mail.attempts, mail.last_error) == (3, "ConnectionRefusedError")
    assert mail.text != ""


def test_a_mail_that_never_gets_through_is_given_up_and_blanked(write: Write, settings: Settings) -> None:
    settings.EMAIL_BACKEND = "p2psandbox.platform.mail.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", closed_port()
    mail = write()
    OutboxMail.objects.filter(pk=mail.pk).update(attempts=MOST_ATTEMPTS - 1)
    assert not deliver_mail(mail.id)
    mail.refresh_from_db()
    assert mail.given_up_at is not None
    assert (mail.to, mail.last_error) == ("", "ConnectionRefusedError")
    assert not deliver_mail(mail.id)


def test_a_recipient_refused_for_good_is_not_tried_again(write: Write, postmaster: Postmaster) -> None:
    postmaster.refuse_with = "550 No such person"
    mail = write()
    assert not deliver_mail(mail.id)
    mail.refresh_from_db()
    assert mail.given_up_at is not None
    assert bounces.of("Ada@example.com").reason == "550 No such person"  # type: ignore[union-attr]  # it is there


def test_a_recipient_refused_for_now_is_tried_again(write: Write, postmaster: Postmaster) -> None:
    postmaster.refuse_with = "450 Full"
    mail = write()
    assert not deliver_mail(mail.id)
    postmaster.refuse_with = ""
    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        assert waiting_mail() == [mail.id]
        deliver_waiting()
    assert len(postmaster.received) == 1
    assert bounces.of("ada@example.com") is None


def test_the_sweeper_leaves_fresh_mail_to_its_own_task(write: Write, postmaster: Postmaster) -> None:
    write()
    deliver_waiting()
    assert postmaster.received == []
    with time_machine.travel(timezone.now() + timedelta(minutes=3)):
        deliver_waiting()
    assert len(postmaster.received) == 1


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_is_down_fails_no_act(
    write: Write, postmaster: Postmaster, caplog: pytest.LogCaptureFixture
) -> None:
    before = celery_app.conf.broker_url, celery_app.conf.task_always_eager
    try:
        celery_app.conf.update(broker_url=f"redis://127.0.0.1:{closed_port()}/1", task_always_eager=False)
        celery_app._after_fork()  # forgets its connections: the next task looks for the broker that is configured
        mail = write()
    finally:
        celery_app.conf.update(broker_url=before[0], task_always_eager=before[1])
        celery_app._after_fork()
    assert "Error calling" in caplog.text
    assert OutboxMail.objects.get() == mail
    with time_machine.travel(timezone.now() + timedelta(minutes=3)):
        deliver_waiting()
    assert len(postmaster.received) == 1


def test_what_is_left_of_old_mail_is_deleted(write: Write, postmaster: Postmaster) -> None:
    sent, waiting = write(), write()
    deliver_mail(sent.id)
    with time_machine.travel(timezone.now() + timedelta(days=31)):
        assert delivery.forget_old_mail() == 1
    assert OutboxMail.objects.get() == waiting
    assert str(waiting) == f"specimen {waiting.id}"
