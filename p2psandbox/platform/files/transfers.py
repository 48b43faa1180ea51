"""Slow senders and readers: what must not be held while their bytes are on the way."""

from __future__ import annotations

from django.db import transaction


def let_the_connection_go() -> None:
    """Return the database connection to the pool; the next query takes one again. Nothing within a transaction."""
    connection = transaction.get_connection()
    if not connection.in_atomic_block:
        connection.close()
