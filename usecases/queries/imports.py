"""The imports of an organization, for its admins."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from p2psandbox.platform.errors import Forbidden, NotFound
from p2psandbox.platform.permissions import Actor, Permission, require
from usecases.models import ImportRun


def imports(actor: Actor) -> QuerySet[ImportRun]:
    """Return the imports of the actor's organization, the newest first, without what the files said."""
    require(actor, Permission.IMPORT_USE_CASES)
    if actor.organization_id is None:
        raise Forbidden
    rows: QuerySet[ImportRun] = ImportRun.objects.filter(organization_id=actor.organization_id)
    return rows.select_related("by").defer("rows")


def import_of(actor: Actor, import_id: UUID) -> ImportRun:
    """Return one of them; raises ``NotFound``."""
    found = imports(actor).filter(pk=import_id).first()
    if found is None:
        raise NotFound
    return found
