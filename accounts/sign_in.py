"""Signing in without a page: the JSON API's way through allauth's own flows and stages."""

from __future__ import annotations

from typing import ClassVar

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import perform_password_login
from allauth.account.internal.stagekit import get_pending_stage
from allauth.account.models import Login
from allauth.account.stages import LoginStageController
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.stages import AuthenticateStage
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.adapter import LockedOut
from accounts.limits import limit
from accounts.models import User
from p2psandbox.platform.errors import Forbidden, Message, ProductError, TooMany


class SignInRefused(ProductError):
    """Not signed in (401); ``code`` says why: ``invalid_credentials``, ``mfa_required`` or ``invalid_code``."""

    status: ClassVar[int] = 401
    code = "invalid_credentials"
    message: Message = _("Email and password do not match. Check both and try again.")


def sign_in(request: HttpRequest, *, email: str, password: str, remember: bool) -> User:
    """Sign in with a password; ``remember`` keeps the session beyond the browser's.

    Raises :class:`SignInRefused`, alike and in the same time for unknown people and wrong passwords, with
    ``mfa_required`` when a second factor is to follow; :class:`TooMany` with the seconds to wait;
    ``Forbidden`` (``account_inactive``) for the right password of a deactivated account.
    """
    limit(request, "login")
    credentials = {"email": email.strip().lower(), "password": password}
    try:
        user = get_adapter().authenticate(request, **credentials)
    except LockedOut as locked:
        raise TooMany(locked.messages[0], retry_after=locked.retry_after) from locked
    if user is None:
        raise SignInRefused
    if request.user.is_authenticated:  # a new sign-in is a new session, for the same person too
        request.session.flush()
    perform_password_login(request, credentials, Login(user=user, email=credentials["email"]))
    request.session.set_expiry(settings.SESSION_COOKIE_AGE if remember else 0)
    return _signed_in(request, user)


def second_factor(request: HttpRequest, *, code: str) -> User:
    """Complete a sign-in with a code of the app or a recovery code; raises as :func:`sign_in` does."""
    stage = LoginStageController.enter(request, AuthenticateStage.key)
    if stage is None:
        raise SignInRefused(_("Begin with your email and password."), code="no_sign_in_pending")
    user: User = stage.login.user
    form = AuthenticateForm(user=user, data={"code": code})
    if not form.is_valid():
        problem: ValidationError = form.errors.as_data()["code"][0]
        if problem.code == "too_many_login_attempts":
            raise TooMany(str(problem.message), retry_after=300)
        raise SignInRefused(str(problem.message), code="invalid_code")
    form.save()
    stage.exit()
    return _signed_in(request, user)


def _signed_in(request: HttpRequest, user: User) -> User:
    """Return the user if the sign-in is complete, else raise what is missing."""
    if request.user.is_authenticated:
        return user
    if get_pending_stage(request) is not None:
        raise SignInRefused(_("Enter a code of your second factor."), code="mfa_required")
    raise Forbidden(_("This account is switched off. Ask an admin of your organization."), code="account_inactive")
