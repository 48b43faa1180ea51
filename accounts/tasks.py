"""Celery's entry points to accounts."""

from __future__ import annotations

from celery import shared_task

from accounts.actions.verification import send_verification_again


@shared_task(name="accounts.send_verification_again")  # type: ignore[untyped-decorator]  # celery ships no types
def send_verification(email: str) -> None:
    """Send the confirmation mail again, if anybody waits for it."""
    send_verification_again(email=email)
