"""Narrowing a list by what came of stories: ``scrap_rate:lt:-20``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from p2psandbox.platform.errors import Invalid
from usecases.metrics import Definition, definitions
from usecases.models import UseCaseMetric
from usecases.outcomes import figure

#: What may stand between metric and figure, and what it means for a change in percent.
COMPARISONS = ("lt", "lte", "gt", "gte")
_EXPRESSION = re.compile(r"([a-z0-9_]{1,40}):([a-z]{1,3}):([-+]?\d{1,6}(?:\.\d{1,4})?)")


@dataclass(frozen=True, slots=True)
class OutcomeFilter:
    """Stories in which a standard metric changed by less or more than so many percent."""

    definition: Definition
    comparison: str
    change: Decimal

    @property
    def condition(self) -> Exists:
        """The condition on a row of the catalogue, served by an index over key and change."""
        limit = {f"change__{self.comparison}": self.change}
        rows = UseCaseMetric.objects.filter(use_case=OuterRef("pk"), key=self.definition.key, **limit)
        return Exists(rows)

    @property
    def by(self) -> Decimal | None:
        """How much better at least, in percent, as the page asks for it; ``None`` for other comparisons."""
        better = self.comparison.startswith("lt" if self.definition.direction < 0 else "gt")
        return abs(self.change) if better and self.change * self.definition.direction >= 0 else None

    def __str__(self) -> str:
        """In words: ``Scrap rate −20 % or better``."""
        name, change = self.definition.name, figure(self.change, "%", signed=True)
        if self.by is not None:
            return _("%(name)s %(change)s or better") % {"name": name, "change": change}
        at_most = self.comparison.startswith("lt")
        words = _("%(name)s at most %(change)s") if at_most else _("%(name)s at least %(change)s")
        return words % {"name": name, "change": change}


def outcome_filter(text: str) -> OutcomeFilter:
    """Return what an expression asks for. Raises ``Invalid`` (``outcome``) that says what is allowed."""
    found = _EXPRESSION.fullmatch(text.strip())
    definition = definitions().get(found[1]) if found else None
    if found is None or definition is None or found[2] not in COMPARISONS:
        raise Invalid({"outcome": _not_understood()})
    return OutcomeFilter(definition, found[2], Decimal(found[3]))


def _not_understood() -> str:
    text = _(
        "Write metric:comparison:percent, such as scrap_rate:lt:-20. "
        "Comparisons: %(comparisons)s. Metrics: %(metrics)s."
    )
    return text % {"comparisons": ", ".join(COMPARISONS), "metrics": ", ".join(definitions())}


def expression(metric: str, by: str) -> str:
    """Return the expression for a metric that got better by so many percent or more; empty for no metric."""
    definition = definitions().get(metric)
    if definition is None:
        return metric
    amount = by.strip().lstrip("-+\u2212") or "0"
    return f"{metric}:{'lte:-' if definition.direction < 0 else 'gte:'}{amount}"
