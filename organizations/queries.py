"""Reading organizations."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from organizations.models import Organization, OrganizationQuerySet
from p2psandbox.platform.errors import NotFound
from p2psandbox.platform.permissions import Actor, Permission, allows


def visible_organizations(actor: Actor) -> OrganizationQuerySet:
    """Organizations whose public page the actor may see: those somebody has confirmed, and their own.

    A sign-up nobody has confirmed shows nothing in public: no advertising, and no hint whether its address was
    new. Moderators see all.
    """
    rows: OrganizationQuerySet = Organization.objects.alive()
    if allows(actor, Permission.VERIFY_AND_SUSPEND):
        return rows
    shown = Q(people__email_verified_at__isnull=False)
    if actor.organization_id is not None:
        shown |= Q(pk=actor.organization_id)
    return rows.filter(shown).distinct()


def public_organization(actor: Actor, **named: Any) -> Organization:
    """Return one visible organization by ``slug`` or ``pk``; raises ``NotFound``."""
    organization: Organization | None = visible_organizations(actor).filter(**named).first()
    if organization is None:
        raise NotFound
    return organization
