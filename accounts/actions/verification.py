"""Confirming addresses."""

from __future__ import annotations

from allauth.account.models import EmailAddress

from accounts import mails
from p2psandbox.platform.logging import getLogger

log = getLogger(__name__)


def address_id(email: str) -> int:
    """Return the id of an address as allauth keeps it, 0 for one that nobody has."""
    found = EmailAddress.objects.filter(email=email.strip().lower()).values_list("pk", flat=True).first()
    return found or 0


def send_verification_again(*, address_id: int) -> bool:
    """Send the confirmation mail once more if somebody waits for one at this address; says whether it did.

    Called from a task, which is started for addresses of nobody, too (id 0): so the request that asked takes the same
    time for any address.
    """
    address = (
        EmailAddress.objects.select_related("user__organization")
        .filter(pk=address_id, verified=False, user__is_active=True, user__deleted_at__isnull=True)
        .first()
    )
    if address is None:
        return False
    mails.verification(address)
    log.info("verification_sent_again", person_id=str(address.user_id))
    return True
