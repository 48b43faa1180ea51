"""Fetching a story and asking what somebody may do with it, in one place for queries and actions."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from uuid import UUID

from django.db.models import Exists, OuterRef

from p2psandbox.platform.errors import NotFound
from p2psandbox.platform.permissions import Actor, Permission, Role, allows, require
from p2psandbox.platform.prepared import PreparedLookup
from usecases.models import ContactRequest, RequestState, Status, UseCase, UseCaseQuerySet, WorkingStatus


def visible(actor: Actor, use_case_id: UUID) -> UseCase:
    """Return a story the actor may know of, with organization and author.

    Raises :class:`NotFound` for all others, missing or not.
    """
    nobody = UUID(int=0)
    row = _story(actor.role).get(
        use_case=use_case_id, person=actor.id or nobody, organization=actor.organization_id or nobody
    )
    if row is None:
        raise NotFound
    return row


@cache
def _story(role: Role) -> PreparedLookup[UseCase]:
    """Return the look for one story as people of this role may see it."""

    def story(*, use_case: UUID, person: UUID, organization: UUID) -> UseCaseQuerySet:
        actor = Actor(role, id=person, organization_id=organization)
        rows = with_contact_given(UseCase.objects.visible_to(actor).lean(), actor)
        return rows.select_related("organization", "author").filter(pk=use_case)

    return PreparedLookup(story)


def with_contact_given(rows: UseCaseQuerySet, actor: Actor) -> UseCaseQuerySet:
    """Return rows that know whether their contact was given to this actor: see :func:`may_see_contact`.

    Part of the same statement, so that a list of stories costs no query more.
    """
    accepted = ContactRequest.objects.filter(use_case=OuterRef("pk"), state=RequestState.ACCEPTED)
    given = accepted.filter(asker=actor.id, organization=actor.organization_id)
    found: UseCaseQuerySet = rows.annotate(contact_given=Exists(given))
    return found


def for_act(actor: Actor, use_case_id: UUID, permission: Permission) -> UseCase:
    """Return a story this actor may do that to: what they may not see is missing, else ``Forbidden``."""
    if actor.role in (Role.VISITOR, Role.UNVERIFIED):
        require(actor, permission)  # asks them to sign in or to confirm, whether the story exists or not
    row = visible(actor, use_case_id)
    # Nobody signs a story off by having written it: see :func:`can`.
    owner = None if permission is Permission.APPROVE_USE_CASE else row.author_id
    require(actor, permission, owner_id=owner, organization_id=row.organization_id)
    return row


def locked(row: UseCase) -> UseCase:
    """Return the row anew, locked until the end of the transaction; gone if deleted meanwhile."""
    found = UseCase.objects.select_for_update(of=("self",)).select_related("organization").lean()
    again = found.filter(pk=row.pk, deleted_at__isnull=True).first()
    if again is None:
        raise NotFound
    assert isinstance(again, UseCase)
    return again


@dataclass(frozen=True, slots=True)
class Can:
    """What an actor may do with one story as it stands now; pages draw buttons by it, JSON sends it along."""

    edit: bool
    submit: bool
    approve: bool
    reject: bool
    publish: bool
    unpublish: bool
    delete: bool
    feature: bool
    take_down: bool
    see_contact: bool
    ask: bool
    see_history: bool
    like: bool


def can(actor: Actor, row: UseCase) -> Can:
    """Say what ``actor`` may do with ``row`` now."""
    owner = {"owner_id": row.author_id, "organization_id": row.organization_id}
    edits = allows(actor, Permission.EDIT_USE_CASE, **owner)
    # Whoever wrote a story may not sign it off by having written it: only the company's admins may.
    signs = allows(actor, Permission.APPROVE_USE_CASE, organization_id=row.organization_id)
    moderates = allows(actor, Permission.MODERATE_USE_CASES)
    open_draft = row.status == Status.DRAFT or row.working_status == WorkingStatus.DRAFT
    back = row.status == Status.UNPUBLISHED and (row.taken_down_at is None or moderates)
    return Can(
        edit=edits and (signs or not row.awaits_review),
        submit=edits and open_draft,
        approve=signs and row.awaits_review,
        reject=signs and row.awaits_review,
        publish=signs and (open_draft or back),
        unpublish=signs and row.is_published,
        delete=edits,
        feature=moderates and row.is_published,
        take_down=moderates and row.is_published,
        see_contact=may_see_contact(actor, row),
        ask=may_ask(actor, row),
        see_history=edits or signs,
        like=allows(actor, Permission.WRITE_POSTS) and row.is_published,
    )


def may_see_contact(actor: Actor, row: UseCase) -> bool:
    """Whether this actor sees whom to ask: the story's own organization, moderators, whoever's request was accepted.

    The last is known of rows that came through :func:`with_contact_given`, and holds while the story is published.
    """
    if allows(actor, Permission.SEE_CONTACT, organization_id=row.organization_id):
        return True
    reads = allows(actor, Permission.ASK_FOR_CONTACT) and row.is_published
    return reads and bool(getattr(row, "contact_given", False))


def may_ask(actor: Actor, row: UseCase) -> bool:
    """Whether this actor may ask a story's makers for their contact: somebody of another organization."""
    elsewhere = actor.organization_id is not None and actor.organization_id != row.organization_id
    return elsewhere and row.is_published and allows(actor, Permission.ASK_FOR_CONTACT)
