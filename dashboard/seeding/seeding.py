"""The order of seeding, in one transaction of the catalogue."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from django.db import connections, transaction
from django.utils import timezone

from accounts.models import User
from dashboard.seeding.chance import Chance
from dashboard.seeding.companies import email, make_companies, make_people
from dashboard.seeding.messages import Messages, Notices
from dashboard.seeding.prose import Prose
from dashboard.seeding.scales import Scale
from dashboard.seeding.stories import Stories
from dashboard.seeding.threads import Threads
from p2psandbox.platform.databases import CATALOGUE

#: Hears which part is being made and how many rows of it were just written.
Advance = Callable[[str, int], None]

SEED = 20260101


def is_seeded() -> bool:
    """Whether seeded people are here already."""
    return User.objects.filter(email=email(0)).exists()


def seed(scale: Scale, *, advance: Advance = lambda part, rows: None, now: datetime | None = None) -> None:
    """Fill both stores with ``scale``: all of it, or (in the catalogue) nothing.

    The same scale and ``now`` (by default midnight, UTC) make the same rows; only the ids of
    revisions are new each time, as those of an interrupted run may still be there. Memory stays flat: a
    batch of rows at a time. Revisions of an interrupted run lead nowhere and are left to the sweep.
    """
    today = now or timezone.now().astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    chance = Chance(SEED)
    prose = Prose(chance)
    with transaction.atomic():
        companies = make_companies(chance, scale, today)
        advance("organizations", len(companies))
        people = make_people(chance, scale, companies, today)
        advance("people", len(people))
        Threads(chance, prose, people, today).make(scale, lambda rows: advance("posts", rows))
        Stories(chance, prose, people, today).make(scale, lambda rows: advance("use cases", rows))
        Messages(chance, prose, people, today).make(scale, lambda rows: advance("messages", rows))
        Notices(chance, people, today).make(scale, lambda rows: advance("notifications", rows))
    _gather_statistics()


def _gather_statistics() -> None:
    """Tell PostgreSQL what it holds, so that the first queries are planned as later ones will be."""
    with connections[CATALOGUE].cursor() as cursor:
        cursor.execute("ANALYZE")
