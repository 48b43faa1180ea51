"""What people do with what they are told: read it, and say how they want to be told."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.time_zone import zone_of
from messaging import unread
from messaging.audience import mail_due
from messaging.kinds import ABOUT, DIGESTS, Email, Kind
from messaging.models import MessagingPreference, Notification, NotificationPreference, NotificationQuerySet
from messaging.queries.notifications import Choice, choices_of, notification
from p2psandbox.platform.errors import NotFound
from p2psandbox.platform.guards.turns import take_turn
from p2psandbox.platform.mail import bounces
from p2psandbox.platform.permissions import Actor, Permission, require
from p2psandbox.platform.textrules import FieldChecks

_RESUMED_PER_DAY = 3


def mark_read(*, actor: Actor, notification_id: UUID) -> Notification:
    """Mark one of the actor's own as read; what happens afterwards opens a new one. Raises ``NotFound``."""
    row = notification(actor, notification_id)
    _read(actor, Notification.objects.filter(pk=row.pk))
    row.refresh_from_db()
    return row


def mark_all_read(*, actor: Actor) -> None:
    """Mark everything in the actor's list as read."""
    require(actor, Permission.READ_MEMBERS_AREA)
    _read(actor, Notification.objects.listed_for(actor.id))


def mark_thread_read(*, actor: Actor, thread: str) -> None:
    """Mark what the actor was told about one thread as read: they are looking at it. One statement.

    Nobody is told of one event in two rows of a thread, so whoever tells of it waits for no more than one of them.
    """
    require(actor, Permission.READ_MEMBERS_AREA)
    now = timezone.now()
    rows = Notification.objects.filter(recipient_id=actor.id, thread=thread, last_event_at__lte=now)
    if _mark(rows.unread(), now) and actor.id is not None:
        unread.changed([actor.id])


def _read(actor: Actor, rows: NotificationQuerySet) -> None:
    """Mark rows as read. To one that somebody is adding an event to at this moment, that event is news: it stays.

    Rows others hold are waited for one by one and last: whoever tells several people of several kinds in one
    transaction could otherwise wait for us while we wait for them.
    """
    assert actor.id is not None  # who may read a list has one
    now = timezone.now()
    rows = rows.unread().filter(last_event_at__lte=now)
    with transaction.atomic():
        free = list(rows.order_by("id").select_for_update(skip_locked=True).values_list("pk", flat=True))
        marked = _mark(rows.filter(pk__in=free), now) if free else 0
    marked += sum(_mark(rows.filter(pk=pk), now) for pk in rows.order_by("id").values_list("pk", flat=True))
    if marked:
        unread.changed([actor.id])


def _mark(rows: NotificationQuerySet, now: datetime) -> int:
    return rows.update(read_at=now, mail_due_at=None, updated_at=now)


def set_preferences(*, actor: Actor, changes: Mapping[str, Mapping[str, Any]]) -> Mapping[Kind, Choice]:
    """Store how the actor wants to be told; ``changes`` holds, by kind, any of ``in_app`` and ``email``.

    Returns all choices. Raises :class:`Invalid` for kinds and frequencies that do not exist, and for instant mail
    about what has none.
    """
    require(actor, Permission.EDIT_OWN_ACCOUNT, owner_id=actor.id)
    assert actor.id is not None  # who may edit an account has one
    checks = FieldChecks()
    for kind, change in changes.items():
        _check(checks, kind, change)
    checks.done()
    with transaction.atomic():
        person = _locked(actor.id)
        now = choices_of(person.pk)
        wanted = {Kind(kind): _changed(now[Kind(kind)], change) for kind, change in changes.items()}
        _store(person, {kind: choice for kind, choice in wanted.items() if choice != now[kind]})
    return now | wanted


