"""Addresses that mail comes back from.

The outbox sends there still what somebody asks for: confirming an address, a new password. Whoever writes mail that
nobody asked for looks here first. Addresses get here when the mail server refuses them for good, and by
``manage.py bounced_mail``, for what comes back later to the sender's mailbox.
"""

from __future__ import annotations

from django.utils import timezone

from p2psandbox.platform.logging import getLogger
from p2psandbox.platform.mail.models import BouncedAddress

log = getLogger(__name__)

_REASON = 120


def record(address: str, reason: str = "") -> BouncedAddress:
    """Remember that mail to an address came back; again renews the reason."""
    text = " ".join(reason.split())[:_REASON]
    bounced, made = BouncedAddress.objects.update_or_create(
        email=_kept(address), defaults={"reason": text, "updated_at": timezone.now()}
    )
    log.warning("address_bounced", bounce_id=str(bounced.pk), again=not made)
    return bounced


def of(address: str) -> BouncedAddress | None:
    """Return what is known about an address mail comes back from; ``None`` for one that works."""
    return BouncedAddress.objects.filter(email=_kept(address)).first()


def forget(address: str) -> bool:
    """Let mail go to an address again; returns whether it was kept back."""
    deleted, _ = BouncedAddress.objects.filter(email=_kept(address)).delete()
    return bool(deleted)


def _kept(address: str) -> str:
    return address.strip().lower()
