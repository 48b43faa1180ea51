"""What anybody sees of organizations: the directory and one organization's page."""

from __future__ import annotations

from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django_countries import countries

from organizations import queries
from organizations.forms import DirectoryForm
from organizations.models import Industry, Organization
from organizations.queries import DirectoryFilters
from p2psandbox.platform.errors import NotFound
from p2psandbox.platform.pages import showcase
from p2psandbox.platform.pages.frame import asset, url_or_none
from p2psandbox.platform.permissions import Actor, Permission, allows

PAGE_SIZE = 30


@require_safe
def directory(request: HttpRequest) -> HttpResponse:
    """``GET /organizations/``: who is here, narrowed by what the address says."""
    actor = actor_of_page(request)
    filters = DirectoryForm(request.GET).filters()
    page = Paginator(queries.directory(actor, filters), PAGE_SIZE).get_page(request.GET.get("page"))
    places = [(code, str(countries.name(code))) for code in queries.countries_of(actor)]
    context = {
        "page": page,
        "rows": [_row(organization) for organization in page],
        "filters": filters,
        "industries": Industry.choices,
        "countries": sorted(places, key=lambda place: place[1]),
        "orderings": [("name", _("Name")), ("-created_at", _("Newest"))],
        "chips": _chips(request, filters),
        "tabs": directory_tabs(actor, "companies"),
        "section": "people",
    }
    return render(request, "organizations/directory.html", context)


def directory_tabs(actor: Actor, current: str) -> list[dict[str, Any]]:
    """Return people and companies as tabs, for those who may see both; ``current`` names the open one."""
    if not allows(actor, Permission.READ_MEMBERS_AREA):
        return []
    return [
        {"label": _("People"), "url": url_or_none("accounts:people"), "current": current == "people"},
        {"label": _("Organizations"), "url": reverse("organizations:directory"), "current": current == "companies"},
    ]


def _row(organization: Organization) -> dict[str, Any]:
    """Return a company as plain values, as ``components/organization_row.html`` takes it."""
    return {
        "url": organization.get_absolute_url(),
        "name": organization.name,
        "verified": organization.is_verified,
        "industry": organization.get_industry_display(),
        "place": _place(organization),
        "line": organization.description[:200],
        "capabilities": organization.capabilities[:4],
    }


def _place(organization: Organization) -> str:
    country = str(countries.name(organization.country) or "") if organization.country else ""
    return ", ".join(part for part in (organization.city, country) if part)


def _chips(request: HttpRequest, filters: DirectoryFilters) -> list[tuple[str, str]]:
    """Return what the list is narrowed to, each with the address without it."""
    labels = {
        "search": f"“{filters.search}”",
        "industry": str(dict(Industry.choices).get(filters.industry, "")),
        "country": str(countries.name(filters.country) or filters.country),
        "city": filters.city,
        "verified": _("Verified"),
    }
    chips = []
    for name, label in labels.items():
        if getattr(filters, name):
            rest = request.GET.copy()
            rest.pop("page", None)
            rest.pop(name, None)
            chips.append((label, f"?{rest.urlencode()}"))
    return chips


@require_safe
def detail(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one company's public page."""
    actor = actor_of_page(request)
    organization = queries.public_organization(actor, slug=clean_slug(slug))
    own = organization.pk == actor.organization_id
    context = {
        "organization": organization,
        "place": _place(organization),
        "address": organization.address if own or actor.is_moderator else "",
        "sections": showcase.sections("organization", actor, organization),
        "may_edit": allows(actor, Permission.EDIT_ORGANIZATION, organization_id=organization.pk),
        "own": own,
        "public_url": f"{settings.SITE_URL}{organization.get_absolute_url()}",
        "picture_url": urljoin(settings.SITE_URL, organization.large_logo_url or asset("img/share.png")),
    }
    return render(request, "organizations/detail.html", context)


def actor_of_page(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]  # set by ActorMiddleware
    return actor


def clean_slug(slug: str) -> str:
    if "\x00" in slug:
        raise NotFound
    return slug
