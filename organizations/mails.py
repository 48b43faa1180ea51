"""Mails about an organization."""

from __future__ import annotations

from django.conf import settings

from organizations.models import VerificationRequest, VerificationState
from p2psandbox.platform.mail.outbox import send


def verification_decided(request: VerificationRequest) -> None:
    """Tell who asked for the verification what a moderator decided, and why."""
    asker = request.requested_by
    approved = request.state == VerificationState.APPROVED
    send(
        template="verification_approved" if approved else "verification_refused",
        to=asker.email,
        language=asker.language,
        context={
            "full_name": asker.get_full_name(),
            "organization": request.organization.name,
            "reason": request.reason,
            "page": settings.SITE_URL + request.organization.get_absolute_url(),
        },
    )
