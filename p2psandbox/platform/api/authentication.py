"""How a caller of the JSON API says who they are: the browser's session cookie, or ``X-Session-Token``."""

from __future__ import annotations

from allauth.headless.contrib.rest_framework.authentication import XSessionTokenAuthentication
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import SessionAuthentication as CookieAuthentication
from rest_framework.request import Request


class SessionAuthentication(CookieAuthentication):
    """Session cookie with CSRF; names a scheme so that a missing sign-in answers 401 instead of 403."""

    def authenticate_header(self, request: Request) -> str:
        return "Session"


class SessionTokenAuthentication(XSessionTokenAuthentication):
    """``X-Session-Token`` of the headless app client."""

    def authenticate_header(self, request: Request) -> str:
        return "Session"


class _CookieScheme(OpenApiAuthenticationExtension):
    target_class = SessionAuthentication
    name = "session"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        return {"type": "apiKey", "in": "cookie", "name": "sessionid"}


class _TokenScheme(OpenApiAuthenticationExtension):
    target_class = SessionTokenAuthentication
    name = "sessionToken"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        return {"type": "apiKey", "in": "header", "name": "X-Session-Token"}
