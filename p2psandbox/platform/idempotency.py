"""Doing a thing once, however often the button is pressed or the request retried."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.db import transaction

from p2psandbox.platform.models import OnceKey
from p2psandbox.platform.permissions import Actor


def once(*, actor: Actor, kind: str, key: str, make: Callable[[], UUID]) -> tuple[UUID, bool]:
    """Call ``make`` unless this actor did so before with this ``key``.

    Returns the made thing's id, and whether it is new. The key's row and the thing commit together: of two at
    the same moment the second waits on the unique index until the first has committed, then returns the
    first's id. An empty key always makes.
    """
    if not key or actor.id is None:
        return make(), True
    with transaction.atomic():
        row, created = OnceKey.objects.get_or_create(actor_id=actor.id, kind=kind, key=key[:200])
        if not created:
            assert row.subject_id is not None  # set in the transaction that made the row
            return row.subject_id, False
        row.subject_id = make()
        row.save(update_fields=["subject_id"])
        return row.subject_id, True
