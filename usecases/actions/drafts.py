"""Writing a story: from the first keystroke on it is on the server, and no save ever overwrites another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from p2psandbox.platform import cachetags
from p2psandbox.platform.errors import Conflict, Forbidden
from p2psandbox.platform.idempotency import once
from p2psandbox.platform.logging import getLogger
from p2psandbox.platform.models import new_id
from p2psandbox.platform.permissions import Actor, Permission, allows, require
from p2psandbox.platform.textrules import FieldChecks
from usecases import search, telling
from usecases.access import for_act, locked
from usecases.actions import media_rows
from usecases.content import Contact, Content, merge, merge_contact, of_revision
from usecases.documents import UseCaseRevision
from usecases.metrics import measured
from usecases.models import (
    Status,
    Step,
    UseCase,
    UseCaseContact,
    UseCaseMetric,
    UseCaseTransition,
    WorkingStatus,
)
from usecases.placing import placed

log = getLogger(__name__)

#: How often a save is tried when others come first: uploads that end while somebody types.
_TRIES = 4
#: Everything :func:`start_draft` and :func:`save_draft` take.
FIELDS = frozenset(
    {
        "title", "summary", "category", "industry", "technologies", "problem", "solution", "outcomes",
        "difficulties", "budget_range", "timeline_months", "vendor", "lessons", "metrics", "location",
        "contact", "visibility", "media",
    }
)  # fmt: skip


def start_draft(
    *, actor: Actor, changes: Mapping[str, Any] | None = None, key: str = "", prefill: bool = True
) -> tuple[UseCase, bool]:
    """Make a draft of the actor's organization and return it, and whether it is new.

    ``changes`` is any subset of :data:`FIELDS`; what it leaves out is prefilled from the organization
    (industry, country, city) and the person (contact) unless ``prefill`` is off. The same ``key`` makes one
    draft only. Raises ``Forbidden``, ``Invalid`` and ``Unavailable``.
    """
    require(actor, Permission.WRITE_USE_CASE)
    if actor.id is None or actor.organization_id is None:
        raise Forbidden(_("Only people of an organization write use cases."), code="no_organization")
    made, created = once(actor=actor, kind="usecases.draft", key=key, make=lambda: _make(actor, changes or {}, prefill))
    return UseCase.objects.select_related("organization", "author").get(pk=made), created


def _make(actor: Actor, changes: Mapping[str, Any], prefill: bool) -> UUID:
    assert actor.id is not None  # visitors were refused
    author = User.objects.select_related("organization").get(pk=actor.id)
    blank = prefilled(author) if prefill else Edit(Content(), Contact())
    return insert(author=author, edit=edited(blank, changes), step=Step.STARTED).pk


@dataclass(frozen=True, slots=True)
class Edit:
    """A story's content together with whom to ask."""

    content: Content
    contact: Contact


def prefilled(author: User) -> Edit:
    """Return what a new story already says: the company's industry and place, the person as contact."""
    company = author.organization
    assert company is not None
    start = Content(industry=company.industry, country=company.country, city=company.city)
    return Edit(
        placed(Content(), start, {}),
        Contact(name=author.get_full_name(), title=author.job_title, email=author.email, phone=author.phone),
    )


def edited(base: Edit, changes: Mapping[str, Any]) -> Edit:
    """Return ``base`` with ``changes``; raises ``Invalid`` with everything that cannot be kept."""
    checks = FieldChecks()
    for name in changes.keys() - FIELDS:
        checks.add(str(name), _("This field is unknown here, or not yours to set."))
    content = placed(base.content, merge(checks, base.content, changes), changes.get("location"))
    contact = base.contact
    if "contact" in changes:
        contact = merge_contact(checks, base.contact, changes["contact"])
    checks.done()
    return Edit(content, contact)


def insert(*, author: User, edit: Edit, step: Step) -> UseCase:
    """Store a new draft: its revision in the library first, then the row that leads to it."""
    use_case_id = new_id()
    revision = UseCaseRevision.insert(subject_id=use_case_id, author_id=author.pk, **edit.content.document())
    company = author.organization
    assert company is not None
    with transaction.atomic():
        row = UseCase(id=use_case_id, organization=company, author=author, draft_revision_id=revision.id)
        row.save(force_insert=True)
        mirror(row, edit.content)
        if not edit.contact.is_empty:
            write_contact(row, edit.contact, pending=False)
        UseCaseTransition.objects.create(
            use_case=row, step=step, to_status=Status.DRAFT, by=author, revision_id=revision.id
        )
        cachetags.changed(f"drafts:{author.pk}")
    log.info("use_case_started", use_case=str(row.pk))
    return row


def save_draft(*, actor: Actor, use_case_id: UUID, changes: Mapping[str, Any], revision: int | None = None) -> UseCase:
    """Save any subset of :data:`FIELDS` into the working copy and return the row.

    ``revision`` is the ``version`` the edit began from. Raises ``Conflict`` with code ``stale`` when another
    edit came first and this one would change something, with code ``in_review`` when the story is handed in
    and the actor may not sign it off; ``NotFound``, ``Forbidden``, ``Invalid``, ``Unavailable``. A published
    story stays as it is until its working copy is approved.
    """
    for _try in range(_TRIES - 1):
        try:
            return _save(actor, use_case_id, changes, revision)
        except Conflict as error:
            if error.code != "stale":
                raise
            # What came first at this very moment may be the same text once more, or leave room for this one.
    return _save(actor, use_case_id, changes, revision)


