"""The first page: the landing page for visitors, home for members."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show visitors what this is; members what waits for them."""
    return render(request, "landing.html")
