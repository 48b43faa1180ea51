"""What moderators do with people's accounts."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from accounts.actions.sessions import end_all_sessions
from accounts.models import MemberRole, User
from organizations.models import Organization
from p2psandbox.platform.errors import Conflict, Forbidden, NotFound
from p2psandbox.platform.logging import getLogger
from p2psandbox.platform.permissions import Actor, Permission, require

log = getLogger(__name__)


def suspend_account(*, actor: Actor, person_id: UUID) -> User:
    """Switch an account off and sign the person out everywhere at once; what they wrote stays.

    Raises ``Forbidden`` for one's own account and ``Conflict("last_admin")`` for the only active admin of an
    organization.
    """
    require(actor, Permission.VERIFY_AND_SUSPEND)
    if person_id == actor.id:
        raise Forbidden
    with transaction.atomic():
        user = _locked(person_id)
        if user.role == MemberRole.ADMIN and user.organization and not _has_other_admin(user, user.organization):
            raise Conflict(code="last_admin")
        user.is_active = False
        user.save(update_fields=["is_active", "updated_at"])
        end_all_sessions(person=user)
    log.info("account_suspended", person_id=str(person_id), by=str(actor.id))
    return user


def reinstate_account(*, actor: Actor, person_id: UUID) -> User:
    """Switch an account on again."""
    require(actor, Permission.VERIFY_AND_SUSPEND)
    with transaction.atomic():
        user = _locked(person_id)
        user.is_active = True
        user.save(update_fields=["is_active", "updated_at"])
    log.info("account_reinstated", person_id=str(person_id), by=str(actor.id))
    return user


def _locked(person_id: UUID) -> User:
    user = User.objects.select_for_update().filter(pk=person_id, deleted_at__isnull=True).first()
    if user is None:
        raise NotFound
    return user


def _has_other_admin(user: User, organization: Organization) -> bool:
    """Ask under a lock on the organization's admins, so that two at once cannot remove the last two."""
    admins = User.objects.select_for_update().filter(
        organization=organization, role=MemberRole.ADMIN, is_active=True, deleted_at__isnull=True
    )
    return any(admin.pk != user.pk for admin in admins)
