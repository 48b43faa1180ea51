"""Who is told what on a story's way: its admins that it waits for them, its author what became of it."""

from __future__ import annotations

from uuid import UUID

from django.urls import reverse

from accounts.models import MemberRole, User
from messaging.kinds import Kind
from messaging.notify import notify, withdraw
from p2psandbox.platform.permissions import Actor
from usecases.models import ContactRequest, Replication, Step, UseCase

#: Steps that an author hears of.
_FOR_THE_AUTHOR = {
    Step.APPROVED: Kind.USE_CASE_APPROVED,
    Step.REJECTED: Kind.USE_CASE_REJECTED,
    Step.FEATURED: Kind.USE_CASE_FEATURED,
    Step.TAKEN_DOWN: Kind.MODERATION,
}
#: Steps after which a story does not wait for its admins any more.
_SETTLED = (Step.APPROVED, Step.REJECTED, Step.PUBLISHED)


def tell(actor: Actor, row: UseCase, step: Step) -> None:
    """Tell those whom a step concerns, inside its transaction."""
    if step is Step.DELETED:
        withdraw(thread=thread_of(row.pk))
    elif step in _SETTLED:
        waits_no_more(row.pk)
    if step is Step.SUBMITTED:
        _notify(actor, row, Kind.USE_CASE_SUBMITTED, _admins_of(row.organization_id))
    elif step in _FOR_THE_AUTHOR and row.author_id is not None:
        _notify(actor, row, _FOR_THE_AUTHOR[step], [row.author_id])


def waits_no_more(use_case_id: UUID) -> None:
    """Take back from admins that a story waits for them: one of them was faster, or it was taken back."""
    withdraw(thread=thread_of(use_case_id), kinds=[Kind.USE_CASE_SUBMITTED])


def asked_for_contact(request: ContactRequest, row: UseCase) -> None:
    """Tell those who may answer that somebody asks: the author, and the admins of the company."""
    people = _admins_of(row.organization_id)
    author = User.objects.filter(pk=row.author_id, organization_id=row.organization_id).values_list("pk", flat=True)
    notify(
        kind=Kind.CONTACT_REQUEST,
        recipients=[*people, *author],
        actor_id=request.asker_id,
        thread=thread_of(row.pk),
        title=str(row),
        url=reverse("usecases:contact_requests"),
        event=request.pk,
    )


def contact_answered(request: ContactRequest, row: UseCase) -> None:
    """Tell the asker of the answer, and those who could have answered that it waits no more.

    Who answered is not said: an organization that declines stays unknown.
    """
    asks_no_more(request)
    notify(
        kind=Kind.CONTACT_ANSWERED,
        recipients=[request.asker_id],
        actor_id=None,
        thread=thread_of(row.pk),
        title=str(row),
        url=row.get_absolute_url(),
        event=request.pk,
    )


def asks_no_more(request: ContactRequest) -> None:
    """Take back that a request waits."""
    withdraw(thread=thread_of(request.use_case_id), event=request.pk, kinds=[Kind.CONTACT_REQUEST])


def replication_handed_in(made: Replication, row: UseCase) -> None:
    """Tell the admins of the reporting organization that a report waits for them."""
    notify(
        kind=Kind.REPLICATION_SUBMITTED,
        recipients=_admins_of(made.organization_id),
        actor_id=made.author_id,
        thread=_report(made),
        title=str(row),
        url=reverse("usecases:review_queue"),
        event=made.pk,
    )


def replication_published(made: Replication, row: UseCase) -> None:
    """Tell a story's author that another organization tried it."""
    withdraw(thread=_report(made), kinds=[Kind.REPLICATION_SUBMITTED])
    notify(
        kind=Kind.REPLICATION,
        recipients=[row.author_id],
        actor_id=made.author_id,
        thread=thread_of(row.pk),
        title=str(row),
        url=row.get_absolute_url(),
        event=made.pk,
    )


def replication_decided(made: Replication, row: UseCase, actor: Actor) -> None:
    """Tell who reported what became of it, and the other admins that it waits no more."""
    withdraw(thread=_report(made), kinds=[Kind.REPLICATION_SUBMITTED])
    notify(
        kind=Kind.REPLICATION_DECIDED,
        recipients=[made.author_id],
        actor_id=actor.id,
        thread=_report(made),
        title=str(row),
        url=row.get_absolute_url(),
    )


def replication_gone(made: Replication) -> None:
    """Take back what was told about a report that is withdrawn."""
    withdraw(thread=_report(made))
    withdraw(thread=thread_of(made.use_case_id), event=made.pk, kinds=[Kind.REPLICATION])


def _report(made: Replication) -> str:
    return f"replication:{made.pk}"


def thread_of(use_case_id: UUID) -> str:
    """Return what notifications call a story."""
    return f"use_case:{use_case_id}"


def _notify(actor: Actor, row: UseCase, kind: Kind, people: list[UUID]) -> None:
    notify(
        kind=kind,
        recipients=people,
        actor_id=actor.id,
        thread=thread_of(row.pk),
        title=str(row),
        url=row.get_absolute_url(),
    )


def _admins_of(organization_id: UUID) -> list[UUID]:
    admins = User.objects.filter(organization_id=organization_id, role=MemberRole.ADMIN)
    return list(admins.values_list("pk", flat=True))
