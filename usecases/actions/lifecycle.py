"""A story's way through sign-off: every step under a row lock, recorded, and taken once.

Each function returns the row as it stands afterwards. All raise ``NotFound``, ``Forbidden`` and, where the
state does not allow the step, ``Conflict``.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from p2psandbox.platform import cachetags
from p2psandbox.platform.errors import Conflict, Invalid, Message, NotFound
from p2psandbox.platform.logging import getLogger
from p2psandbox.platform.permissions import Actor, Permission, allows, require
from p2psandbox.platform.textrules import NOTE, FieldChecks, TextRule
from usecases import telling
from usecases.access import for_act, locked
from usecases.actions import contacts
from usecases.actions.drafts import Edit, mirror, stale, working_copy, write_contact
from usecases.content import missing
from usecases.models import Status, Step, UseCase, UseCaseContact, UseCaseTransition, WorkingStatus
from usecases.queries.facet_counts import library_changed

log = getLogger(__name__)

_OPTIONAL_NOTE = TextRule(max_length=NOTE.max_length, multiline=True, meaningful=False)


def submit(*, actor: Actor, use_case_id: UUID, revision: int | None = None) -> UseCase:
    """Hand a story in. An admin of its organization publishes it by that; a member's waits for one.

    Raises ``Invalid`` naming each field that is missing. Handing in what is handed in already, or published
    and unchanged, has no further effect. ``revision``: see :func:`usecases.actions.drafts.save_draft`.
    """
    row = for_act(actor, use_case_id, Permission.EDIT_USE_CASE)
    if row.awaits_review or (row.is_published and not row.has_working_copy):
        return row
    if row.status == Status.UNPUBLISHED:
        raise Conflict(_("This story was taken off the library. An admin can publish it again."))
    if _signs(actor, row):
        return _publish(actor, row, Step.PUBLISHED, revision)
    edit = _complete(row, revision)
    with transaction.atomic():
        now = locked(row)
        if now.awaits_review:
            return now
        _unchanged(now, row)
        before = Status(now.status)
        now.submitted_revision_id = now.draft_revision_id
        now.submitted_at = timezone.now()
        if now.is_published:
            now.working_status = WorkingStatus.IN_REVIEW
            now.changed()
            now.save()
        else:
            now.status = Status.IN_REVIEW
            now.changed()
            mirror(now, edit.content)
        _record(actor, now, Step.SUBMITTED, before)
    return now


def approve(*, actor: Actor, use_case_id: UUID, revision: int | None = None, note: str = "") -> UseCase:
    """Sign a handed-in story off: from now on it (or its new version) is what readers see.

    ``revision`` is the version the approver has read: a later one is refused as ``stale``.
    """
    row = for_act(actor, use_case_id, Permission.APPROVE_USE_CASE)
    _require_review(row)
    return _publish(actor, row, Step.APPROVED, revision, note=_note(note, _OPTIONAL_NOTE))


def reject(*, actor: Actor, use_case_id: UUID, note: str) -> UseCase:
    """Send a handed-in story back to draft with a note that says what to change."""
    row = for_act(actor, use_case_id, Permission.APPROVE_USE_CASE)
    _require_review(row)
    text = _note(note, NOTE)
    with transaction.atomic():
        now = locked(row)
        _require_review(now)
        before = Status(now.status)
        if now.is_published:
            now.working_status = WorkingStatus.DRAFT
        else:
            now.status = Status.DRAFT
        now.changed()
        now.save()
        _record(actor, now, Step.REJECTED, before, text)
    return now


def publish(*, actor: Actor, use_case_id: UUID, revision: int | None = None) -> UseCase:
    """Publish a story directly: an unpublished one again, a draft, or the changes to a published one.

    What a moderator has taken down only a moderator puts back (``Conflict`` with code ``taken_down``).
    """
    row = for_act(actor, use_case_id, Permission.APPROVE_USE_CASE)
    if row.is_published and not row.has_working_copy:
        return row
    if row.taken_down_at is not None and not allows(actor, Permission.MODERATE_USE_CASES):
        raise Conflict(
            _("A moderator has taken this story down. Ask the moderators to put it back."), code="taken_down"
        )
    return _publish(actor, row, Step.PUBLISHED, revision)


def unpublish(*, actor: Actor, use_case_id: UUID, note: str = "") -> UseCase:
    """Take a published story off the library; its people keep it and an admin may publish it again."""
    row = for_act(actor, use_case_id, Permission.APPROVE_USE_CASE)
    return _withdraw(actor, row, Step.UNPUBLISHED, _note(note, _OPTIONAL_NOTE))


def take_down(*, actor: Actor, use_case_id: UUID, note: str) -> UseCase:
    """Unpublish as a moderator, with the reason; only a moderator can publish it again."""
    row = for_act(actor, use_case_id, Permission.MODERATE_USE_CASES)
    return _withdraw(actor, row, Step.TAKEN_DOWN, _note(note, NOTE), taken_down_at=timezone.now())


def feature(*, actor: Actor, use_case_id: UUID, on: bool = True) -> UseCase:
    """Put a published story first, or no longer; asking twice changes nothing more."""
    row = for_act(actor, use_case_id, Permission.MODERATE_USE_CASES)
    with transaction.atomic():
        now = locked(row)
        if not now.is_published:
            raise Conflict(_("Only a published story can be featured."))
        if (now.featured_at is not None) is on:
            return now
        now.featured_at = timezone.now() if on else None
        now.save()
        _record(actor, now, Step.FEATURED if on else Step.UNFEATURED, Status(now.status))
    return now


def delete(*, actor: Actor, use_case_id: UUID) -> None:
    """Delete a story for everybody; a moderator can restore it."""
    row = for_act(actor, use_case_id, Permission.EDIT_USE_CASE)
    with transaction.atomic():
        now = locked(row)
        now.deleted_at = timezone.now()
        now.featured_at = None
        now.changed()
        now.save()
        contacts.withdraw_open(now)
        _record(actor, now, Step.DELETED, Status(now.status))


def restore(*, actor: Actor, use_case_id: UUID) -> UseCase:
    """Take a deletion back (moderators); the story is as it was."""
    require(actor, Permission.MODERATE_USE_CASES)
    with transaction.atomic():
        rows = UseCase.objects.select_for_update().lean()
        row = rows.filter(pk=use_case_id, deleted_at__isnull=False).first()
        if row is None:
            raise NotFound
        assert isinstance(row, UseCase)
        row.deleted_at = None
        row.changed()
        row.save()
        _record(actor, row, Step.RESTORED, Status(row.status))
    return row


def _signs(actor: Actor, row: UseCase) -> bool:
    return allows(actor, Permission.APPROVE_USE_CASE, organization_id=row.organization_id)


def _note(note: str, rule: TextRule) -> str:
    checks = FieldChecks()
    text = checks.text("note", note, rule)
    checks.done()
    return text


def _require_review(row: UseCase) -> None:
    if not row.awaits_review:
        raise Conflict(_("This story is not waiting for review any more."), code="not_in_review")


def _unchanged(now: UseCase, seen: UseCase) -> None:
    if now.version != seen.version:
        raise stale()


def _complete(row: UseCase, revision: int | None) -> Edit:
    """Return the working copy if it may be handed in; ``Invalid`` says what is missing."""
    if revision is not None and revision != row.version:
        raise stale()
    edit = working_copy(row)
    if lacking := missing(edit.content, edit.contact):
        raise Invalid(lacking, code="missing")
    return edit


def lacking(row: UseCase) -> dict[str, list[Message]]:
    """Return what the working copy still needs, by field."""
    edit = working_copy(row)
    return missing(edit.content, edit.contact)


def _publish(actor: Actor, row: UseCase, step: Step, revision: int | None, note: str = "") -> UseCase:
    """Make the working copy what readers see."""
    edit = _complete(row, revision)
    promoted = row.working_revision_id
    with transaction.atomic():
        now = locked(row)
        if step is Step.APPROVED:
            _require_review(now)
        elif now.is_published and now.revision_id == promoted:
            return now  # the second of two at the same moment
        _unchanged(now, row)
        before = Status(now.status)
        moment: datetime = timezone.now()
        now.status = Status.PUBLISHED
        now.working_status = WorkingStatus.NONE
        now.revision_id = promoted
        now.draft_revision_id = now.submitted_revision_id = now.taken_down_at = None
        now.published_at = now.published_at or moment
        now.changed()
        mirror(now, edit.content)
        _settle_contact(now, edit)
        _record(actor, now, step, before, note)
    return now


def _settle_contact(row: UseCase, edit: Edit) -> None:
    waiting = UseCaseContact.objects.filter(use_case=row, pending=True)
    if waiting.exists():
        waiting.delete()
        write_contact(row, edit.contact, pending=False)


def _withdraw(actor: Actor, row: UseCase, step: Step, note: str, taken_down_at: datetime | None = None) -> UseCase:
    with transaction.atomic():
        now = locked(row)
        if not now.is_published:
            raise Conflict(_("This story is not published."), code="not_published")
        now.status = Status.UNPUBLISHED
        now.working_status = WorkingStatus.NONE
        now.featured_at = None
        now.taken_down_at = taken_down_at
        now.changed()
        now.save()
        contacts.withdraw_open(now)
        _record(actor, now, step, Status.PUBLISHED, note)
    return now


def _record(actor: Actor, row: UseCase, step: Step, before: Status, note: str = "") -> None:
    """Write the step into the story's history and tell whom it concerns, in the same transaction."""
    UseCaseTransition.objects.create(
        use_case=row,
        step=step,
        from_status=before,
        to_status=row.status,
        by_id=actor.id,
        note=note,
        revision_id=row.working_revision_id,
    )
    telling.tell(actor, row, step)
    library_changed()
    cachetags.changed("usecases")
    log.info("use_case_step", use_case=str(row.pk), step=step.value, by=str(actor.id))
