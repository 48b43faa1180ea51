"""Middleware every request passes: headers, size limit, and who is asking."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from p2psandbox.platform.permissions import VISITOR, Actor
from p2psandbox.platform.web.errors import error_response

GetResponse = Callable[[HttpRequest], HttpResponse]

_PART_PATH = re.compile(r"/api/v1/files/[0-9a-f-]{36}/parts/\d+")
#: Parts of uploads that were begun under another setting.
_LARGEST_PART = 100 * 1024 * 1024
_PERMISSIONS_POLICY = "camera=(), microphone=(), geolocation=(self), payment=(), usb=(), interest-cohort=()"


def actor_of(user: Any) -> Actor:
    """Return who a (possibly anonymous) user is to queries and actions."""
    return getattr(user, "actor", VISITOR)


class SecurityHeaders:
    """Headers no package sets: Permissions-Policy, and ``no-store`` on what a signed-in person sees."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", _PERMISSIONS_POLICY)
        if "Cache-Control" not in response.headers:
            signed_in = settings.SESSION_COOKIE_NAME in request.COOKIES
            private = signed_in or "sessionid" in response.cookies
            response.headers["Cache-Control"] = "private, no-store" if private else "private, no-cache"
        return response


class BodyLimit:
    """Refuse bodies that declare more than the limit before anything reads them (413).

    Parts of files go to addresses of their own and are as large as a part; forms with files have a limit of their
    own; everything else is small.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            length = int(request.META.get("CONTENT_LENGTH") or 0)
        except ValueError:
            length = 0
        if length > _body_limit(request):
            return error_response(request, status=413, code="request_too_large")
        return self.get_response(request)


def _body_limit(request: HttpRequest) -> int:
    if request.method == "PUT" and _PART_PATH.fullmatch(request.path):
        return max(int(settings.FILES_PART_BYTES), _LARGEST_PART)
    if request.content_type == "multipart/form-data":
        return int(settings.FORM_UPLOAD_MAX_SIZE)
    return int(settings.DATA_UPLOAD_MAX_MEMORY_SIZE)


class ActorMiddleware:
    """Give views ``request.actor``; the user is looked up only if someone asks."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = SimpleLazyObject(lambda: actor_of(request.user))  # type: ignore[attr-defined]  # ours
        return self.get_response(request)
