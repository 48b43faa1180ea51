"""The mails about what happened: titles and names, never what somebody wrote."""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings
from django.urls import reverse
from django.utils.text import Truncator

from accounts.models import User
from accounts.time_zone import zone_of
from messaging.actions import DIGEST
from messaging.links import unsubscribe_url
from messaging.models import Notification
from messaging.presenting import Line, lines
from p2psandbox.platform.mail.outbox import send

#: A digest lists so many and counts the rest.
LISTED = 30
_SUBJECT = 100


def instant(person: User, row: Notification) -> None:
    """Tell of one thread."""
    [line] = lines([row])
    _send(
        person, "notification", {**_entry(line), "kind": row.get_kind_display()}, unsubscribe_url(person.pk, row.kind)
    )


def digest(person: User, rows: Sequence[Notification]) -> None:
    """Tell of everything that gathered, the latest first."""
    context = {
        "entries": [_entry(line) for line in lines(rows[:LISTED])],
        "count": len(rows),
        "more": max(len(rows) - LISTED, 0),
        "all": settings.SITE_URL + reverse("messaging:notifications"),
    }
    _send(person, "notification_digest", context, unsubscribe_url(person.pk, DIGEST))


def _send(person: User, template: str, context: dict[str, object], unsubscribe: str) -> None:
    send(
        template=template,
        to=person.email,
        language=person.language,
        context={
            **context,
            "full_name": person.get_full_name(),
            "preferences": settings.SITE_URL + reverse("messaging:preferences"),
        },
        time_zone=zone_of(person.time_zone),
        unsubscribe_url=unsubscribe,
    )


def _entry(line: Line) -> dict[str, object]:
    title = _printable(line.row.title)
    return {
        "says": _printable(line.says),
        "title": title,
        "short_title": Truncator(title).chars(_SUBJECT),
        "count": line.new,
        "at": line.row.last_event_at,
        "link": settings.SITE_URL + line.row.get_absolute_url(),
    }


def _printable(text: str) -> str:
    """Return text that may stand in a subject: joiners and odd spaces of other scripts are spaces there."""
    return "".join(char if char.isprintable() else " " for char in text)
