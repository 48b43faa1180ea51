"""People across organizations: the directory and a person's page."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.queries import directory
from accounts.queries.directory import PeopleFilters
from organizations.models import Industry
from organizations.views.public import directory_tabs
from p2psandbox.platform.pages import showcase
from p2psandbox.platform.permissions import Actor

PAGE_SIZE = 30


class PeopleForm(forms.Form):
    """What the directory is narrowed to; values that cannot be read narrow to nothing rather than fail."""

    search = forms.CharField(required=False, max_length=200)
    organization = forms.CharField(required=False, max_length=130)
    industry = forms.ChoiceField(required=False, choices=[("", ""), *Industry.choices])
    expertise = forms.CharField(required=False, max_length=60)

    def filters(self) -> PeopleFilters:
        """Return what could be read."""
        self.is_valid()
        return PeopleFilters(**{name: value for name, value in self.cleaned_data.items() if value})


@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """``GET /people/``: who is here, narrowed by what the address says."""
    actor = _actor(request)
    filters = PeopleForm(request.GET).filters()
    pages = Paginator(directory.directory(actor, filters), PAGE_SIZE)
    pages.count = directory.count(actor, filters)
    page = pages.get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [directory.row(user) for user in page],
        "filters": filters,
        "industries": Industry.choices,
        "chips": _chips(request, filters),
        "tabs": directory_tabs(actor, "people"),
    }
    return render(request, "accounts/people.html", context)


def _chips(request: HttpRequest, filters: PeopleFilters) -> list[tuple[str, str]]:
    """Return what the list is narrowed to, each with the address without it."""
    labels = {
        "search": f"“{filters.search}”",
        "organization": filters.organization,
        "industry": str(dict(Industry.choices).get(filters.industry, "")),
        "expertise": _("knows about %(words)s") % {"words": filters.expertise},
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
def person(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """``GET /people/<id>/``: who somebody is, and what they shared here."""
    actor = _actor(request)
    found = directory.person(actor, person_id)
    colleague = found.organization_id is not None and found.organization_id == actor.organization_id
    context = {
        "person": found,
        "phone": found.phone if colleague or actor.is_moderator else "",
        "own": found.pk == actor.id,
        "acts": showcase.acts("person", actor, found),
        "sections": showcase.sections("person", actor, found),
    }
    return render(request, "accounts/person.html", context)


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]  # set by ActorMiddleware
    return actor
