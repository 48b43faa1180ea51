"""What a list can be narrowed by, each choice with the number of stories it leads to.

A facet's numbers respect everything else the list is narrowed to, but not what is chosen in the facet itself, so that
one can change one's mind; technologies add up, so theirs respect the chosen ones too. One statement counts all facets
and the list itself; for what is not somebody's own it is kept until any story changes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from django.core.cache import cache
from django.core.exceptions import EmptyResultSet
from django.db import connection, transaction
from django.db.models import BooleanField, ExpressionWrapper
from django_countries import countries

from organizations.models import Industry
from p2psandbox.platform.permissions import Actor, Permission, allows
from usecases.content import technology_key
from usecases.metrics import definitions
from usecases.models import BudgetRange, Category
from usecases.queries.listing import Filters, candidates, choices

#: How long numbers are kept while no story changes, in seconds.
KEPT_SECONDS = 300
#: Most technologies, metrics and organizations offered, the most frequent first.
MOST = 40
_GENERATION = "usecases:library"
_COLUMNS = ("id", "organization_id", "industry", "category", "country", "budget_range", "technologies")
#: In the order they are shown.
NAMES = ("industry", "technology", "category", "measured", "budget_range", "country", "organization")


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing to narrow a list to, and how many stories are left then."""

    value: str
    label: str
    count: int
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Facets:
    """The choices by facet, in the order of :data:`NAMES`, and how many stories the list has as it is."""

    total: int = 0
    choices: dict[str, list[Choice]] = field(default_factory=dict)


def facets(actor: Actor, filters: Filters) -> Facets:
    """Return what this list can be narrowed to further, for this reader: at most one statement."""
    key = _key(actor, filters)
    counted: list[tuple[str, str, str, int]] | None = cache.get(key) if key else None
    if counted is None:
        counted = _count(actor, filters)
        if key:
            cache.set(key, counted, KEPT_SECONDS)
    found: dict[str, list[Choice]] = {name: [] for name in NAMES}
    total = 0
    words = {name: _words(name) for name in NAMES}
    for name, value, label, count in counted:
        if name == "total":
            total = count
        else:
            called = str(words[name].get(value, label or value))
            found[name].append(Choice(value, called, count, _is_chosen(filters, name, value)))
    for name, values in found.items():
        alphabet = name in ("industry", "category", "country")
        values.sort(key=lambda one: (one.label.casefold(),) if alphabet else (-one.count, one.label.casefold()))
    ranges = [str(value) for value in BudgetRange.values]
    found["budget_range"].sort(key=lambda one: ranges.index(one.value) if one.value in ranges else len(ranges))
    return Facets(total, found)


def library_changed() -> None:
    """Forget all kept numbers once the present transaction is through: a story came, went or says something else."""
    transaction.on_commit(lambda: cache.set(_GENERATION, uuid4().hex, None))


def _key(actor: Actor, filters: Filters) -> str:
    """Return what the numbers are kept under; empty for what depends on the very person."""
    if filters.mine or filters.bookmarked or filters.status or filters.drafts:
        return ""
    reader = int(allows(actor, Permission.READ_MEMBERS_AREA))
    asked = hashlib.sha256(repr(filters).encode()).hexdigest()
    return f"usecases:facets:{cache.get(_GENERATION, '')}:{reader}:{asked}"


def _words(name: str) -> Mapping[Any, Any]:
    """Return what the values of a facet are called in the reader's language."""
    if name == "country":
        return dict(countries)
    if name == "measured":
        return {key: definition.name for key, definition in definitions().items()}
    kinds = {"industry": Industry, "category": Category, "budget_range": BudgetRange}
    return dict(kinds[name].choices) if name in kinds else {}


def _is_chosen(filters: Filters, name: str, value: str) -> bool:
    if name == "technology":
        return value in [technology_key(one) for one in filters.technology]
    chosen = str(getattr(filters, name))
    return chosen.casefold() == value.casefold() if name == "measured" else chosen == value


def _count(actor: Actor, filters: Filters) -> list[tuple[str, str, str, int]]:
    """Count everything in one statement over the candidates, each marked with the facets it agrees with."""
    wanted = choices(filters)
    rows = candidates(actor, filters).order_by()
    marks = {f"in_{name}": ExpressionWrapper(condition, BooleanField()) for name, condition in wanted.items()}
    rows = rows.annotate(**marks).values(*_COLUMNS, "technology_keys", *marks)
    try:
        inner, params = rows.query.sql_with_params()
    except EmptyResultSet:
        return []
    # What is put in are names of ours and the statement the ORM made; every value is a parameter.
    union = " UNION ALL ".join(f"({_statement(name, wanted)})" for name in ("total", *NAMES))
    statement = f"WITH found AS MATERIALIZED ({inner}) {union}"
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return [(name, str(value), label, count) for name, value, label, count in cursor.fetchall()]


def _statement(name: str, wanted: Mapping[str, Any]) -> str:
    agreeing = [f"in_{other}" for other in wanted if other != name or name == "technology"]
    where = " AND ".join(agreeing) or "TRUE"
    return _SELECT.get(name, _PLAIN).format(name=name, where=where, most=MOST)


_PLAIN = "SELECT '{name}', {name}, '', count(*) FROM found WHERE {where} AND {name} <> '' GROUP BY 2"
_SELECT = {
    "total": "SELECT 'total', '', '', count(*) FROM found WHERE {where}",
    "technology": (
        "SELECT 'technology', one.key, min(one.name), count(*)"
        " FROM found, unnest(technology_keys, technologies) AS one (key, name)"
        " WHERE {where} GROUP BY one.key ORDER BY 4 DESC, 2 LIMIT {most}"
    ),
    "measured": (
        "SELECT 'measured', coalesce(nullif(one.key, ''), lower(one.name)), min(one.name), count(DISTINCT found.id)"
        " FROM found JOIN usecases_usecasemetric one ON one.use_case_id = found.id"
        " WHERE {where} AND one.name <> '' GROUP BY 2 ORDER BY 4 DESC, 2 LIMIT {most}"
    ),
    "organization": (
        "SELECT 'organization', one.slug, one.name, count(*)"
        " FROM found JOIN organizations_organization one ON one.id = found.organization_id"
        " WHERE {where} GROUP BY one.slug, one.name ORDER BY 4 DESC, 3 LIMIT {most}"
    ),
}
