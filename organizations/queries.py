"""Reading organizations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Lower

from organizations.models import Organization, OrganizationQuerySet, VerificationRequest
from p2psandbox.platform.errors import NotFound
from p2psandbox.platform.files.models import StoredFile
from p2psandbox.platform.permissions import Actor, Permission, allows, require

#: Orders the directory may have; the id makes each of them total.
ORDERINGS: dict[str, tuple[Any, ...]] = {"name": (Lower("name"), "id"), "-created_at": ("-created_at", "-id")}


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectoryFilters:
    """What the directory is narrowed to; everything combines."""

    search: str = ""
    industry: str = ""
    country: str = ""
    city: str = ""
    verified: bool = False
    ordering: str = "name"


def visible_organizations(actor: Actor) -> OrganizationQuerySet:
    """Organizations whose public page the actor may see: those somebody has confirmed, and their own.

    A sign-up nobody has confirmed shows nothing in public: no advertising, and no hint whether its address was
    new. Moderators see all.
    """
    rows: OrganizationQuerySet = Organization.objects.alive()
    if allows(actor, Permission.VERIFY_AND_SUSPEND):
        return rows
    confirmed = get_user_model().objects.filter(organization=OuterRef("pk"), email_verified_at__isnull=False)
    shown = Q(Exists(confirmed))
    if actor.organization_id is not None:
        shown |= Q(pk=actor.organization_id)
    return rows.filter(shown)


def public_organization(actor: Actor, **named: Any) -> Organization:
    """Return one visible organization by ``slug`` or ``pk``; raises ``NotFound``."""
    organization: Organization | None = visible_organizations(actor).filter(**named).first()
    if organization is None:
        raise NotFound
    return organization


def organization_to_edit(actor: Actor, *, lock: bool = False, **named: Any) -> Organization:
    """Return an organization the actor may edit, by ``slug`` or ``pk``; ``lock`` holds its row.

    Raises ``NotFound`` for one they may not see, ``Forbidden`` for one they may only look at.
    """
    rows = visible_organizations(actor).filter(**named)
    organization: Organization | None = (rows.select_for_update(of=("self",)) if lock else rows).first()
    if organization is None:
        raise NotFound
    require(actor, Permission.EDIT_ORGANIZATION, organization_id=organization.pk)
    return organization


def own_organization(actor: Actor) -> Organization:
    """Return the actor's own organization; raises ``NotSignedIn``, ``NotVerified``, ``NotFound`` without one."""
    require(actor, Permission.READ_MEMBERS_AREA)
    if actor.organization_id is None:
        raise NotFound
    return public_organization(actor, pk=actor.organization_id)


def own_organization_to_edit(actor: Actor) -> Organization:
    """Return the actor's own organization if they are its admin; raises as :func:`own_organization`, ``Forbidden``."""
    return organization_to_edit(actor, pk=own_organization(actor).pk)


def directory(actor: Actor, filters: DirectoryFilters) -> OrganizationQuerySet:
    """Return the organizations that match, in order: what is public of them, for anybody.

    ``search`` looks for every word in name, city, capabilities and certifications, in any case.
    """
    wanted = Q()
    for word in filters.search.split()[:8]:
        wanted &= (
            Q(name__icontains=word)
            | Q(city__icontains=word)
            | Q(capabilities__icontains=word)
            | Q(certifications__icontains=word)
        )
    for column in ("industry", "country"):
        if value := getattr(filters, column):
            wanted &= Q(**{column: value})
    if filters.city:
        wanted &= Q(city__iexact=filters.city)
    if filters.verified:
        wanted &= Q(verified_at__isnull=False)
    found: OrganizationQuerySet = visible_organizations(actor).filter(wanted)
    return found.order_by(*ORDERINGS[filters.ordering])


def countries_of(actor: Actor) -> list[str]:
    """Return the codes of the countries the directory knows."""
    codes = visible_organizations(actor).exclude(country="").order_by("country").values_list("country", flat=True)
    return list(codes.distinct())


def verification_request(actor: Actor, request_id: UUID) -> VerificationRequest:
    """Return a request for moderators; raises ``NotFound``, and as ``require``."""
    require(actor, Permission.VERIFY_AND_SUSPEND)
    found = VerificationRequest.objects.filter(pk=request_id).first()
    if found is None:
        raise NotFound
    return found


def latest_request(actor: Actor, organization: Organization) -> VerificationRequest | None:
    """Return the last request of an organization the actor may edit, ``None`` if there never was one."""
    require(actor, Permission.EDIT_ORGANIZATION, organization_id=organization.pk)
    return VerificationRequest.objects.filter(organization=organization).first()


def logo_visible_to(actor: Actor, file: StoredFile) -> bool:
    """Logos are public."""
    return True


def evidence_visible_to(actor: Actor, file: StoredFile) -> bool:
    """Documents of a request are for moderators and the organization's own admins."""
    if file.attached_id is None:
        return False
    owner = VerificationRequest.objects.filter(pk=file.attached_id).values_list("organization_id", flat=True).first()
    return owner is not None and allows(actor, Permission.EDIT_ORGANIZATION, organization_id=owner)