def set_quiet_hours(*, actor: Actor, begins: time | None, ends: time | None) -> None:
    """Hold mail about what happens between two times of day, where the actor is; ``None`` for both: no such hours.

    Hours may pass midnight. What is held goes out when they end; here on the site everything shows at once. Raises
    ``Invalid`` (begins, ends) for one time alone, and for two that are the same.
    """
    require(actor, Permission.EDIT_OWN_ACCOUNT, owner_id=actor.id)
    checks = FieldChecks()
    if begins is None and ends is not None:
        checks.add("begins", _("Say when the quiet hours begin, or leave both times empty."))
    elif ends is None and begins is not None:
        checks.add("ends", _("Say when the quiet hours end, or leave both times empty."))
    elif begins is not None and begins == ends:
        checks.add(
            "ends", _("Quiet hours end at another time than they begin. To get no mail at all, choose so above.")
        )
    checks.done()
    with transaction.atomic():
        MessagingPreference.objects.update_or_create(
            person_id=actor.id, defaults={"quiet_from": begins, "quiet_until": ends}
        )
        # What the former hours held is due now; the next minute holds it again if these do.
        held = Notification.objects.filter(recipient_id=actor.id, mail=Email.INSTANT, mail_due_at__isnull=False)
        held.update(mail_due_at=timezone.now())


def resume_mail(*, actor: Actor) -> None:
    """Send mail to the actor's address again though it came back: they say that it works. Raises ``TooMany``."""
    require(actor, Permission.EDIT_OWN_ACCOUNT, owner_id=actor.id)
    assert actor.id is not None  # who may edit an account has one
    person = User.objects.get(pk=actor.id)
    take_turn(
        f"messaging.resume:{actor.id}", most=_RESUMED_PER_DAY, seconds=24 * 60 * 60,
        message=_("You have tried this several times today. Use another address, or try again tomorrow."),
    )  # fmt: skip
    bounces.forget(person.email)


def _check(checks: FieldChecks, kind: str, change: Mapping[str, Any]) -> None:
    if kind not in ABOUT:
        checks.add(kind, _("There is no such kind of notification."))
    elif "email" in change and change["email"] not in ABOUT[Kind(kind)].emails:
        checks.add(kind, _("There is no mail of that kind so often. Choose another frequency."))


def _locked(person_id: UUID) -> User:
    person = User.objects.select_for_update(no_key=True).filter(pk=person_id).first()
    if person is None:
        raise NotFound
    return person


def _changed(choice: Choice, change: Mapping[str, Any]) -> Choice:
    return Choice(bool(change.get("in_app", choice.in_app)), Email(change.get("email", choice.email)))


def _store(person: User, wanted: Mapping[Kind, Choice]) -> None:
    """Keep choices, and have mail that is still to come follow them."""
    NotificationPreference.objects.bulk_create(
        [
            NotificationPreference(person=person, kind=kind, in_app=choice.in_app, email=choice.email)
            for kind, choice in wanted.items()
        ],
        update_conflicts=True,
        unique_fields=["person", "kind"],
        update_fields=["in_app", "email", "updated_at"],
    )
    zone, now = zone_of(person.time_zone), timezone.now()
    for kind, choice in wanted.items():
        waiting = Notification.objects.filter(recipient=person, kind=kind, mail_due_at__isnull=False)
        waiting.update(mail=choice.email, mail_due_at=mail_due(choice.email, zone, now))


#: What :func:`unsubscribe` takes for "the mails that gather what happened".
DIGEST = "digest"


def unsubscribe(*, person_id: UUID, subject: str) -> None:
    """End mail of one kind, or every digest (:data:`DIGEST`), for the person a signed link was made for.

    Doing it again changes nothing. Raises ``NotFound`` when there is no such person or kind.
    """
    with transaction.atomic():
        person = _locked(person_id)
        now = choices_of(person.pk)
        if subject == DIGEST:
            kinds = [kind for kind, choice in now.items() if choice.email in DIGESTS]
        elif subject in ABOUT:
            kinds = [Kind(subject)]
        else:
            raise NotFound
        ended = {kind: Choice(now[kind].in_app, Email.OFF) for kind in kinds if now[kind].email != Email.OFF}
        _store(person, ended)
