"""Telling senders that they were read: a mark that is new each time, so that open pages look again.

What was read stands in PostgreSQL; the mark only says that something was. It is kept in Redis, and empty when nobody
has read anything lately.
"""

from __future__ import annotations

import secrets
from uuid import UUID

from django.core.cache import cache
from django.db import transaction

from messaging.models import MessagingPreference
from p2psandbox.platform import cachetags

#: Pages that stay open longer than this without being told anything know it all already.
_SECONDS = 24 * 60 * 60


def tell_read(*, sender_id: UUID, reader_id: UUID) -> None:
    """Give the sender a new mark once the present transaction commits, if both give receipts."""
    people = MessagingPreference.objects.filter(person_id__in=[sender_id, reader_id])
    if people.filter(read_receipts=False).exists():
        return
    transaction.on_commit(lambda: cache.set(_key(sender_id), secrets.token_hex(6), timeout=_SECONDS), robust=True)
    cachetags.changed(f"updates:{sender_id}")  # after the mark, so that whoever looks finds it


def read_mark(person_id: UUID | None) -> str:
    """Return the mark as it stands: another one means that somebody has read what this person wrote."""
    return str(cache.get(_key(person_id)) or "")


def _key(person_id: UUID | None) -> str:
    return f"receipts:{person_id}"
