"""Two versions of a story side by side, field by field, in words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from organizations.models import Industry
from p2psandbox.platform.differences import Piece, difference
from p2psandbox.platform.errors import Message
from usecases.content import RICH, Content
from usecases.forms.steps import label_of
from usecases.models import BudgetRange, Category, Visibility
from usecases.outcomes import Metric, in_period
from usecases.presenting import place


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field that says something else now, with what went and what came."""

    label: Message
    pieces: list[Piece]


def field_changes(before: Content, after: Content) -> list[FieldChange]:
    """Return the fields in which two versions differ, in the order of the three pages."""
    found = []
    for name, words in _FIELDS.items():
        old, new = words(before), words(after)
        if old != new:
            found.append(FieldChange(label_of(name), difference(old, new)))
    return found


def _metrics(content: Content) -> str:
    return "\n".join(_metric(one) for one in content.metrics)


def _metric(one: Metric) -> str:
    figures = " → ".join(part for part in (one.baseline, one.result) if part)
    parts = (f"{one.name}: {figures} {one.unit}".strip(), in_period(one.period) if one.period else "", one.method)
    return ", ".join(part for part in parts if part)


def _chosen(name: str, choices: Any) -> Callable[[Content], str]:
    return lambda content: str(dict(choices).get(getattr(content, name), ""))


def _rich(name: str) -> Callable[[Content], str]:
    return lambda content: str(getattr(content, name).text)


_FIELDS: dict[str, Callable[[Content], str]] = {
    "title": lambda content: content.title,
    "category": _chosen("category", Category.choices),
    "industry": _chosen("industry", Industry.choices),
    "location.city": lambda content: place(content.city, content.country),
    "location.site": lambda content: content.site,
    **{name: _rich(name) for name in RICH},
    "technologies": lambda content: ", ".join(content.technologies),
    "summary": lambda content: content.summary,
    "budget_range": _chosen("budget_range", BudgetRange.choices),
    "metrics.0.name": _metrics,
    "vendor": lambda content: content.vendor,
    "timeline_months": lambda content: str(content.timeline_months or ""),
    "lessons": lambda content: "\n".join(content.lessons),
    "visibility": _chosen("visibility", Visibility.choices),
}
