"""A company is checked by a moderator, or that is taken back."""

from __future__ import annotations

from uuid import UUID

from django.utils import timezone

from organizations.models import Organization
from p2psandbox.platform.errors import NotFound
from p2psandbox.platform.permissions import Actor, Permission, require


def verify_organization(*, actor: Actor, organization_id: UUID, verified: bool = True) -> Organization:
    """Mark an organization as checked by a moderator, or take that back."""
    require(actor, Permission.VERIFY_AND_SUSPEND)
    organization: Organization | None = Organization.objects.alive().filter(pk=organization_id).first()
    if organization is None:
        raise NotFound
    organization.verified_at = (organization.verified_at or timezone.now()) if verified else None
    organization.save(update_fields=["verified_at", "updated_at"])
    return organization
