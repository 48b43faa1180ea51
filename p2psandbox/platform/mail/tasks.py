"""Celery's entry points to the outbox."""

from __future__ import annotations

from uuid import UUID

from celery import shared_task

from p2psandbox.platform.mail import delivery


@shared_task(name="mail.deliver")  # type: ignore[untyped-decorator]  # celery ships no types
def deliver(mail_id: str) -> None:
    """Send one mail, if it still waits."""
    delivery.deliver_mail(UUID(mail_id))


@shared_task(name="mail.deliver_waiting")  # type: ignore[untyped-decorator]  # celery ships no types
def deliver_waiting() -> None:
    """Each minute: send what is due (left behind by a lost broker or worker, or to be tried again)."""
    for mail_id in delivery.waiting_mail():
        delivery.deliver_mail(mail_id)
    delivery.forget_old_mail()
