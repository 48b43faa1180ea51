"""What of the library waits for somebody."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from p2psandbox.platform.permissions import Actor, Permission, allows, require
from usecases.models import (
    ContactRequest,
    Status,
    UseCase,
    WorkingStatus,
)
from usecases.queries.contacts import requests_received


def review_queue(actor: Actor) -> QuerySet[UseCase]:
    """Return the stories of the actor's organization that wait for sign-off, the longest waiting first."""
    require(actor, Permission.APPROVE_USE_CASE)
    rows = UseCase.objects.visible_to(actor).lean().select_related("organization", "author")
    if not actor.is_moderator:
        rows = rows.filter(organization_id=actor.organization_id)
    waiting = rows.filter(Q(status=Status.IN_REVIEW) | Q(working_status=WorkingStatus.IN_REVIEW))
    ordered: QuerySet[UseCase] = waiting.order_by("submitted_at", "id")
    return ordered


@dataclass(frozen=True, slots=True)
class Waiting:
    """What of the library waits for one person, for the home page."""

    to_review: list[UseCase]
    sent_back: list[UseCase]
    drafts: list[UseCase]
    requests: list[ContactRequest]


def waiting_for(actor: Actor, *, most: int = 5) -> Waiting:
    """Return stories to sign off, own ones sent back, and own drafts: requests for
    contact: at most ``most`` of each, three queries.
    """
    if actor.id is None or not allows(actor, Permission.WRITE_USE_CASE):
        return Waiting([], [], [], [])
    signs = not actor.is_moderator and allows(actor, Permission.APPROVE_USE_CASE)
    to_review = list(review_queue(actor)[:most]) if signs else []
    own = UseCase.objects.alive().lean().select_related("organization").filter(author_id=actor.id)
    own = own.filter(Q(status=Status.DRAFT) | Q(working_status=WorkingStatus.DRAFT))
    drafts = list(own.order_by("-updated_at")[: 2 * most])
    back = [row for row in drafts if row.submitted_revision_id is not None]
    asked = list(requests_received(actor, waiting=True)[:most])
    return Waiting(to_review, back[:most], [row for row in drafts if row not in back][:most], asked)
