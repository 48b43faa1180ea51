"""Writing the mails that are due: at once one for a thread until it is read, in the morning one for everything else."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import override

from accounts.models import User
from accounts.time_zone import zone_of
from messaging import mails
from messaging.audience import can_be_told, quiet_until
from messaging.kinds import DIGESTS, FROM_A_PERSON, Email
from messaging.models import Block, Notification
from p2psandbox.platform import locks
from p2psandbox.platform.logging import getLogger
from p2psandbox.platform.mail import bounces
from p2psandbox.platform.mail.outbox import MailRefused

log = getLogger(__name__)

#: What was read so long ago is forgotten; what only mail told of, so long after the last event.
KEEP_READ = timedelta(days=180)
_BATCH = 500


def send_due() -> int:
    """Put the mails that are due at this moment into the outbox; returns for how many people.

    Each person is a transaction of their own. Two processes at once write nobody the same mail: whom one of them
    is at, the other leaves out.
    """
    now = timezone.now()
    return sum(_send_to(person_id, now) for person_id in _people_with_mail(now))


def _people_with_mail(now: datetime) -> Iterator[UUID]:
    """Yield everybody who has mail due, once, in batches."""
    rows = Notification.objects.filter(mail_due_at__lte=now).order_by("recipient_id")
    due = rows.values_list("recipient_id", flat=True).distinct()
    batch = list(due[:_BATCH])
    while batch:
        yield from batch
        batch = list(due.filter(recipient_id__gt=batch[-1])[:_BATCH])


def _send_to(person_id: UUID, now: datetime) -> bool:
    with locks.held(f"notifications:{person_id}") as mine, transaction.atomic():
        if not mine:
            return False
        # What somebody is just adding an event to is left for the next time: nobody waits for us while we wait.
        due = Notification.objects.filter(recipient_id=person_id, mail_due_at__lte=now)
        rows = list(due.select_for_update(skip_locked=True))
        person = can_be_told().filter(pk=person_id).select_related("messaging_preference").first()
        if person is not None and (later := _quiet_until(person, now)) is not None:
            Notification.objects.filter(pk__in=[row.pk for row in rows]).update(mail_due_at=later)
            return False
        reachable = person is not None and bounces.of(person.email) is None
        sent = person is not None and reachable and _write(person, _wanted(person, rows))
        told = {"mailed_at": now, "mailed_count": F("count")} if sent else {}
        Notification.objects.filter(pk__in=[row.pk for row in rows]).update(mail_due_at=None, **told)
    return sent


def _quiet_until(person: User, now: datetime) -> datetime | None:
    """Return until when mail to somebody waits, if it does: their quiet hours, where they are."""
    chosen = getattr(person, "messaging_preference", None)
    if chosen is None or chosen.quiet_from is None or chosen.quiet_until is None:
        return None
    return quiet_until(chosen.quiet_from, chosen.quiet_until, zone_of(person.time_zone), now)


def _wanted(person: User, rows: list[Notification]) -> list[Notification]:
    """Leave out what only people did whom the person has blocked since."""
    blocked = set(Block.objects.filter(person=person).order_by().values_list("blocked_id", flat=True))
    return [
        row for row in rows if row.kind not in FROM_A_PERSON or not row.people or not blocked.issuperset(row.people)
    ]


def _write(person: User, rows: list[Notification]) -> bool:
    """Write what these rows ask for; whether that was anything."""
    at_once = _one_per_thread(person, [row for row in rows if row.mail == Email.INSTANT])
    gathered = [row for row in rows if row.mail in DIGESTS and row.count > row.mailed_count]
    try:
        with transaction.atomic(), override(person.language):
            for row in at_once:
                mails.instant(person, row)
            if gathered:
                mails.digest(person, gathered)
    except MailRefused as error:  # an address that is none: tried again, it would be none again
        log.warning("notification_mail_refused", person=str(person.pk), error=str(error))
        return False
    return bool(at_once or gathered)


def _one_per_thread(person: User, rows: list[Notification]) -> list[Notification]:
    """Return the latest row of each thread about which no mail has gone out since the person last read it."""
    if not rows:
        return []
    told = Notification.objects.filter(
        recipient=person, thread__in={row.thread for row in rows}, read_at__isnull=True, mailed_at__isnull=False
    )
    known = set(told.values_list("thread", flat=True))
    return list({row.thread: row for row in reversed(rows) if row.thread not in known}.values())


def forget_old() -> None:
    """Delete what was read over 180 days ago, and what stands in no list as long after its last event."""
    before = timezone.now() - KEEP_READ
    old = Notification.objects.filter(Q(read_at__isnull=False) | Q(in_app=False), updated_at__lt=before)
    deleted, _ = old.delete()
    log.info("notifications_forgotten", rows=deleted)
