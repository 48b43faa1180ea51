"""Whom anything may be sent to at all, and when a digest reaches them."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta, tzinfo

from django.db.models import QuerySet

from accounts.models import User
from messaging.kinds import Email

#: The hour of the morning at which digests go out, where their reader is.
MORNING = 8
_MONDAY = 0


def can_be_told() -> QuerySet[User, User]:
    """Return the people who hear of things: confirmed, active, neither suspended nor removed."""
    return User.objects.filter(
        is_active=True, suspended_at__isnull=True, deleted_at__isnull=True, email_verified_at__isnull=False
    )


def quiet_until(begins: time, ends: time, zone: tzinfo, now: datetime) -> datetime | None:
    """Return when the quiet hours end that ``now`` falls into, ``None`` outside of them; they may pass midnight."""
    here = now.astimezone(zone)
    clock = here.time()
    inside = begins <= clock < ends if begins < ends else clock >= begins or clock < ends
    if not inside:
        return None
    day = here.date() if clock < ends else here.date() + timedelta(days=1)
    return datetime.combine(day, ends, tzinfo=zone).replace(fold=here.fold).astimezone(UTC)


def mail_due(email: str, zone: tzinfo, now: datetime) -> datetime | None:
    """Return when a mail about something of this moment is due: now, the next morning, or Monday's. ``None``: never."""
    if email == Email.OFF:
        return None
    if email == Email.INSTANT:
        return now
    here = now.astimezone(zone)
    morning = here.replace(hour=MORNING, minute=0, second=0, microsecond=0, fold=0)
    days = (_MONDAY - here.weekday()) % 7 if email == Email.WEEKLY else 0
    morning += timedelta(days=days)
    if morning <= here:
        morning += timedelta(days=7 if email == Email.WEEKLY else 1)
    return morning.astimezone(UTC)
