"""A Django view that does nothing: what all else is compared with."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import path


def bare(request: HttpRequest) -> HttpResponse:
    """Answer two words."""
    return HttpResponse(b"all well", content_type="text/plain")


urlpatterns = [path("bare", bare)]
