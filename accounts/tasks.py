"""Celery's entry points to accounts."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings

from accounts.actions.unconfirmed import forget_unconfirmed
from accounts.actions.verification import send_verification_again
from p2psandbox.platform.tasks.base import job, task


@task("accounts.send_verification_again")
def send_verification(address_id: str) -> None:
    """Send the confirmation mail again, if anybody waits for it."""
    send_verification_again(address_id=int(address_id))


@job("accounts.forget_unconfirmed", retries=5, minutes=50)
def forget_unconfirmed_sign_ups() -> None:
    """Each night: erase sign-ups that nobody confirmed for too long."""
    forget_unconfirmed(older_than=timedelta(days=settings.UNCONFIRMED_SIGN_UP_DAYS))
