"""Passwords and addresses."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import UserTokenForm
from allauth.account.internal import flows
from allauth.account.models import EmailConfirmationHMAC
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import rules
from accounts.actions.passwords import check_password_rules
from accounts.api.base import AuthEndpoint
from accounts.forms.signing_in import PasswordChangeForm, PasswordResetForm
from accounts.limits import ask_for_verification, limit
from accounts.models import User
from accounts.serializers.account import AddressOut, ChangePasswordIn, EmailIn, KeyIn, ResetIn
from p2psandbox.platform.api.serializers import show
from p2psandbox.platform.errors import Conflict, Invalid, NotSignedIn
from p2psandbox.platform.textrules import FieldChecks


def _expired() -> Invalid:
    return Invalid({"key": _("This link has expired or was used already. Ask for a new one.")}, code="expired_key")


def _address(typed: dict[str, Any]) -> str:
    checks = FieldChecks()
    email = rules.address(checks, "email", typed["email"])
    checks.done()
    return email


class PasswordResetEndpoint(AuthEndpoint):
    """A key to set a new password, by mail."""

    @extend_schema(operation_id="auth_password_reset", request=EmailIn, responses={202: None})
    def post(self, request: Request) -> Response:
        """202 for any address."""
        email = _address(self.body(EmailIn))
        limit(self.http, "reset_password", key=email)
        form = PasswordResetForm({"email": email})
        form.full_clean()
        form.save(self.http)
        return Response(status=status.HTTP_202_ACCEPTED)


class PasswordResetConfirmEndpoint(AuthEndpoint):
    """A new password for a key."""

    @extend_schema(operation_id="auth_password_reset_confirm", request=ResetIn, responses={204: None})
    def post(self, request: Request) -> Response:
        """Ends all sessions; 400 ``expired_key`` after an hour or once used."""
        limit(self.http, "reset_password_from_key")
        typed = self.body(ResetIn)
        user = self._owner(typed["key"])
        check_password_rules(field="new_password", password=typed["new_password"], person=user)
        try:
            flows.password_reset.reset_password(user, typed["new_password"])
        except Conflict as used:
            raise _expired() from used
        flows.password_reset.finalize_password_reset(self.http, user)
        return Response(status=status.HTTP_204_NO_CONTENT)

    @staticmethod
    def _owner(key: str) -> User:
        person, _dash, token = key.partition("-")
        form = UserTokenForm(data={"uidb36": person, "key": token})
        if not form.is_valid() or not form.reset_user.is_active or form.reset_user.is_deleted:
            raise _expired()
        user: User = form.reset_user
        return user


class PasswordChangeEndpoint(AuthEndpoint):
    """A new password for the old one."""

    @extend_schema(operation_id="auth_password_change", request=ChangePasswordIn, responses={204: None})
    def post(self, request: Request) -> Response:
        """All other sessions end; this one stays under a new id."""
        if not self.actor.is_signed_in:
            raise NotSignedIn
        limit(self.http, "change_password")
        typed = self.body(ChangePasswordIn)
        form = PasswordChangeForm(
            user=request.user,
            data={"oldpassword": typed["current_password"], "password1": typed["new_password"]},
        )
        if not form.is_valid():
            names = {"oldpassword": "current_password", "password1": "new_password"}
            raise Invalid({names.get(name, ""): [str(e) for e in found] for name, found in form.errors.items()})
        form.save()
        flows.password_change.finalize_password_change(self.http, form.user)
        return Response(status=status.HTTP_204_NO_CONTENT)


class EmailVerifyEndpoint(AuthEndpoint):
    """The key from a confirmation mail."""

    @extend_schema(operation_id="auth_email_verify", request=KeyIn, responses=AddressOut)
    def post(self, request: Request) -> Response:
        """Confirms the address; signs nobody in. 400 ``expired_key`` when used, expired or replaced."""
        confirmation = EmailConfirmationHMAC.from_key(self.body(KeyIn)["key"])
        address = confirmation.confirm(self.http) if confirmation is not None else None
        if address is None:
            raise _expired()
        return Response(show(AddressOut, address))


class EmailResendEndpoint(AuthEndpoint):
    """The confirmation mail once more."""

    @extend_schema(operation_id="auth_email_resend", request=EmailIn, responses={202: None})
    def post(self, request: Request) -> Response:
        """202 for any address; at most one mail every three minutes."""
        ask_for_verification(self.http, _address(self.body(EmailIn)))
        return Response(status=status.HTTP_202_ACCEPTED)
