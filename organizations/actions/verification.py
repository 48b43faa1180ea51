"""A company is checked by a moderator: asked for with documents, decided with a reason, taken back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from organizations import audit, mails
from organizations.models import Deed, Organization, VerificationRequest, VerificationState
from organizations.queries import organization_to_edit, verification_request
from p2psandbox.platform.constraints import broken_constraint
from p2psandbox.platform.errors import Conflict, NotFound
from p2psandbox.platform.files import actions as files
from p2psandbox.platform.files.models import Purpose
from p2psandbox.platform.permissions import Actor, Permission, require
from p2psandbox.platform.textrules import FieldChecks, TextRule

KIND = "organizations.verificationrequest"
#: Documents one request may carry.
MOST_DOCUMENTS = 5
_REGISTRATION = TextRule(max_length=80, min_length=3, meaningful=False)
_NOTE = TextRule(max_length=1000, multiline=True)
_REASON = TextRule(max_length=1000, min_length=10, multiline=True)


def request_verification(
    *, actor: Actor, organization_id: UUID, registration: Any, note: Any = "", documents: Sequence[UUID] = ()
) -> VerificationRequest:
    """Ask moderators to check the company; ``documents`` are ids of the actor's own uploads, one to five.

    Raises ``NotFound``, ``Forbidden``, :class:`Invalid`, ``Conflict("already_verified")`` and
    ``Conflict("already_requested")``, also when a colleague asks at the same moment.
    """
    organization = organization_to_edit(actor, pk=organization_id)
    assert actor.id is not None  # who may edit an organization has one
    checks = FieldChecks()
    registration = checks.text("registration", registration, _REGISTRATION)
    note = checks.text("note", note, _NOTE)
    if not 1 <= len(set(documents)) <= MOST_DOCUMENTS:
        checks.add("documents", _("Add one to five documents that show who you are."))
    checks.done()
    if organization.is_verified:
        raise Conflict(_("Your organization is verified already."), code="already_verified")
    try:
        with transaction.atomic():
            request = VerificationRequest.objects.create(
                organization=organization, requested_by_id=actor.id, registration=registration, note=note
            )
            files.attach(
                actor=actor, purpose=Purpose.EVIDENCE, file_ids=list(documents), kind=KIND, subject_id=request.pk,
                field="documents",
            )  # fmt: skip
            audit.record(actor=actor, what=Deed.VERIFICATION_REQUESTED, organization_id=organization.pk)
    except IntegrityError as error:
        if broken_constraint(error) != "verification_one_pending_per_organization":
            raise
        raise Conflict(_("A request is waiting for a moderator already."), code="already_requested") from error
    return request


def withdraw_request(*, actor: Actor, organization_id: UUID) -> None:
    """Take the waiting request back, with its documents. Raises ``NotFound`` when none waits, ``Forbidden``."""
    organization_to_edit(actor, pk=organization_id)
    with transaction.atomic():
        waiting = VerificationRequest.objects.select_for_update().filter(
            organization_id=organization_id, state=VerificationState.PENDING
        )
        request = waiting.first()
        if request is None:
            raise NotFound
        _close(actor, request, VerificationState.WITHDRAWN)
        files.delete_attached(kind=KIND, subject_id=request.pk)
        audit.record(actor=actor, what=Deed.VERIFICATION_WITHDRAWN, organization_id=organization_id)


def decide(*, actor: Actor, request_id: UUID, approve: bool, reason: Any = "") -> VerificationRequest:
    """Verify the organization, or refuse with a reason its admin reads in a mail. For moderators.

    Raises ``NotFound``, :class:`Invalid` without a reason for a refusal, ``Conflict("decided")`` when another
    moderator was faster or the request was withdrawn.
    """
    verification_request(actor, request_id)
    checks = FieldChecks()
    reason = "" if approve else checks.text("reason", reason, _REASON)
    checks.done()
    with transaction.atomic():
        request = VerificationRequest.objects.select_for_update().get(pk=request_id)
        if request.state != VerificationState.PENDING:
            raise Conflict(_("This request is decided already."), code="decided")
        request.reason = reason
        _close(actor, request, VerificationState.APPROVED if approve else VerificationState.REFUSED)
        if approve:
            verify_organization(actor=actor, organization_id=request.organization_id)
        else:
            audit.record(
                actor=actor, what=Deed.VERIFICATION_REFUSED, organization_id=request.organization_id,
                details={"reason": reason},
            )  # fmt: skip
        mails.verification_decided(request)
    return request


def verify_organization(*, actor: Actor, organization_id: UUID, verified: bool = True) -> Organization:
    """Mark an organization as checked by a moderator, or take that back."""
    require(actor, Permission.VERIFY_AND_SUSPEND)
    with transaction.atomic():
        rows = Organization.objects.alive().select_for_update()
        organization: Organization | None = rows.filter(pk=organization_id).first()
        if organization is None:
            raise NotFound
        if organization.is_verified != verified:
            organization.verified_at = timezone.now() if verified else None
            organization.save(update_fields=["verified_at", "updated_at"])
            what = Deed.ORGANIZATION_VERIFIED if verified else Deed.VERIFICATION_WITHDRAWN
            audit.record(actor=actor, what=what, organization_id=organization.pk)
    return organization


def _close(actor: Actor, request: VerificationRequest, state: VerificationState) -> None:
    request.state = state
    request.decided_by_id = actor.id
    request.decided_at = timezone.now()
    request.save(update_fields=["state", "decided_by", "decided_at", "reason", "updated_at"])