def _save(actor: Actor, use_case_id: UUID, changes: Mapping[str, Any], revision: int | None) -> UseCase:
    row = for_act(actor, use_case_id, Permission.EDIT_USE_CASE)
    signs = allows(actor, Permission.APPROVE_USE_CASE, organization_id=row.organization_id)
    if row.awaits_review and not signs:
        raise in_review()
    base = working_copy(row)
    edit = edited(base, changes)
    if edit == base:
        return row  # also when the same save arrives twice, as on a reload
    if revision is not None and not row.text_version <= revision <= row.version:
        raise stale()
    before = row.draft_revision_id
    written = write_revision(row, edit, base, actor)
    with transaction.atomic():
        now = locked(row)
        if now.version != row.version:
            if written:
                UseCaseRevision.discard(written.id)
            raise stale()
        now.changed()
        point_to(now, edit, base, written)
        supersede(now, before, written)
    return now


def supersede(row: UseCase, before: UUID | None, written: UseCaseRevision | None) -> None:
    """Drop the autosave that a newer one replaces, after the commit; what was handed in or published stays."""
    if written and before not in (None, row.revision_id, row.submitted_revision_id):
        transaction.on_commit(lambda: UseCaseRevision.discard(before))


def write_revision(row: UseCase, edit: Edit, base: Edit, actor: Actor) -> UseCaseRevision | None:
    """Insert the new revision; ``None`` when only the contact changed, which is not part of any."""
    if edit.content == base.content and row.draft_revision_id:
        return None
    return UseCaseRevision.insert(
        subject_id=row.pk,
        author_id=actor.id,
        previous_id=row.submitted_revision_id or row.revision_id,
        **edit.content.document(),
    )


def point_to(row: UseCase, edit: Edit, base: Edit, written: UseCaseRevision | None) -> None:
    """Let the locked row lead to the new revision, and mirror it while no reader sees the row."""
    cachetags.changed(f"drafts:{row.author_id}")
    if written:
        row.draft_revision_id = written.id
    if edit.contact != base.contact:
        write_contact(row, edit.contact, pending=row.is_published)
    if row.is_published:
        row.working_status = row.working_status or WorkingStatus.DRAFT
        row.save(update_fields=["version", "text_version", "draft_revision_id", "working_status", "updated_at"])
        media_rows.working(row, edit.content)
    else:
        mirror(row, edit.content)


def mirror(row: UseCase, content: Content) -> None:
    """Save the row with the columns that lists, filters and search read, and the metrics."""
    for name, value in content.columns().items():
        setattr(row, name, value)
    row.save()
    vector = search.vector(content, row.organization.name)
    UseCase.objects.filter(pk=row.pk).update(search_vector=vector, search_recipe=search.RECIPE)
    UseCaseMetric.objects.filter(use_case=row).delete()
    UseCaseMetric.objects.bulk_create(metric_rows(row, content))
    media_rows.shown(row, content)


def metric_rows(row: UseCase, content: Content) -> list[UseCaseMetric]:
    """Return the metric rows of a content, unsaved."""
    return [
        UseCaseMetric(
            use_case=row,
            position=position,
            name=metric.name,
            unit=metric.unit,
            baseline=metric.baseline,
            result=metric.result,
            baseline_value=metric.baseline_value,
            result_value=metric.result_value,
            period=metric.period,
            method=metric.method,
            key=found.key,
            change=found.change,
        )
        for position, metric in enumerate(content.metrics)
        for found in [measured(metric.name, metric.unit, metric.baseline_value, metric.result_value)]
    ]


def working_copy(row: UseCase) -> Edit:
    """Return what a story's own people are writing. Raises ``Unavailable`` when the library is down."""
    assert row.working_revision_id is not None  # every row is made with one
    try:
        content = of_revision(UseCaseRevision.get(row.working_revision_id))
    except LookupError:
        # A newer save has just removed it: whoever holds this row is behind.
        raise stale() from None
    return Edit(content, contact_of(row, working=True))


def contact_of(row: UseCase, *, working: bool) -> Contact:
    """Return whom to ask. Callers must have asked ``may_see_contact``, or be about to write.

    ``working`` prefers the one that waits with the working copy of a published story.
    """
    found = UseCaseContact.objects.filter(use_case=row).order_by("-pending")
    kept = (found if working else found.filter(pending=False)).first()
    return Contact(kept.name, kept.title, kept.email, kept.phone) if kept else Contact()


def write_contact(row: UseCase, contact: Contact, *, pending: bool) -> None:
    """Store whom to ask, in place of the one before."""
    UseCaseContact.objects.update_or_create(
        use_case=row,
        pending=pending,
        defaults={
            "name": contact.name, "title": contact.title, "email": contact.email, "phone": contact.phone,
        },
    )  # fmt: skip


def discard_changes(*, actor: Actor, use_case_id: UUID) -> UseCase:
    """Throw away the working copy of a published story; readers notice nothing."""
    row = for_act(actor, use_case_id, Permission.EDIT_USE_CASE)
    with transaction.atomic():
        now = locked(row)
        if not now.has_working_copy:
            return now
        gone = now.draft_revision_id
        now.draft_revision_id = now.submitted_revision_id = None
        now.working_status = WorkingStatus.NONE
        now.changed()
        now.save()
        media_rows.back_to_shown(now)
        UseCaseContact.objects.filter(use_case=now, pending=True).delete()
        telling.waits_no_more(now.pk)
        cachetags.changed("usecases")
        if gone is not None:
            transaction.on_commit(lambda: UseCaseRevision.discard(gone))
    return now


def stale() -> Conflict:
    """The refusal for an edit that began from an older version."""
    return Conflict(_("Somebody else, or another tab, changed this story meanwhile. Reload to see it."), code="stale")


def in_review() -> Conflict:
    """The refusal for an edit while the story is handed in."""
    return Conflict(_("This story is being reviewed. An admin can send it back to you for changes."), code="in_review")
