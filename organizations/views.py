"""Organizations: pages."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from django_countries import countries

from organizations.queries import public_organization
from p2psandbox.platform.errors import NotFound


@require_safe
def detail(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one company's public page."""
    if "\x00" in slug:
        raise NotFound
    organization = public_organization(request.actor, slug=slug)  # type: ignore[attr-defined]
    return render(
        request,
        "organizations/detail.html",
        {"organization": organization, "country": countries.name(organization.country)},
    )
