"""Sign-ups that nobody confirmed: forgotten after a while, with the organization that came with them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import models, transaction
from django.utils import timezone

from accounts.actions.sessions import end_all_sessions
from accounts.models import User
from organizations import actions as organizations
from p2psandbox.platform.logging import getLogger

log = getLogger(__name__)


@dataclass(slots=True)
class Forgotten:
    """How many people and organizations went, and how many people had to stay."""

    people: int = 0
    organizations: int = 0
    kept: int = 0


def forget_unconfirmed(*, older_than: timedelta, dry_run: bool = False) -> Forgotten:
    """Erase people who signed up longer than ``older_than`` ago and never confirmed an address.

    Who signed in since then still waits for the mail and stays, and so does who left anything behind that is
    shown to others, moderates, or was switched off by a moderator. The organization goes with its last person if
    nothing else hangs on it. Each person is a transaction of their own; whose row somebody holds at this moment
    (they may be confirming) is left for the next time. ``dry_run`` counts and changes nothing. Called on a
    schedule and by operators.
    """
    before = timezone.now() - older_than
    found = Forgotten()
    for person_id in list(_unconfirmed(before).order_by("created_at").values_list("pk", flat=True)):
        _forget(person_id, before, found, dry_run=dry_run)
    return found


def _unconfirmed(before: datetime) -> models.QuerySet[User]:
    silent = models.Q(last_login__isnull=True) | models.Q(last_login__lt=before)
    return User.objects.filter(
        silent, email_verified_at__isnull=True, is_staff=False, suspended_at__isnull=True, created_at__lt=before
    ).exclude(emailaddress__verified=True)


def _forget(person_id: UUID, before: datetime, found: Forgotten, *, dry_run: bool) -> None:
    with transaction.atomic():
        # Read again under the lock that confirming takes: who was faster has confirmed, or has nothing to confirm.
        person = _unconfirmed(before).select_for_update(skip_locked=True, of=("self",)).filter(pk=person_id).first()
        if person is None:
            return
        organization_id = person.organization_id
        try:
            with transaction.atomic():
                if not dry_run:
                    end_all_sessions(person=person)
                person.delete()
        except (models.ProtectedError, models.RestrictedError):
            found.kept += 1
            return
        gone = organization_id is not None and organizations.forget_empty(organization_id=organization_id)
        transaction.set_rollback(dry_run)
    found.people += 1
    found.organizations += gone
    if not dry_run:
        log.info("sign_up_forgotten", person_id=str(person_id), organization_id=str(organization_id), both=gone)
