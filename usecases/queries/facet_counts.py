"""What lists can be narrowed by."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.core.cache import cache
from django_countries import countries

from organizations.models import Industry, Organization
from p2psandbox.platform.permissions import Actor, Permission, allows
from usecases.content import technology_key
from usecases.models import (
    Category,
    Status,
    UseCase,
    Visibility,
)

#: How long the choices of the filters may lag behind, in seconds.
FACETS_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Facets:
    """The choices a reader's filters offer: (value, words) each, only what leads somewhere."""

    industries: list[tuple[str, str]] = field(default_factory=list)
    categories: list[tuple[str, str]] = field(default_factory=list)
    countries: list[tuple[str, str]] = field(default_factory=list)
    technologies: list[str] = field(default_factory=list)
    organizations: list[tuple[str, str]] = field(default_factory=list)


def facets(actor: Actor) -> Facets:
    """Return what published stories can be filtered by, for this kind of reader."""
    members = allows(actor, Permission.READ_MEMBERS_AREA)
    key = f"usecases:facets:{int(members)}"
    found: dict[str, Any] | None = cache.get(key)
    if found is None:
        found = _facets(members)
        cache.set(key, found, FACETS_SECONDS)
    industries, categories, places = dict(Industry.choices), dict(Category.choices), dict(countries)
    return Facets(
        industries=_named(found["industry"], industries),
        categories=_named(found["category"], categories),
        countries=_named(found["country"], places),
        technologies=found["technologies"],
        organizations=found["organizations"],
    )


def _named(values: Iterable[str], names: dict[Any, Any]) -> list[tuple[str, str]]:
    return sorted(((value, str(names[value])) for value in values if value in names), key=lambda pair: pair[1])


def _facets(members: bool) -> dict[str, Any]:
    rows = UseCase.objects.alive().filter(status=Status.PUBLISHED)
    if not members:
        rows = rows.filter(visibility=Visibility.PUBLIC)
    found: dict[str, Any] = {"industry": set(), "category": set(), "country": set()}
    technologies: dict[str, list[Any]] = {}
    for industry, category, country, names in rows.values_list("industry", "category", "country", "technologies"):
        found["industry"].add(industry)
        found["category"].add(category)
        found["country"].add(country)
        for name in names:
            technologies.setdefault(technology_key(name), [0, name])[0] += 1
    most = sorted(technologies.values(), key=lambda entry: (-entry[0], entry[1]))[:100]
    companies = Organization.objects.filter(pk__in=rows.values("organization_id")).order_by("name")[:500]
    found["technologies"] = [name for _count, name in most]
    found["organizations"] = list(companies.values_list("slug", "name"))
    return found
