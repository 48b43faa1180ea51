"""Contact requests: those somebody sent, those they may answer, and what came of the last one about a story."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from messaging.audience import can_be_told
from p2psandbox.platform.permissions import Actor, Permission, Scope, require, scope
from usecases.access import may_ask
from usecases.models import ContactRequest, RequestState, Status, UseCase


def requests_received(actor: Actor, *, waiting: bool = False) -> QuerySet[ContactRequest]:
    """Return the requests about stories the actor answers for, the latest first; ``waiting``: only open ones.

    Who asked and has left since waits no more. Raises ``NotSignedIn``, ``NotVerified``.
    """
    require(actor, Permission.READ_MEMBERS_AREA)
    reach = scope(actor, Permission.ANSWER_CONTACT_REQUEST)
    rows = _rows().filter(use_case__deleted_at__isnull=True)
    if actor.organization_id is None:
        return rows.none()  # moderators look in Django admin: these are requests to a company
    own = Q(use_case__author_id=actor.id) if reach is Scope.OWN else Q()
    rows = rows.filter(own, use_case__organization_id=actor.organization_id)
    here = can_be_told().filter(pk=OuterRef("asker_id"), organization_id=OuterRef("organization_id"))
    rows = rows.filter(~Q(state=RequestState.OPEN) | Exists(here))
    if waiting:
        rows = rows.filter(state=RequestState.OPEN, use_case__status=Status.PUBLISHED).order_by("created_at", "id")
    return rows


def requests_sent(actor: Actor) -> QuerySet[ContactRequest]:
    """Return what the actor asked, the latest first. Raises ``NotSignedIn``, ``NotVerified``."""
    require(actor, Permission.READ_MEMBERS_AREA)
    return _rows().filter(asker_id=actor.id)


def requests_all(actor: Actor) -> QuerySet[ContactRequest]:
    """Return what the actor sent and what they may answer, together, the latest first."""
    require(actor, Permission.READ_MEMBERS_AREA)
    received = requests_received(actor).order_by().values("pk")
    return _rows().filter(Q(asker_id=actor.id) | Q(pk__in=received))


def contact_request(actor: Actor, request_id: UUID) -> ContactRequest:
    """Return one request for who sent or answered it; callers have acted on it, so they may see it."""
    return _rows().get(pk=request_id)


def contact_given_to(row: UseCase) -> list[ContactRequest]:
    """Return to whom a story's contact was given, the latest first; for those who see its history."""
    return list(_rows().filter(use_case=row, state=RequestState.ACCEPTED)[:50])


def _rows() -> QuerySet[ContactRequest]:
    """Rows know by ``story_shown`` whether the story is in the library: what left it says nothing to who asked."""
    people = ("asker__organization", "answered_by", "organization", "use_case__organization")
    shown = UseCase.objects.filter(pk=OuterRef("use_case_id"), status=Status.PUBLISHED, deleted_at__isnull=True)
    rows = ContactRequest.objects.select_related(*people).defer("use_case__search_vector")
    found: QuerySet[ContactRequest] = rows.annotate(story_shown=Exists(shown))
    return found.order_by("-created_at", "-id")


def request_about(actor: Actor, row: UseCase) -> ContactRequest | None:
    """Return the actor's last request about a story, if they are one who asks."""
    if not may_ask(actor, row):
        return None
    mine = ContactRequest.objects.filter(use_case=row, asker=actor.id, organization=actor.organization_id)
    return mine.first()
