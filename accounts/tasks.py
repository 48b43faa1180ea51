"""Celery's entry points to accounts."""

from __future__ import annotations

from accounts.actions.verification import send_verification_again
from p2psandbox.platform.tasks.base import task


@task("accounts.send_verification_again")
def send_verification(address_id: str) -> None:
    """Send the confirmation mail again, if anybody waits for it."""
    send_verification_again(address_id=int(address_id))
