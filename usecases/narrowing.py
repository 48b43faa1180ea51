"""What a page of the library says about how it is narrowed: filters from its address, chips, facets as links.

Everything stands in the address, so that a list can be sent to a colleague, kept and narrowed by hand.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _
from django_countries import countries

from p2psandbox.platform.errors import Invalid
from usecases import queries
from usecases.content import technology_key
from usecases.forms.filters import FilterForm
from usecases.models import BudgetRange, Category, Status
from usecases.presenting import distance
from usecases.queries import Facets, Filters, Near

#: Choices of a facet that stand open; the rest are one press away.
OPEN_CHOICES = 6
_MOST_TECHNOLOGIES = 10


#: Fields of the form that make one filter together.
_TOGETHER = {"near": ("radius_km",), "outcome": ("metric", "by")}


def filters_of(data: QueryDict) -> tuple[Filters, str]:
    """Return the filters of an address, and what to say about a part that could not be read and was left out."""
    form = FilterForm(data)
    said = "" if form.is_valid() else _("Part of the address could not be read and was left out.")
    found = form.cleaned_data
    known = {name: found[name] for name in form.fields if name in found}
    if known.get("status") not in Status.values:
        known["status"] = ""
    technologies = [name.strip()[:60] for name in data.getlist("technology") if name.strip() and "\x00" not in name]
    radius = known.pop("radius_km", None)
    try:
        known["near"] = queries.near(known.get("near", ""), radius)
    except Invalid as error:
        known["near"] = None
        said = str(next(iter(error.fields.values()))[0])
    if known.get("ordering") == queries.DISTANCE and known["near"] is None:
        known["ordering"] = ""
    return Filters(technology=tuple(technologies[:_MOST_TECHNOLOGIES]), **known), said


#: Facets that stay folded until something is chosen in them.
_FOLDED = ("budget_range", "country", "organization")


def _titles() -> dict[str, str]:
    return {
        "industry": _("Industry"),
        "technology": _("Technology"),
        "category": _("Category"),
        "measured": _("Outcome metric"),
        "budget_range": _("Budget"),
        "country": _("Country"),
        "organization": _("Organization"),
    }


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a facet, as a link that takes it or lets go of it."""

    label: str
    count: int
    url: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Group:
    """A facet as the page shows it: a few options, more of them, and whether it is open."""

    name: str
    title: str
    options: list[Option]
    more: list[Option]
    is_open: bool


def groups(data: QueryDict, facets: Facets) -> list[Group]:
    """Return the facets that have something to choose, each choice with its address."""
    titles = _titles()
    found = []
    for name, choices in facets.choices.items():
        options = [_option(data, name, choice) for choice in choices]
        options.sort(key=lambda one: not one.chosen)  # stable: what is chosen first, the rest as it was
        if options:
            chosen = any(one.chosen for one in options)
            shown, more = options[:OPEN_CHOICES], options[OPEN_CHOICES:]
            found.append(Group(name, titles[name], shown, more, chosen or name not in _FOLDED))
    return found


def _option(data: QueryDict, name: str, choice: queries.Choice) -> Option:
    if choice.chosen:
        url = without(data, name, choice.value if name == "technology" else None)
    else:
        url = _with(data, name, choice.value, several=name == "technology")
    return Option(choice.label, choice.count, url, choice.chosen)


def _with(data: QueryDict, name: str, value: str, *, several: bool = False) -> str:
    rest = data.copy()
    rest.pop("page", None)
    rest.setlist(name, [*(rest.getlist(name) if several else ()), value])
    return f"?{rest.urlencode()}"


def without(data: QueryDict, name: str, value: str | None = None) -> str:
    """Return the address without a filter, or without one ``value`` of it."""
    rest = data.copy()
    rest.pop("page", None)
    for other in _TOGETHER.get(name, ()):
        rest.pop(other, None)
    if name == "near" and rest.get("ordering") == queries.DISTANCE:
        rest.pop("ordering")
    same = technology_key(value) if value is not None else ""
    kept = [entry for entry in rest.pop(name, []) if value is not None and technology_key(entry) != same]
    rest.setlist(name, kept)
    return f"?{rest.urlencode()}"


def chips(data: QueryDict, filters: Filters, facets: Facets) -> list[tuple[str, str]]:
    """Return what the list is narrowed to, each with the address without it."""
    words: dict[str, Mapping[Any, Any]] = {
        "category": dict(Category.choices),
        "budget_range": dict(BudgetRange.choices),
        "country": dict(countries),
        "status": dict(Status.choices),
        "industry": _labels(facets, "industry"),
        "organization": _labels(facets, "organization"),
        "measured": _labels(facets, "measured"),
    }
    names = ("search", "industry", "category", "measured", "budget_range", "country", "city", "organization", "status")
    found = [
        (str(words.get(name, {}).get(value, value)), without(data, name))
        for name in names
        if (value := getattr(filters, name))
    ]
    found += [(name, without(data, "technology", name)) for name in filters.technology]
    if filters.outcome:
        found.append((str(queries.outcome_filter(filters.outcome)), without(data, "outcome")))
    if filters.near is not None:
        found.append((near_words(filters.near), without(data, "near")))
    return found


def _labels(facets: Facets, name: str) -> dict[str, str]:
    return {one.value: one.label for one in facets.choices.get(name, ())}


def near_words(near: Near) -> str:
    """Return ``within 100 km of Leipzig``."""
    name = near.name or f"{near.point.latitude:.2f}, {near.point.longitude:.2f}"
    return _("within %(distance)s of %(place)s") % {"distance": distance(near.radius_km), "place": name}


def carried(data: QueryDict, own: tuple[str, ...]) -> list[tuple[str, str]]:
    """Return what a form must carry along as hidden fields: all of the address but its ``own`` fields and the page."""
    kept = [(name, values) for name, values in data.lists() if name not in (*own, "page")]
    return [(name, value) for name, values in kept for value in values if value.strip()]
