"""The time zone a page is read in: that of the reader's profile, and UTC for whoever is not signed in.

Programs get UTC always, with its mark: JSON says the same to everybody.
"""

from __future__ import annotations

import zoneinfo
from collections.abc import Callable
from datetime import UTC, tzinfo
from typing import Any

from django.conf import settings
from django.contrib.auth.middleware import get_user
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

#: Tells scripts (static/js/times.js) the zone the page was written in; holds nothing else.
COOKIE = "time_zone"
_FOR_PROGRAMS = ("/api/", "/_allauth/")
_YEAR = 365 * 24 * 3600


def zone_of(name: str) -> tzinfo:
    """Return the zone of a profile; UTC for a name this machine does not know (any more)."""
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return UTC


class ReadersTimeZone:
    """Switch to the reader's zone at the moment the reader is looked up, and back to UTC after the request.

    It costs no query: a request that asks for nobody prints nobody's times. Stands right behind
    ``AuthenticationMiddleware``.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith(_FOR_PROGRAMS):
            return self.get_response(request)
        if settings.SESSION_COOKIE_NAME not in request.COOKIES:
            return _tell(request, self.get_response(request), "")
        read_in: list[str] = []
        request.user = SimpleLazyObject(lambda: _reader(request, read_in))  # type: ignore[assignment]  # as Django's own
        try:
            response = self.get_response(request)
        finally:
            timezone.deactivate()
        return _tell(request, response, read_in[0]) if read_in else response


def _reader(request: HttpRequest, read_in: list[str]) -> Any:
    user = get_user(request)
    read_in[:] = [""]
    if user.is_authenticated:
        read_in[:] = [user.time_zone]
        timezone.activate(zone_of(user.time_zone))
    return user


def _tell(request: HttpRequest, response: HttpResponse, name: str) -> HttpResponse:
    """Give pages the cookie of their zone, if the browser has another one or should have none."""
    known = request.COOKIES.get(COOKIE, "")
    if name == known or not response.get("Content-Type", "").startswith("text/html"):
        return response
    if name:
        secure = settings.SESSION_COOKIE_SECURE
        response.set_cookie(COOKIE, name, max_age=_YEAR, secure=secure, samesite="Lax")
    else:
        response.delete_cookie(COOKIE, samesite="Lax")
    return response
