"""Reports on trying stories: those of one story, those that wait for an admin."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q, QuerySet

from p2psandbox.platform.permissions import Actor, Permission, allows, require
from usecases.access import visible
from usecases.models import Replication, ReplicationState, UseCase

_SHOWN = 50


def replications_of(actor: Actor, row: UseCase) -> list[Replication]:
    """Return the reports on a story that the actor reads, the latest first: for members, one statement.

    Those are the published ones, and of their own organization those they wrote or may sign off.
    """
    if not row.is_published or not allows(actor, Permission.READ_MEMBERS_AREA):
        return []
    return list(_rows(actor).filter(use_case=row)[:_SHOWN])


def replications(actor: Actor, use_case_id: UUID) -> QuerySet[Replication]:
    """Return the same as a queryset, for lists. Raises ``NotSignedIn``, ``NotVerified``, ``NotFound``."""
    require(actor, Permission.READ_MEMBERS_AREA)
    row = visible(actor, use_case_id)
    return _rows(actor).filter(use_case=row)


def replication(actor: Actor, replication_id: UUID) -> Replication:
    """Return one report; callers have acted on it, so they may see it."""
    return _whole().get(pk=replication_id)


def _whole() -> QuerySet[Replication]:
    return Replication.objects.select_related("organization", "author__organization", "use_case__organization").defer(
        "use_case__search_vector"
    )


def _rows(actor: Actor) -> QuerySet[Replication]:
    ours = Q(organization=actor.organization_id)
    if not allows(actor, Permission.APPROVE_USE_CASE, organization_id=actor.organization_id):
        ours &= Q(author=actor.id)
    if actor.is_moderator:
        ours = Q()
    rows = _whole().filter(Q(state=ReplicationState.PUBLISHED) | ours)
    return rows.exclude(state=ReplicationState.WITHDRAWN).order_by("-submitted_at", "-id")


def replications_to_review(actor: Actor) -> QuerySet[Replication]:
    """Return the reports of the actor's organization that wait for sign-off, the longest waiting first.

    Raises ``NotSignedIn``, ``NotVerified``, ``Forbidden``.
    """
    require(actor, Permission.APPROVE_USE_CASE)
    rows = _whole().filter(state=ReplicationState.IN_REVIEW, organization=actor.organization_id)
    seen = UseCase.objects.visible_to(actor).filter(status="published")
    return rows.filter(use_case__in=seen.values("pk")).order_by("submitted_at", "id")
