"""Signing up, in and out."""

from __future__ import annotations

import time
from typing import Any

from allauth.account.internal import flows
from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.utils.translation import get_language
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import sessions
from accounts.actions.sign_up import sign_up
from accounts.api.base import AuthEndpoint
from accounts.limits import limit
from accounts.models import User
from accounts.serializers.account import CodeIn, ExpiryOut, SessionOut, SignedInOut, SignInIn, SignUpIn, SignUpOut
from accounts.sign_in import second_factor, sign_in
from p2psandbox.platform.api.serializers import StrictSerializer, show
from p2psandbox.platform.errors import NotSignedIn


def _expires_at(request: HttpRequest) -> Any:
    return sessions.ends_at(request.session) or request.session.get_expiry_date()


def _signed_in(user: User) -> Response:
    return Response(show(SignedInOut, {"user": user, "organization": user.organization}))


class SignUpEndpoint(AuthEndpoint):
    """A new organization and its first admin."""

    idempotent = True

    @extend_schema(operation_id="auth_signup", request=SignUpIn, responses={201: SignUpOut})
    def post(self, request: Request) -> Response:
        """Always answers alike: whether the address was new is told by mail, to its owner alone."""
        limit(self.http, "signup")
        typed = self.body(SignUpIn)
        sign_up(actor=self.actor, key=self.idempotency_key(), language=get_language() or "en", **typed)
        answer = {"user": typed, "organization": {"name": typed["organization_name"]}}
        return Response(show(SignUpOut, answer), status=status.HTTP_201_CREATED)


class SignInEndpoint(AuthEndpoint):
    """Email and password."""

    @extend_schema(operation_id="auth_login", request=SignInIn, responses=SignedInOut)
    def post(self, request: Request) -> Response:
        """401 ``invalid_credentials`` or ``mfa_required``; 429 with ``Retry-After`` after repeated failures."""
        return _signed_in(sign_in(self.http, **self.body(SignInIn)))


class SecondFactorEndpoint(AuthEndpoint):
    """The second step of a sign-in."""

    @extend_schema(operation_id="auth_mfa", request=CodeIn, responses=SignedInOut)
    def post(self, request: Request) -> Response:
        """A code of the app, or a recovery code; 401 ``invalid_code``."""
        return _signed_in(second_factor(self.http, **self.body(CodeIn)))


class SignOutEndpoint(AuthEndpoint):
    """The end of a session."""

    @extend_schema(operation_id="auth_logout", request=None, responses={204: None})
    def post(self, request: Request) -> Response:
        """204, also when nobody was signed in."""
        self.body(StrictSerializer)
        flows.logout.logout(self.http)
        return Response(status=status.HTTP_204_NO_CONTENT)


class SessionEndpoint(AuthEndpoint):
    """Who is signed in, and until when."""

    @extend_schema(operation_id="auth_session", responses=SessionOut)
    def get(self, request: Request) -> Response:
        """401 when nobody is; the CSRF cookie is set either way."""
        get_token(self.http)
        if not self.actor.is_signed_in:
            raise NotSignedIn
        user = request.user
        data = {"user": user, "organization": user.organization, "expires_at": _expires_at(self.http)}
        return Response(show(SessionOut, data))


class RefreshEndpoint(AuthEndpoint):
    """More time."""

    @extend_schema(operation_id="auth_session_refresh", request=None, responses=ExpiryOut)
    def post(self, request: Request) -> Response:
        """Counts as use: the idle limit begins anew, the absolute one stays."""
        if not self.actor.is_signed_in:
            raise NotSignedIn
        self.body(StrictSerializer)
        sessions.note_use(self.http.session, now=time.time(), at_once=True)
        return Response(show(ExpiryOut, {"expires_at": _expires_at(self.http)}))
