"""The mails about an account: whom they go to, in which language, and where their links lead.

Links are built from ``SITE_URL``, never from the ``Host`` header of the request that caused them.
"""

from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language

from accounts.models import Invitation, MemberRole, User
from accounts.time_zone import zone_of
from p2psandbox.platform.mail.outbox import send


def site_url(name: str, *args: object) -> str:
    """Return the full address of a named page."""
    return settings.SITE_URL + reverse(name, args=args)


def verification_url(key: str) -> str:
    return site_url("account_confirm_email", key)


def password_reset_url(key: str) -> str:
    """Return the page that takes a reset key, ``<person>-<token>``."""
    person, _dash, token = key.partition("-")
    return site_url("account_reset_password_from_key", person, token)


def verification(address: EmailAddress) -> None:
    """Ask the owner of ``address`` to confirm it: after sign-up, again on request, or as a new address."""
    user: User = address.user
    _to(
        user,
        "new_address" if user.is_email_verified else "verification",
        to=address.email,
        link=verification_url(EmailConfirmationHMAC.create(address).key),
        days=settings.ACCOUNT_EMAIL_CONFIRMATION_EXPIRE_DAYS,
    )


def already_registered(email: str) -> None:
    """Tell the owner of an address, and nobody else, that it has an account already."""
    _to_stranger("already_registered", email, sign_in="account_login", reset="account_reset_password")


def invitation_url(token: str) -> str:
    return site_url("accounts:invitation", token)


def invitation(sent: Invitation, *, token: str, inviter: str, language: str) -> None:
    """Ask the owner of an address to join; the only place where the token itself stands."""
    context = {
        "organization": sent.organization.name,
        "inviter": inviter,
        "message": sent.message,
        "link": invitation_url(token),
        "days": settings.INVITATION_DAYS,
    }
    send(template="invitation", to=sent.email, language=language, context=context)


def invited_elsewhere(sent: Invitation, *, inviter: str, language: str) -> None:
    """Tell the owner of an account that another organization asked for them; nothing changes by it."""
    context = {
        "organization": sent.organization.name,
        "inviter": inviter,
        "message": sent.message,
        "email": sent.email,
        "sign_in": site_url("account_login"),
    }
    send(template="invited_elsewhere", to=sent.email, language=language, context=context)


def unknown_account(email: str) -> None:
    """Tell whoever owns an address that no account goes by it."""
    _to_stranger("unknown_account", email, sign_up="accounts:signup", reset="account_reset_password")


def password_reset(user: User, *, key: str) -> None:
    _to(
        user,
        "password_reset",
        to=user.email,
        link=password_reset_url(key),
        minutes=settings.PASSWORD_RESET_TIMEOUT // 60,
    )


def role_changed(person: User, *, by: str) -> None:
    """Tell somebody that they are an admin of their organization now, or a member like others."""
    _to(person, "role_changed", to=person.email, by=by, is_admin=person.role == MemberRole.ADMIN, page=site_url("home"))


def security_notice(user: User, *, change: str, to: str, ip: str, device: str) -> None:
    """Say what changed (``password_changed``, ``email_changed``, ``totp_activated`` …), when and from where."""
    _to(
        user,
        "security_notice",
        to=to,
        change=change,
        at=timezone.now(),
        ip=ip,
        device=device,
        reset=site_url("account_reset_password"),
    )


def _to(user: User, template: str, *, to: str, **context: Any) -> None:
    names = {"first_name": user.first_name, "full_name": user.get_full_name(), "organization": user.organization}
    zone = zone_of(user.time_zone)
    send(template=template, to=to, language=user.language, context={**names, **context}, time_zone=zone)


def _to_stranger(template: str, email: str, **pages: str) -> None:
    links = {name: site_url(page) for name, page in pages.items()}
    send(template=template, to=email, language=get_language() or "", context={**links, "email": email})
