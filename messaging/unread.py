"""How many notifications and messages wait for somebody: kept in Redis, so that every page can say it.

PostgreSQL is not asked for it.

What is kept carries the mark it was counted under. A write throws the mark away when it commits; whoever counts
next makes a new one, and a count under an older mark is not believed. So a reader who counted before the commit and
keeps the number after it misleads nobody.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib.postgres.aggregates import ArrayAgg
from django.core.cache import cache
from django.db import transaction
from django.db.models import Count, Q, Sum

from messaging.models import Notification, Participant
from p2psandbox.platform import cachetags
from p2psandbox.platform.permissions import Actor, Permission, allows

_SECONDS = 15 * 60
#: A mark outlives what was counted under it.
_MARK_SECONDS = 24 * 60 * 60
#: So many of the latest threads with something unread are kept beside the count.
THREADS_KEPT = 50


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many entries of the list are unread, and which threads (the latest 50) have anything unread.

    ``messages`` counts private messages that were not read.
    """

    count: int = 0
    threads: frozenset[str] = frozenset()
    messages: int = 0


_NOTHING = Waiting()


def keys(actor: Actor) -> tuple[str, ...]:
    """Return what to ask the cache for, in a ``get_many`` of one's own; :func:`waiting` takes the answer."""
    return (f"waiting:mark:{actor.id}", f"waiting:count:{actor.id}") if _may(actor) else ()


def waiting(actor: Actor, found: Mapping[str, Any] | None = None) -> Waiting:
    """Return what waits for the actor: from ``found`` if it is there and still holds, else counted and kept.

    ``found`` is what the cache answered to :func:`keys`; left out, it is asked. Nothing waits for those who may read
    nothing yet.
    """
    if not _may(actor):
        return _NOTHING
    mark_key, value_key = keys(actor)
    if found is None:
        found = cache.get_many([mark_key, value_key])
    mark = found.get(mark_key)
    kept_mark, count, threads, messages = found.get(value_key) or (None, 0, (), 0)
    if mark is not None and mark == kept_mark:
        return Waiting(count, frozenset(threads), messages)
    return _count(actor, mark_key, value_key)


def _count(actor: Actor, mark_key: str, value_key: str) -> Waiting:
    cache.add(mark_key, secrets.token_hex(8), timeout=_MARK_SECONDS)
    mark = cache.get(mark_key)  # another's, if they were faster
    found = Notification.objects.filter(recipient_id=actor.id).unread().order_by()
    row = found.aggregate(
        count=Count("id", filter=Q(in_app=True)), threads=ArrayAgg("thread", order_by="-last_event_at", default=[])
    )
    threads = list(dict.fromkeys(row["threads"]))[:THREADS_KEPT]
    own = Participant.objects.filter(person_id=actor.id, unread_count__gt=0).order_by()
    messages = own.aggregate(messages=Sum("unread_count", default=0))["messages"]
    if mark is not None:
        cache.set(value_key, (mark, row["count"], threads, messages), timeout=_SECONDS)
    return Waiting(row["count"], frozenset(threads), messages)


def changed(people: Iterable[UUID]) -> None:
    """Have it counted anew for these people once the present transaction commits."""
    marks = [f"waiting:mark:{person}" for person in set(people)]
    if marks:
        transaction.on_commit(lambda: cache.delete_many(marks), robust=True)
        cachetags.changed(*(f"updates:{person}" for person in set(people)))


def _may(actor: Actor) -> bool:
    return allows(actor, Permission.READ_MEMBERS_AREA)
