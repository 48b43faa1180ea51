"""Reporting on trying what a story describes, with sign-off in the reporting organization.

Every step locks the story first and then the report, so that counters are kept in the writing transaction.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from p2psandbox.platform import cachetags
from p2psandbox.platform.errors import Conflict, Forbidden, Invalid, NotFound
from p2psandbox.platform.logging import getLogger
from p2psandbox.platform.permissions import Actor, Permission, allows, require
from p2psandbox.platform.textrules import NOTE, FieldChecks, TextRule
from usecases import telling
from usecases.access import locked, visible
from usecases.content import merge_metrics, metric_problems
from usecases.models import Replication, ReplicationOutcome, ReplicationState, UseCase

log = getLogger(__name__)

SUMMARY = TextRule(max_length=2000, min_length=20, multiline=True)
CONTEXT = TextRule(max_length=2000, multiline=True)


def report(*, actor: Actor, use_case_id: UUID, **given: Any) -> Replication:
    """Report on trying a story; an admin's report is published by that, a member's waits for their own admin.

    ``given``: ``outcome`` (same, partly, failed), ``summary``, ``context``, ``metrics``. Raises ``NotFound``,
    ``Forbidden`` (one's own organization, moderators), ``Invalid``, ``Conflict`` (``already_reported``).
    """
    require(actor, Permission.READ_MEMBERS_AREA)
    row = visible(actor, use_case_id)
    if not may_report(actor, row):
        raise Forbidden(_("Only people of other organizations report on a published use case."))
    assert actor.id is not None  # or may_report() had said no
    assert actor.organization_id is not None
    values = _checked(given, base=None)
    with transaction.atomic():
        now = locked(row)
        if not now.is_published:
            raise NotFound
        if _standing(actor, now) is not None:
            raise Conflict(_("Your organization has reported on this use case already."), code="already_reported")
        made = Replication(
            use_case=now,
            author_id=actor.id,
            organization_id=actor.organization_id,
            submitted_at=timezone.now(),
            **values,
        )
        _hand_in(actor, made, now)
    return made


def edit_report(*, actor: Actor, replication_id: UUID, **given: Any) -> Replication:
    """Change a report that is not signed off yet and hand it in again. Raises as :func:`report`."""
    seen = _own(actor, replication_id)
    if seen.is_published:
        raise Conflict(_("This report is published. Withdraw it to report anew."), code="published")
    values = _checked(given, base=seen)
    with transaction.atomic():
        row, now = _locked(seen)
        if now.state not in (ReplicationState.IN_REVIEW, ReplicationState.SENT_BACK):
            raise _not_in_review()
        for name, value in values.items():
            setattr(now, name, value)
        now.state, now.note, now.submitted_at = ReplicationState.IN_REVIEW, "", timezone.now()
        _hand_in(actor, now, row)
    return now


def _hand_in(actor: Actor, made: Replication, row: UseCase) -> None:
    if signs(actor, made):
        _publish(actor, made, row)
        return
    made.save()
    telling.replication_handed_in(made, row)
    log.info("replication_handed_in", replication=str(made.pk), use_case=str(row.pk), by=str(actor.id))


def _publish(actor: Actor, made: Replication, row: UseCase) -> None:
    made.state, made.decided_by_id, made.published_at = ReplicationState.PUBLISHED, actor.id, timezone.now()
    made.save()
    _recount(row)
    telling.replication_published(made, row)
    log.info("replication_published", replication=str(made.pk), use_case=str(row.pk), by=str(actor.id))


def approve_report(*, actor: Actor, replication_id: UUID) -> Replication:
    """Sign a report off: it stands on the story from now on. Raises ``NotFound``, ``Forbidden``, ``Conflict``."""
    seen = for_signing(actor, replication_id)
    with transaction.atomic():
        row, now = _locked(seen)
        if now.state != ReplicationState.IN_REVIEW or not row.is_published:
            raise _not_in_review()
        _publish(actor, now, row)
        telling.replication_decided(now, row, actor)
    return now


def reject_report(*, actor: Actor, replication_id: UUID, note: object) -> Replication:
    """Send a report back with a note that says what to change. Raises as approving, and ``Invalid`` (note)."""
    seen = for_signing(actor, replication_id)
    checks = FieldChecks()
    words = checks.text("note", note, NOTE)
    checks.done()
    with transaction.atomic():
        row, now = _locked(seen)
        if now.state != ReplicationState.IN_REVIEW:
            raise _not_in_review()
        now.state, now.note, now.decided_by_id = ReplicationState.SENT_BACK, words, actor.id
        now.save()
        telling.replication_decided(now, row, actor)
    log.info("replication_sent_back", replication=str(replication_id), by=str(actor.id))
    return now


def withdraw_report(*, actor: Actor, replication_id: UUID) -> Replication:
    """Take a report back, published or not: its author, or an admin of the organization. Twice is once."""
    seen = _own(actor, replication_id)
    with transaction.atomic():
        row, now = _locked(seen)
        if now.state == ReplicationState.WITHDRAWN:
            return now
        now.state = ReplicationState.WITHDRAWN
        now.save(update_fields=["state", "updated_at"])
        _recount(row)
        telling.replication_gone(now)
    log.info("replication_withdrawn", replication=str(replication_id), by=str(actor.id))
    return now


def may_report(actor: Actor, row: UseCase) -> bool:
    """Whether this actor may report on a story: somebody of another organization, while it is published."""
    elsewhere = actor.organization_id is not None and actor.organization_id != row.organization_id
    return elsewhere and row.is_published and allows(actor, Permission.REPORT_REPLICATION)


def signs(actor: Actor, made: Replication) -> bool:
    """Whether this actor signs a report off: the admins of the organization that reports."""
    return allows(actor, Permission.APPROVE_USE_CASE, organization_id=made.organization_id)


def _standing(actor: Actor, row: UseCase) -> Replication | None:
    rows = Replication.objects.filter(use_case=row, organization=actor.organization_id)
    return rows.exclude(state=ReplicationState.WITHDRAWN).first()


def _found(actor: Actor, replication_id: UUID) -> Replication:
    """Return a report the actor may know of: published ones of stories they may read, those of their own company."""
    require(actor, Permission.READ_MEMBERS_AREA)
    found = Replication.objects.select_related("use_case").filter(pk=replication_id).first()
    if found is None:
        raise NotFound
    ours = actor.organization_id == found.organization_id and (found.author_id == actor.id or signs(actor, found))
    if not (ours or actor.is_moderator) and not found.is_published:
        raise NotFound
    visible(actor, found.use_case_id)
    return found


def _own(actor: Actor, replication_id: UUID) -> Replication:
    found = _found(actor, replication_id)
    if not may_change(actor, found):
        raise Forbidden
    return found


def own_report(actor: Actor, row: UseCase) -> Replication | None:
    """Return the standing report of the actor's organization on a story."""
    return _standing(actor, row)


def may_change(actor: Actor, made: Replication) -> bool:
    """Whether this actor edits or withdraws a report: its author while of that organization, its admins."""
    of_the_company = actor.organization_id == made.organization_id
    return signs(actor, made) or (of_the_company and made.author_id == actor.id)


def for_signing(actor: Actor, replication_id: UUID) -> Replication:
    """Return a report this actor may sign off. Raises ``NotFound``, ``Forbidden``."""
    found = _found(actor, replication_id)
    if not signs(actor, found):
        raise Forbidden
    return found


def _locked(seen: Replication) -> tuple[UseCase, Replication]:
    row = locked(seen.use_case)
    return row, Replication.objects.select_for_update(of=("self",)).get(pk=seen.pk)


def _not_in_review() -> Conflict:
    return Conflict(_("This report is not waiting for review any more."), code="not_in_review")


def _recount(row: UseCase) -> None:
    """Set the story's counters to what is there: its row is locked."""
    rows = Replication.objects.filter(use_case=row, state=ReplicationState.PUBLISHED)
    outcomes = list(rows.values_list("outcome", flat=True))
    counts = {f"replications_{one}": outcomes.count(one) for one in ReplicationOutcome.values}
    UseCase.objects.filter(pk=row.pk).update(**counts)
    cachetags.changed("usecases")


def _checked(given: Mapping[str, Any], base: Replication | None) -> dict[str, Any]:
    """Return what a report says, normalised; raises ``Invalid`` with everything that cannot be taken."""
    if unknown := given.keys() - {"outcome", "summary", "context", "metrics"}:
        raise Invalid(dict.fromkeys(unknown, _("This field is unknown here, or not yours to set.")))
    checks = FieldChecks()

    def said(name: str, empty: Any = "") -> Any:
        return given.get(name, getattr(base, name) if base is not None else empty)

    context = checks.text("context", said("context"), CONTEXT) if said("context") else ""
    metrics = merge_metrics(checks, said("metrics", []))
    for name, found in metric_problems(metrics).items():
        for message in found:
            checks.add(name, message)
    values = {
        "outcome": checks.choice("outcome", said("outcome"), ReplicationOutcome.values, required=True),
        "summary": checks.text("summary", said("summary"), SUMMARY),
        "context": context,
        "metrics": [asdict(metric) for metric in metrics],
    }
    checks.done()
    return values
