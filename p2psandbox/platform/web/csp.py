"""The Content-Security-Policy of every page: put together once, with only the nonce new each time."""

from __future__ import annotations

import functools

from csp.constants import HEADER
from csp.middleware import CSPMiddleware
from csp.utils import build_policy
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

_NONCE = "nonce-goes-here"
#: What django-csp's decorators leave on a response that wants a policy of its own.
_OWN_POLICY = ("_csp_exempt", "_csp_config", "_csp_update", "_csp_replace")


@functools.cache
def _policy(*, with_nonce: bool) -> str:
    text: str = build_policy(nonce=_NONCE if with_nonce else None)
    return text


class ContentSecurityPolicy(CSPMiddleware):  # type: ignore[misc]  # django-csp is read as untyped
    """django-csp's middleware without building the same policy from its parts twice for each answer."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Set the header; a response with a policy of its own, or a debug page, is left to django-csp."""
        if settings.DEBUG or any(name in response.__dict__ for name in _OWN_POLICY):
            answer: HttpResponseBase = super().process_response(request, response)
            return answer
        nonce: str = getattr(request, "_csp_nonce", None) or ""
        response.headers.setdefault(HEADER, _policy(with_nonce=bool(nonce)).replace(_NONCE, nonce))
        return response
