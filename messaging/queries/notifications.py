"""Reading one's own notifications and how one wants to be told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time
from uuid import UUID

from accounts.models import User
from messaging.kinds import ABOUT, Email, Kind
from messaging.models import Notification, NotificationPreference
from messaging.presenting import Line, lines
from p2psandbox.platform.errors import NotFound
from p2psandbox.platform.keyset import page_of
from p2psandbox.platform.mail import bounces
from p2psandbox.platform.permissions import Actor, Permission, require

PER_PAGE = 20


@dataclass(frozen=True, slots=True)
class NotificationList:
    """One page of the list, newest first, with the cursors of the pages beside it."""

    lines: list[Line]
    next: str | None
    previous: str | None


@dataclass(frozen=True, slots=True)
class Choice:
    """How somebody is told of one kind."""

    in_app: bool
    email: Email


@dataclass(frozen=True, slots=True)
class Reaching:
    """Between which times of day mail waits, if it does, and since when it comes back from somebody's address."""

    begins: time | None
    ends: time | None
    email: str
    bounced_at: datetime | None


def notifications(
    actor: Actor, *, unread: bool | None = None, cursor: str = "", size: int = PER_PAGE
) -> NotificationList:
    """Return a page of the actor's list: two queries. ``unread`` narrows it to the unread or to the read ones.

    Raises ``NotSignedIn``, ``NotVerified``, and :class:`Invalid` for a cursor that is none.
    """
    require(actor, Permission.READ_MEMBERS_AREA)
    rows = Notification.objects.listed_for(actor.id)
    if unread is not None:
        rows = rows.filter(read_at__isnull=unread)
    page = page_of(rows, column="last_event_at", cursor=cursor, size=size)
    return NotificationList(lines(page.rows), page.next, page.previous)


def notification(actor: Actor, notification_id: UUID) -> Notification:
    """Return one of the actor's own. Raises ``NotFound`` for any other."""
    require(actor, Permission.READ_MEMBERS_AREA)
    row = Notification.objects.filter(pk=notification_id, recipient_id=actor.id).first()
    if row is None:
        raise NotFound
    return row


def preferences(actor: Actor) -> Mapping[Kind, Choice]:
    """Return how the actor is told of each kind, in the order of kinds. Raises ``NotSignedIn``."""
    require(actor, Permission.EDIT_OWN_ACCOUNT, owner_id=actor.id)
    return choices_of(actor.id)


def reaching(actor: Actor) -> Reaching:
    """Return when and whether mail reaches the actor. Raises ``NotSignedIn``."""
    require(actor, Permission.EDIT_OWN_ACCOUNT, owner_id=actor.id)
    assert actor.id is not None  # who may edit an account has one
    person = User.objects.select_related("messaging_preference").get(pk=actor.id)
    chosen = getattr(person, "messaging_preference", None)
    begins, ends = (chosen.quiet_from, chosen.quiet_until) if chosen is not None else (None, None)
    bounced = bounces.of(person.email)
    return Reaching(begins, ends, person.email, bounced.updated_at if bounced else None)


def choices_of(person_id: UUID | None) -> dict[Kind, Choice]:
    """Return what a person has chosen, and the defaults where they have not."""
    chosen = {row.kind: row for row in NotificationPreference.objects.filter(person_id=person_id)}
    return {
        kind: Choice(row.in_app, Email(row.email)) if (row := chosen.get(kind)) else Choice(about.in_app, about.email)
        for kind, about in ABOUT.items()
    }
