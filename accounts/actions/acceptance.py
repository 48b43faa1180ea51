"""Accepting an invitation: a person joins the company that asked them."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import listeners, rules
from accounts.actions.passwords import check_password_rules
from accounts.models import Invitation, User
from accounts.queries.invitations import standing_invitation
from organizations.audit import record
from organizations.models import Deed
from p2psandbox.platform import cachetags
from p2psandbox.platform.constraints import broken_constraint
from p2psandbox.platform.errors import Conflict, Invalid
from p2psandbox.platform.permissions import Actor, Permission, require
from p2psandbox.platform.textrules import FieldChecks

ADDRESS_TAKEN = _("There is an account with this address already. Sign in with it.")


def accept_invitation(
    *, actor: Actor, token: str, first_name: object, last_name: object, password: str, language: str = "en"
) -> User:
    """Make the invited person a member, their address confirmed; returns them, still to be signed in.

    Whoever was removed from this very organization comes back to their old account, with a new password. Raises
    :class:`Invalid` for names and password, ``NotFound`` for a token that is none, ``Gone`` (``used``,
    ``expired``, ``cancelled``), and ``Conflict("address_taken")`` when the address got an account meanwhile. Of
    two at the same moment the second finds the invitation used.
    """
    require(actor, Permission.SIGN_UP)
    email = standing_invitation(token).email
    checks = FieldChecks()
    first, last = rules.name(checks, "first_name", first_name), rules.name(checks, "last_name", last_name)
    try:
        check_password_rules(
            field="password", password=password, person=User(email=email, first_name=first, last_name=last)
        )
    except Invalid as error:
        checks.problems.update(error.fields)
    checks.done()
    typed = {"first_name": first, "last_name": last, "password": make_password(password), "language": language}
    with transaction.atomic():
        invitation = standing_invitation(token, lock=True)
        user = _join(invitation, typed)
        invitation.accepted_at, invitation.accepted_by = timezone.now(), user
        invitation.save(update_fields=["accepted_at", "accepted_by", "updated_at"])
        record(
            actor=user.actor,
            actor_name=user.get_full_name(),
            what=Deed.INVITATION_ACCEPTED,
            organization_id=invitation.organization_id,
            subject_id=user.pk,
            subject_name=user.get_full_name(),
            details={"role": user.role},
        )
        listeners.invitation_accepted(invitation, user)
        cachetags.changed("people")
    return user


def _join(invitation: Invitation, typed: dict[str, str]) -> User:
    former = User.objects.select_for_update().filter(email=invitation.email).first()
    comes_back = (
        former is not None
        and former.is_deleted
        and former.suspended_at is None
        and former.organization_id == invitation.organization_id
    )
    if former is not None and not comes_back:
        raise Conflict(ADDRESS_TAKEN, code="address_taken")
    user = former or User(email=invitation.email, organization=invitation.organization)
    for field, value in typed.items():
        setattr(user, field, value)
    user.role, user.is_active, user.deleted_at, user.email_verified_at = invitation.role, True, None, timezone.now()
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError as error:
        if "email" not in broken_constraint(error):
            raise
        raise Conflict(ADDRESS_TAKEN, code="address_taken") from error
    EmailAddress.objects.update_or_create(user=user, email=user.email, defaults={"primary": True, "verified": True})
    return user
