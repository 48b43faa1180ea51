"""Telling people: the one call for every app above, and its opposite for when what was told about is gone.

Both run inside the caller's transaction and come to nothing with it. However many people are told, the number of
statements is the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Exists, FilteredRelation, OuterRef, Q
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from accounts.time_zone import zone_of
from messaging import unread
from messaging.audience import can_be_told, mail_due
from messaging.kinds import ABOUT, FROM_A_PERSON, Email, Kind
from messaging.models import EVENTS_KEPT, Block, Notification
from messaging.tasks import send_due_mail
from p2psandbox.platform.models import new_id
from p2psandbox.platform.tasks.base import after_commit

_TITLE = 200

# Rows come in the order of their recipients, so that two events told to the same people wait for each other in line.
_TELL = f"""
INSERT INTO messaging_notification AS old (
    id, created_at, updated_at, recipient_id, kind, thread, title, url, events, actors, count,
    first_event_at, last_event_at, in_app, mail, mail_due_at, mailed_count)
SELECT new.id, %(now)s, %(now)s, new.recipient_id, %(kind)s, %(thread)s, %(title)s, %(url)s,
    ARRAY[%(event)s::uuid], ARRAY[%(actor)s::uuid], 1, %(now)s, %(now)s, new.in_app, new.mail, new.due, 0
FROM unnest(%(ids)s::uuid[], %(people)s::uuid[], %(in_app)s::bool[], %(mail)s::text[], %(due)s::timestamptz[])
    AS new (id, recipient_id, in_app, mail, due)
ORDER BY new.recipient_id
ON CONFLICT (recipient_id, kind, thread) WHERE read_at IS NULL DO UPDATE SET
    title = excluded.title,
    events = (excluded.events || old.events)[1:{EVENTS_KEPT}],
    actors = (excluded.actors || old.actors)[1:{EVENTS_KEPT}],
    count = old.count + 1,
    last_event_at = greatest(old.last_event_at, excluded.last_event_at),
    updated_at = excluded.updated_at,
    in_app = excluded.in_app,
    mail = excluded.mail,
    mail_due_at = CASE
        WHEN excluded.mail = 'off' OR (excluded.mail = 'instant' AND old.mailed_at IS NOT NULL) THEN NULL
        ELSE least(old.mail_due_at, excluded.mail_due_at)
    END
WHERE NOT excluded.events[1] = ANY (old.events)
"""  # noqa: S608 -- the only thing put in is a number of ours


@dataclass(slots=True)
class _Told:
    """One column each, for ``unnest``."""

    people: list[UUID]
    in_app: list[bool]
    mail: list[str]
    due: list[datetime | None]


def notify(
    *,
    kind: Kind,
    recipients: Iterable[UUID],
    actor_id: UUID | None,
    thread: str,
    title: str,
    url: str,
    event: UUID | None = None,
) -> None:
    """Tell people (ids, up to thousands) that something happened, as each of them wants to be told.

    ``actor_id`` caused it and is told nothing; ``None`` for what nobody in particular did. ``thread`` names what it is
    about, at most 100 characters (``topic:<uuid>``): events of one kind in one thread gather in one row until it is
    read. ``title`` is the thread's (cut to 200 characters) and must be for the eyes of every recipient; ``url`` is a
    path of this site. ``event`` is the id of what was made, so that telling of it twice counts once and
    :func:`withdraw` can take it back.

    Who may see the thread is the caller's to know; people who are deactivated, suspended, removed or unconfirmed are
    left out here, and so are those who blocked the one who did it. Raises ``ValueError`` for an address elsewhere.
    """
    if not url_has_allowed_host_and_scheme(url, None) or not url.startswith("/"):
        raise ValueError("A notification leads to a path of this site.")
    now = timezone.now()
    told = _audience(kind, {person for person in recipients if person != actor_id}, actor_id, now)
    if not told.people:
        return
    values: dict[str, Any] = {
        "now": now,
        "kind": Kind(kind).value,
        "thread": thread,
        "title": title[:_TITLE],
        "url": url,
        "event": event or new_id(),
        "actor": actor_id,
        "ids": [new_id() for _person in told.people],
        "people": told.people,
        "in_app": told.in_app,
        "mail": told.mail,
        "due": told.due,
    }
    with connection.cursor() as cursor:
        cursor.execute(_TELL, values)
    unread.changed(told.people)
    if Email.INSTANT in told.mail:
        after_commit(send_due_mail)


def _audience(kind: Kind, people: set[UUID], actor_id: UUID | None, now: datetime) -> _Told:
    """Return those of the people who hear of this kind, and how.

    Who has blocked somebody hears nothing of what they do. Messages are held back where they are sent.
    """
    about = ABOUT[Kind(kind)]
    chosen = FilteredRelation("notification_preferences", condition=Q(notification_preferences__kind=kind))
    rows = can_be_told().filter(pk__in=people).annotate(chosen=chosen).order_by("pk")
    if kind in FROM_A_PERSON and kind != Kind.MESSAGE and actor_id is not None:
        rows = rows.exclude(Exists(Block.objects.filter(person=OuterRef("pk"), blocked_id=actor_id)))
    told = _Told([], [], [], [])
    if not people:
        return told
    due = cache(lambda email, zone: mail_due(email, zone_of(zone), now))
    for person, zone, in_app, email in rows.values_list("pk", "time_zone", "chosen__in_app", "chosen__email"):
        listed = about.in_app if in_app is None else in_app
        frequency = email or about.email
        if listed or frequency != Email.OFF:
            told.people.append(person)
            told.in_app.append(listed)
            told.mail.append(str(frequency))
            told.due.append(due(str(frequency), zone))
    return told


def withdraw(*, thread: str, event: UUID | None = None, kinds: Sequence[Kind] = ()) -> None:
    """Take back what people were told about a thread, or about one ``event`` in it; ``kinds`` narrows it to those.

    What stands for other events as well is counted down; what has nothing left to tell goes, read or not. Mail that
    was sent stays sent.
    """
    found = Notification.objects.filter(thread=thread)
    if kinds:
        found = found.filter(kind__in=kinds)
    if event is not None:
        found = found.filter(events__contains=[event])
    with transaction.atomic():
        # In the order in which notify() takes them.
        rows = found.order_by("recipient_id", "id").select_for_update().values_list("pk", "recipient_id", "count")
        touched = list(rows)
        gone = [pk for pk, _person, count in touched if event is None or count == 1]
        if gone:
            Notification.objects.filter(pk__in=gone).delete()
        if len(gone) < len(touched):
            _forget_event({pk for pk, _person, _count in touched} - set(gone), event)
    unread.changed(person for _pk, person, _count in touched)


_FORGET = """
UPDATE messaging_notification SET
    events = events[:at.place - 1] || events[at.place + 1:],
    actors = actors[:at.place - 1] || actors[at.place + 1:],
    count = count - 1,
    mailed_count = mailed_count - (at.place > count - mailed_count)::int, -- mails told of the oldest
    updated_at = now()
FROM (SELECT id AS row, array_position(events, %(event)s::uuid) AS place FROM messaging_notification
      WHERE id = ANY (%(rows)s::uuid[])) AS at
WHERE id = at.row
"""


def _forget_event(rows: set[UUID], event: UUID | None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_FORGET, {"rows": list(rows), "event": event})
