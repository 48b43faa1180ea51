"""Errors as pages: one mapping from :mod:`platform.errors` to what a person sees."""

from __future__ import annotations

import sys
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template import loader
from django.urls import reverse
from django.utils.translation import gettext as _

from p2psandbox.platform.databases import is_out_of_reach
from p2psandbox.platform.errors import NotSignedIn, NotVerified, ProductError, Unavailable
from p2psandbox.platform.logging import request_id

#: Statuses that have a template of their own under templates/errors/.
PAGES = frozenset({400, 403, 404, 405, 409, 413, 429, 500, 503})


def wants_json(request: HttpRequest) -> bool:
    """Say whether the caller is a program: everything under the API's prefixes."""
    return request.path.startswith(("/api/", "/_allauth/"))


def error_response(
    request: HttpRequest, *, status: int, code: str, message: str = "", retry_after: int | None = None
) -> HttpResponse:
    """Render one error for whoever asks: the JSON shape for the API, a page for people."""
    message = message or HTTPStatus(status).phrase
    response: HttpResponse
    if wants_json(request):
        kind = "server_error" if status >= 500 else "client_error"
        response = JsonResponse(
            {"type": kind, "errors": [{"code": code, "detail": message, "attr": None}]}, status=status
        )
    else:
        response = _page(request, status, message)
    if retry_after is not None:
        response["Retry-After"] = str(retry_after)
    return response


def _page(request: HttpRequest, status: int, message: str) -> HttpResponse:
    name = f"errors/{status if status in PAGES else 400}.html"
    context = {"message": message, "status": status, "request_id": request_id()}
    # These render without the request: whatever broke may break its context processors too.
    alone = status in (500, 503)
    return HttpResponse(loader.render_to_string(name, context, None if alone else request), status=status)


class ProductErrorMiddleware:
    """Turn a :class:`ProductError` from a view into its page; people not signed in are asked to sign in."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Django's hook; other exceptions stay with Django."""
        if isinstance(error, RequestDataTooBig):
            return error_response(request, status=413, code="request_too_large", message=_("Send less at once."))
        if not isinstance(error, ProductError):
            return None
        if not wants_json(request):
            if isinstance(error, NotSignedIn):
                return _to_sign_in(request)
            if isinstance(error, NotVerified):
                return redirect("accounts:verification_pending")
        return error_response(
            request,
            status=error.status,
            code=error.code,
            message=str(error.message),
            retry_after=getattr(error, "retry_after", None),
        )


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    if getattr(request, "htmx", False):
        response = HttpResponse(status=401)
        response["HX-Redirect"] = reverse(settings.LOGIN_URL)
        return response
    target = request.get_full_path() if request.method == "GET" else "/"
    return redirect_to_login(target, settings.LOGIN_URL)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Django's CSRF view: the form was open too long, or came from elsewhere."""
    return error_response(
        request,
        status=403,
        code="csrf_failed",
        message=_("For your safety we did not take this: reload the page and send it again."),
    )


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """``handler400``."""
    return error_response(request, status=400, code="bad_request", message=_("We could not read that request."))


def forbidden(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """``handler403``."""
    return error_response(request, status=403, code="permission_denied", message=_("You may not do that."))


def not_found(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """``handler404``."""
    return error_response(
        request, status=404, code="not_found", message=_("There is nothing here, or it is not for you.")
    )


def server_error(request: HttpRequest) -> HttpResponse:
    """``handler500``: also where pages end that get no connection to the catalogue, which passes by itself."""
    if is_out_of_reach(sys.exc_info()[1]):
        return error_response(
            request,
            status=Unavailable.status,
            code=Unavailable.code,
            message=str(Unavailable.message),
            retry_after=Unavailable.retry_after,
        )
    return error_response(
        request, status=500, code="error", message=_("Something broke on our side. We have a note of it.")
    )


def too_many(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """``handler429``, as django-allauth calls it when a rate limit is reached."""
    return error_response(
        request,
        status=429,
        code="throttled",
        message=_("Too many attempts. Wait a few minutes and try again."),
        retry_after=300,
    )
