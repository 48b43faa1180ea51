"""Celery's entry points to the outbox."""

from __future__ import annotations

from uuid import UUID

from p2psandbox.platform.mail import delivery
from p2psandbox.platform.tasks.base import job, task


@task("mail.deliver", before_again=delivery.release)
def deliver(mail_id: str) -> None:
    """Send one mail, if it still waits."""
    delivery.deliver_mail(UUID(mail_id))


@job("mail.deliver_waiting")
def deliver_waiting() -> None:
    """Each minute: hand out what is due (left behind by a lost broker or worker, or to be tried again)."""
    for mail_id in delivery.hand_out():
        deliver.delay(str(mail_id))
