"""Stories on a map."""

from __future__ import annotations

from dataclasses import replace

from p2psandbox.platform.permissions import Actor
from usecases.models import UseCase
from usecases.queries.listing import Filters, listing

#: Most stories put on one map, the newest.
MOST = 5000


def located(actor: Actor, filters: Filters, *, most: int = MOST) -> list[UseCase]:
    """Return the matching stories whose place is known, in the list's order: one statement."""
    rows = listing(actor, replace(filters, ordering=filters.ordering or "-published_at"))
    return list(rows.filter(latitude__isnull=False)[:most])
