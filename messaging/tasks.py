"""Celery's entry points to messaging."""

from __future__ import annotations

from messaging import delivery
from p2psandbox.platform.tasks.base import job, task


@task("messaging.send_due_mail")
def send_due_mail() -> None:
    """Right after something happened: write the mails that are due."""
    delivery.send_due()


@job("messaging.deliver_due")
def deliver_due() -> None:
    """Every few minutes: write digests whose morning has come, and what a lost task has left."""
    delivery.send_due()


@job("messaging.forget_old", retries=5, minutes=50)
def forget_old() -> None:
    """Each night: forget what was read long ago."""
    delivery.forget_old()
