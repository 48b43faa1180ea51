"""Locks between processes, kept by PostgreSQL for as long as a connection: a process that dies holds none.

They need a connection of one's own to the server (or a pool in session mode, as ours is).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress

import django.db
from django.db import connection


@contextmanager
def held(name: str) -> Iterator[bool]:
    """Take the lock of this name unless another connection has it; the value says whether it was taken.

    It is not tied to a transaction, so what is written meanwhile commits as it goes. A connection that has the
    lock gets it again.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_number(name)])
        taken = bool(cursor.fetchone()[0])
    try:
        yield taken
    finally:
        if taken:
            with suppress(django.db.Error), connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [_number(name)])


def held_now(names: Iterable[str]) -> set[str]:
    """Return those of the locks that some connection has at this moment."""
    numbers = {_number(name): name for name in names}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (classid::bigint << 32) | objid::bigint FROM pg_locks WHERE locktype = 'advisory' AND granted"
            " AND objsubid = 1 AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        )
        return {numbers[number] for (number,) in cursor.fetchall() if number in numbers}


def _number(name: str) -> int:
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), signed=True)
