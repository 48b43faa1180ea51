"""A comparison as its page shows it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from usecases import presenting
from usecases.models import BudgetRange, Category, UseCase
from usecases.outcomes import figure, in_period
from usecases.queries.comparing import Cell, Comparison


def table(found: Comparison) -> dict[str, Any]:
    """Return the table's heads, the rows of its outcomes and those of its facts."""
    return {
        "stories": found.stories,
        "lines": [
            {"line": line, "cells": [_cell(cell) if cell else None for cell in line.cells]} for line in found.lines
        ],
        "facts": _facts(found.stories),
    }


def _cell(cell: Cell) -> dict[str, Any]:
    return {
        "change": figure(cell.change.quantize(_step(cell.change)), "%", signed=True) if cell.change is not None else "",
        "improved": cell.improved,
        "baseline": _shown(cell.baseline, cell.baseline_words),
        "result": _shown(cell.result, cell.result_words),
        "unit": cell.unit,
        "given_unit": cell.given_unit if cell.is_converted else "",
        "period": in_period(cell.period),
    }


def _step(change: Decimal) -> Decimal:
    return Decimal(1) if abs(change) >= 10 else Decimal("0.1")


def _shown(value: Decimal | None, words: str) -> str:
    return figure(value) if value is not None else words


def _facts(stories: list[UseCase]) -> list[tuple[str, list[str]]]:
    """Return the facts at least one story gives: a name, and what each says, empty where it says nothing."""
    rows = [
        (_("Industry"), [presenting.industry(row.industry) for row in stories]),
        (_("Category"), [str(dict(Category.choices).get(row.category, "")) for row in stories]),
        (_("Place"), [presenting.place(row.city, row.country) for row in stories]),
        (_("Budget"), [str(dict(BudgetRange.choices).get(row.budget_range, "")) for row in stories]),
        (_("From decision to running"), [_months(row.timeline_months) for row in stories]),
        (_("Technology"), [", ".join(row.technologies) for row in stories]),
        (_("Supplier"), [row.vendor for row in stories]),
        (_("Published"), [date_format(row.published_at, "j M Y") if row.published_at else "" for row in stories]),
    ]
    return [(name, values) for name, values in rows if any(values)]


def _months(count: int | None) -> str:
    return ngettext("%(count)d month", "%(count)d months", count) % {"count": count} if count else ""
