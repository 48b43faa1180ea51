"""A person's exports, and their filters as they are kept."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from p2psandbox.platform.errors import NotFound
from p2psandbox.platform.permissions import Actor, Permission, allows, require
from usecases.models import Export
from usecases.queries.listing import Filters
from usecases.queries.searches import kept

#: What a saved search leaves out and an export keeps.
_OWN = ("mine", "bookmarked", "status", "ordering", "drafts")


def as_asked(filters: Filters) -> dict[str, Any]:
    """Return filters as an export keeps them; :func:`usecases.queries.searches.filters_of` reads them back."""
    return kept(filters) | {name: value for name in _OWN if (value := getattr(filters, name))}


def may_have(actor: Actor, row: Export) -> bool:
    """Whether an export is this actor's own and still for them: they may export as much as when they asked.

    Who has left the company, or is no admin any more, gets no file that holds what they could see before.
    """
    own = actor.id is not None and row.owner_id == actor.id and row.organization_id == actor.organization_id
    return own and allows(actor, permission_for(drafts=row.with_drafts))


def permission_for(*, drafts: bool) -> Permission:
    """Return what a list takes, with unpublished stories of one's own organization or without."""
    return Permission.EXPORT_WITH_DRAFTS if drafts else Permission.EXPORT_VISIBLE


def exports(actor: Actor) -> list[Export]:
    """Return a person's own exports, the newest first."""
    require(actor, Permission.EXPORT_VISIBLE)
    assert actor.id is not None  # visitors were refused
    return [row for row in Export.objects.filter(owner_id=actor.id) if may_have(actor, row)]


def export(actor: Actor, export_id: UUID) -> Export:
    """Return one of a person's own. Raises ``NotFound`` for all others."""
    require(actor, Permission.EXPORT_VISIBLE)
    assert actor.id is not None  # visitors were refused
    row = Export.objects.filter(pk=export_id, owner_id=actor.id).first()
    if row is None or not may_have(actor, row):
        raise NotFound
    return row
