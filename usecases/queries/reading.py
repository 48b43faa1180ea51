"""One story, ready to show to one reader or to its writer."""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from p2psandbox.platform.errors import NotFound, Unavailable
from p2psandbox.platform.permissions import Actor, Permission, allows
from p2psandbox.platform.prepared import Prepared
from usecases.access import Can, can, for_act, visible
from usecases.actions.drafts import contact_of, working_copy
from usecases.content import Contact, Content, of_revision
from usecases.documents import UseCaseRevision
from usecases.models import (
    ContactRequest,
    Replication,
    ReplicationState,
    UseCase,
    UseCaseBookmark,
    UseCaseLike,
    UseCaseTransition,
)
from usecases.queries.contacts import request_about


@dataclass(frozen=True, slots=True)
class Story:
    """One story as one reader may see it.

    ``shown`` carries the columns that go with the content shown: the row itself, or those of the working copy.
    ``content`` is fetched on demand (:meth:`text`), because a cached page does without.
    """

    row: UseCase
    shown: Any
    can: Can
    working: bool
    revision_id: UUID
    liked: bool = False
    bookmarked: bool = False
    contact: Contact | None = None
    request: ContactRequest | None = None
    reported: bool = False
    content: Content | None = None

    def text(self) -> Content:
        """Return what the story says. Raises ``Unavailable`` when the library is down."""
        return self.content or fetch_content(self.revision_id)


def read(actor: Actor, use_case_id: UUID, *, working: bool = False) -> Story:
    """Return one story for this actor. Raises ``NotFound`` when they may not know of it.

    Readers get the published version; ``working`` asks for the working copy instead, which only those who may
    edit or approve it get. An unpublished story always shows its working copy.
    """
    row = visible(actor, use_case_id)
    rights = can(actor, row)
    if working and not (row.has_working_copy and rights.see_history):
        raise NotFound
    shows_draft = working or not row.is_published
    revision_id = row.working_revision_id if shows_draft else row.revision_id
    assert revision_id is not None  # every row is made with one
    content = fetch_content(revision_id) if working else None
    mine = _mine(actor, row)
    return Story(
        row=row,
        shown=SimpleNamespace(**content.columns(), published_at=row.published_at) if content else row,
        can=rights,
        working=working,
        revision_id=revision_id,
        liked=mine.liked,
        bookmarked=mine.kept,
        contact=contact_of(row, working=shows_draft) if rights.see_contact else None,
        request=request_about(actor, row) if mine.asked else None,
        reported=mine.reported,
        content=content,
    )


def fetch_content(revision_id: UUID) -> Content:
    """Return what a revision says; ``Unavailable`` when the library is down or has lost it."""
    try:
        return of_revision(UseCaseRevision.get(revision_id))
    except LookupError as error:
        raise Unavailable from error


@dataclass(frozen=True, slots=True)
class _Mine:
    """What a story is to its reader: liked, kept, asked about, reported on by their organization."""

    liked: bool = False
    kept: bool = False
    asked: bool = False
    reported: bool = False


def _mine(actor: Actor, row: UseCase) -> _Mine:
    """Say what the story is to the actor, in one query."""
    if actor.id is None or not allows(actor, Permission.READ_MEMBERS_AREA):
        return _Mine()
    found = _to_its_reader.rows(
        actor, use_case=row.pk, person=actor.id, organization=actor.organization_id or UUID(int=0)
    )
    return _Mine(*(found[0] if found else ()))


def _what_it_is(actor: Actor, use_case: UUID, person: UUID, organization: UUID) -> QuerySet[UseCase, tuple[bool, ...]]:
    here = {"use_case": OuterRef("pk")}
    reports = Replication.objects.filter(**here, organization=organization)
    return UseCase.objects.filter(pk=use_case).values_list(
        Exists(UseCaseLike.objects.filter(**here, user_id=person)),
        Exists(UseCaseBookmark.objects.filter(**here, user_id=person)),
        Exists(ContactRequest.objects.filter(**here, asker_id=person)),
        Exists(reports.exclude(state=ReplicationState.WITHDRAWN)),
    )


_to_its_reader = Prepared(_what_it_is)


def history(actor: Actor, use_case_id: UUID) -> list[UseCaseTransition]:
    """Return a story's steps, oldest first, for those who may edit or approve it."""
    row = for_act(actor, use_case_id, Permission.EDIT_USE_CASE)
    return steps(row)


def steps(row: UseCase) -> list[UseCaseTransition]:
    """Return a story's steps, oldest first; callers must have asked ``can(...).see_history``."""
    return list(UseCaseTransition.objects.filter(use_case=row).select_related("by__organization"))


@dataclass(frozen=True, slots=True)
class Editing:
    """A story as its writer has it open."""

    row: UseCase
    content: Content
    contact: Contact


def editing(actor: Actor, use_case_id: UUID) -> Editing:
    """Return a story's working copy for somebody who may edit it."""
    row = for_act(actor, use_case_id, Permission.EDIT_USE_CASE)
    edit = working_copy(row)
    return Editing(row, edit.content, edit.contact)
