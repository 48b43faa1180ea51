"""What is new in a story since it was last read by somebody else: for its writers and whoever signs it off."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from p2psandbox.platform.errors import NotFound
from p2psandbox.platform.permissions import Actor, Permission
from usecases.access import for_act
from usecases.content import Content, of_revision
from usecases.documents import UseCaseRevision
from usecases.models import Step, UseCase, UseCaseTransition


@dataclass(frozen=True, slots=True)
class Changes:
    """The working copy of a story beside what it is compared with.

    ``since`` is the step after which the changes were made: ``published``, or ``rejected`` for a story that was sent
    back and handed in again.
    """

    row: UseCase
    since: Step
    before: Content
    after: Content


def changes(actor: Actor, use_case_id: UUID) -> Changes:
    """Return what a story's working copy changes, for those who may edit or approve it.

    Raises ``NotFound`` where nothing can be compared: a first draft, a published story without a working copy.
    Raises as :func:`usecases.access.for_act`, and ``Unavailable`` without the library.
    """
    row = for_act(actor, use_case_id, Permission.EDIT_USE_CASE)
    base = _base(row)
    working = row.working_revision_id
    if base is None or working is None or base[1] == working:
        raise NotFound
    since, revision_id = base
    found = UseCaseRevision.fetch([revision_id, working])
    if len(found) < 2:  # an old revision nothing led to any more
        raise NotFound
    return Changes(row, since, of_revision(found[revision_id]), of_revision(found[working]))


def can_be_compared(row: UseCase) -> bool:
    """Say whether :func:`changes` has something to show for a story."""
    base = _base(row)
    return base is not None and base[1] != row.working_revision_id


def _base(row: UseCase) -> tuple[Step, UUID] | None:
    if row.revision_id is not None and row.has_working_copy:
        return Step.PUBLISHED, row.revision_id
    if row.revision_id is not None:
        return None
    back = UseCaseTransition.objects.filter(use_case=row, step=Step.REJECTED, revision_id__isnull=False)
    last = back.order_by("-created_at", "-id").values_list("revision_id", flat=True).first()
    return (Step.REJECTED, last) if last else None
