"""What the endpoints of sign-in have in common."""

from __future__ import annotations

from typing import Any

from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from p2psandbox.platform.api.authentication import SessionAuthentication, SessionTokenAuthentication
from p2psandbox.platform.api.views import Endpoint


class CookieOrNobody(SessionAuthentication):
    """The session cookie, with CSRF for people who are not signed in too.

    Signing somebody in or up is worth forging as well; REST framework asks for the token only where a cookie
    already signs in. A request with ``X-Session-Token`` needs none: no foreign page can set that header.
    """

    def authenticate(self, request: Request) -> tuple[Any, None] | None:
        found = super().authenticate(request)
        if found is None and "X-Session-Token" not in request.headers:
            self.enforce_csrf(request)
        return found

    def enforce_csrf(self, request: Request) -> None:
        try:
            super().enforce_csrf(request)
        except PermissionDenied as refused:
            raise PermissionDenied(str(refused.detail), code="csrf_failed") from refused


class _CookieScheme(OpenApiAuthenticationExtension):
    target_class = CookieOrNobody
    name = "sessionAndCsrf"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        return {"type": "apiKey", "in": "cookie", "name": "sessionid"}


class AuthEndpoint(Endpoint):
    """An endpoint that works on the caller's session, be it the browser's cookie or an app's token.

    allauth's flows act on ``request.session``. For an app, that is the token's session while the handler runs;
    a key that changes (as it does with a new password) is answered as ``X-Session-Token``.
    """

    authentication_classes = (CookieOrNobody, SessionTokenAuthentication)

    http: HttpRequest
    _cookie_session: SessionBase | None = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        self.http = request._request
        if isinstance(request.auth, SessionBase):
            self._cookie_session = self.http.session
            self.http.session = request.auth

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        answer: Response = super().finalize_response(request, response, *args, **kwargs)
        if self._cookie_session is not None:
            session = self.http.session
            if session.modified and not session.is_empty():
                session.save()
                if session.session_key != request.headers.get("X-Session-Token"):
                    answer["X-Session-Token"] = str(session.session_key)
            self.http.session = self._cookie_session
        return answer
