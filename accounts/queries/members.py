"""Reading a company's own members, for its admins."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import F, Q, QuerySet

from accounts.models import MemberRole, User
from p2psandbox.platform.errors import Forbidden, NotFound
from p2psandbox.platform.permissions import Actor, Permission, allows, require

#: Orders the list may have; the id makes each of them total.
ORDERINGS: dict[str, tuple[Any, ...]] = {
    "name": ("first_name", "last_name", "id"),
    "-name": ("-first_name", "-last_name", "-id"),
    "role": ("role", "first_name", "last_name", "id"),
    "created_at": ("created_at", "id"),
    "-created_at": ("-created_at", "-id"),
    "-last_login": (F("last_login").desc(nulls_last=True), "id"),
    "last_login": (F("last_login").asc(nulls_first=True), "id"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberFilters:
    """What the list is narrowed to; everything combines. ``status`` is one of :data:`STATUSES`."""

    search: str = ""
    role: str = ""
    status: str = ""
    ordering: str = "name"


#: Status → its condition. Who has not confirmed their address is ``unverified``; who is switched off ``inactive``.
STATUSES: dict[str, Q] = {
    "active": Q(is_active=True, email_verified_at__isnull=False),
    "inactive": Q(is_active=False),
    "unverified": Q(is_active=True, email_verified_at__isnull=True),
}


def member_status(person: User) -> str:
    """Return which of :data:`STATUSES` a person has."""
    if not person.is_active:
        return "inactive"
    return "active" if person.is_email_verified else "unverified"


def members(actor: Actor, filters: MemberFilters) -> QuerySet[User, User]:
    """Return the members of the actor's organization that match, in order, with their organization.

    ``search`` looks for every word in name, address and job title, in any case. Raises ``NotSignedIn``,
    ``NotVerified``, and ``Forbidden`` for all but the organization's admins.
    """
    require(actor, Permission.MANAGE_MEMBERS)
    if actor.organization_id is None:
        raise Forbidden
    require(actor, Permission.MANAGE_MEMBERS, organization_id=actor.organization_id)
    wanted = Q(organization_id=actor.organization_id, deleted_at__isnull=True)
    for word in filters.search.split()[:8]:
        wanted &= (
            Q(first_name__icontains=word)
            | Q(last_name__icontains=word)
            | Q(email__icontains=word)
            | Q(job_title__icontains=word)
        )
    if filters.role:
        wanted &= Q(role=filters.role)
    if filters.status:
        wanted &= STATUSES[filters.status]
    rows = User.objects.filter(wanted).select_related("organization").defer("password", "bio", "expertise")
    return rows.order_by(*ORDERINGS[filters.ordering])


def member_to_manage(actor: Actor, person_id: UUID, *, lock: bool = False) -> User:
    """Return somebody the actor may manage, with their organization; ``lock`` holds their row.

    Raises ``NotFound`` for who is not there or cannot be seen, ``Forbidden`` for who can be seen only; platform
    staff are managed by moderators alone.
    """
    require(actor, Permission.READ_MEMBERS_AREA)
    rows = User.objects.select_related("organization").filter(pk=person_id, deleted_at__isnull=True)
    person = (rows.select_for_update(of=("self",), no_key=True) if lock else rows).first()
    if person is None:
        raise NotFound
    if actor.is_moderator:
        return person
    ours = person.organization_id is not None and person.organization_id == actor.organization_id
    if ours and allows(actor, Permission.MANAGE_MEMBERS, organization_id=person.organization_id):
        if person.is_staff:
            raise Forbidden
        return person
    if not person.is_email_verified:
        raise NotFound
    raise Forbidden


def has_other_admin(person: User) -> bool:
    """Say whether the person's organization has another admin who can act."""
    admins = User.objects.filter(
        STATUSES["active"], organization=person.organization, role=MemberRole.ADMIN, deleted_at__isnull=True
    )
    return admins.exclude(pk=person.pk).exists()


def acts_as_admin(person: User) -> bool:
    """Say whether the person is an admin who can act: active, confirmed, not removed."""
    standing = person.is_active and person.is_email_verified and not person.is_deleted
    return standing and person.role == MemberRole.ADMIN and person.organization_id is not None
