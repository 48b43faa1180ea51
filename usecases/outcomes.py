"""Outcomes in figures: reading a number out of what was typed, the change it means, the headline."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from usecases.metrics import meant

#: Largest figure that is stored as a number, on either side of nought; what is larger stays words.
LARGEST = Decimal(10) ** 14
MINUS = "\u2212"

#: Words up to this long may stand where a figure would.
SHORT_WORDS = 24

#: Units up to this long stay on the line of their figure.
SHORT_UNIT = 6

_THOUSANDS = re.compile(r"^[+-]?\d{1,3}(?:,\d{3})+(?:\.\d{1,6})?$")
_PLAIN = re.compile(r"^[+-]?\d{1,15}(?:[.,]\d{1,6})?$")
_SIGNS = str.maketrans({MINUS: "-", "–": "-", "٫": ".", "٬": ",", "\u00a0": None, "\u202f": None})

#: Words in the names of metrics people define themselves that say in which direction better lies; standard ones know.
_LOWER = (
    "scrap", "defect", "reject", "rework", "downtime", "stoppage", "failure", "breakdown", "energy",
    "consumption", "electricity", "gas", "water", "cost", "waste", "emission", "co2", "complaint", "accident",
    "injur", "lead", "cycle", "changeover", "setup", "time", "duration", "delay", "backlog", "inventory",
    "stock", "هدر", "عيوب", "أعطال", "توقف", "استهلاك", "طاقة", "تكلفة", "زمن", "انبعاث",
)  # fmt: skip
_HIGHER = (
    "oee", "yield", "output", "throughput", "productivity", "availability", "uptime", "efficiency", "utili",
    "revenue", "sales", "quality", "accuracy", "capacity", "speed", "إنتاج", "كفاءة", "توفر", "جودة", "إيرادات",
)  # fmt: skip
_GAINS = ("saving", "reduction", "improvement")


@dataclass(frozen=True, slots=True)
class Metric:
    """One outcome as its writer words it; ``baseline`` and ``result`` may be figures or words."""

    name: str = ""
    unit: str = ""
    baseline: str = ""
    result: str = ""
    period: str = ""
    method: str = ""

    @property
    def baseline_value(self) -> Decimal | None:
        return number(self.baseline)

    @property
    def result_value(self) -> Decimal | None:
        return number(self.result)

    @property
    def is_empty(self) -> bool:
        return not any((self.name, self.unit, self.baseline, self.result, self.period, self.method))


@dataclass(frozen=True, slots=True)
class Headline:
    """The outcome that is shown biggest.

    ``change`` is the relative change in percent when ``baseline`` and ``result`` are figures, else the figure
    itself in the metric's ``unit``; without figures ``text`` says it in words.
    """

    name: str = ""
    change: Decimal | None = None
    unit: str = ""
    period: str = ""
    text: str = ""
    baseline: Decimal | None = None
    result: Decimal | None = None
    improved: bool | None = None


def number(text: str) -> Decimal | None:
    """Return the number a text is, or ``None``. Takes ``−38``, ``30,000``, ``4,5`` and Arabic digits."""
    plain = text.translate(_SIGNS).strip()
    if _THOUSANDS.match(plain):
        value = Decimal(plain.replace(",", ""))
    elif _PLAIN.match(plain):
        value = Decimal(plain.replace(",", "."))
    else:
        return None
    return value if abs(value) < LARGEST else None


def change_percent(baseline: Decimal | None, result: Decimal | None) -> Decimal | None:
    """Return the relative change in percent (−38 for 8 → 5), or ``None`` when there is none to speak of."""
    if baseline is None or result is None or not baseline:
        return None
    change = (result - baseline) / abs(baseline) * 100
    step = Decimal(1) if abs(change) >= 10 else Decimal("0.1")
    rounded = change.quantize(step, ROUND_HALF_UP)
    return rounded if abs(rounded) < LARGEST else None


def direction(name: str) -> int:
    """Return −1 when less is better for a metric of that name, 1 when more is, 0 when its name does not say."""
    if (definition := meant(name)) is not None:
        return definition.direction
    words = [word.removeprefix("ال") for word in re.findall(r"\w+", name.casefold())]
    if any(word.startswith(_GAINS) for word in words):
        return 1
    higher = any(word.startswith(_HIGHER) for word in words)
    lower = any(word.startswith(_LOWER) for word in words)
    return int(higher) - int(lower)


def improved(metric: Metric) -> bool | None:
    """Say whether a metric moved the right way, as far as its name and figures tell."""
    change = change_percent(metric.baseline_value, metric.result_value)
    if change is None and (metric.result_value or 0) < 0:
        change = metric.result_value
    sign = direction(metric.name)
    return None if not change or not sign else (change > 0) == (sign > 0)


def headline(metrics: tuple[Metric, ...], words: str) -> Headline:
    """Derive the headline from the first metric with a figure, else the first with words, else from ``words``."""
    said = [metric for metric in metrics if metric.name and metric.result]
    top = next((metric for metric in said if metric.result_value is not None), said[0] if said else None)
    if top is None:
        return Headline(text=words[:200])
    change = change_percent(top.baseline_value, top.result_value)
    figure = change if change is not None else top.result_value
    return Headline(
        name=top.name,
        change=figure,
        unit=top.unit,
        period=top.period,
        text="" if figure is not None else " ".join((top.result, top.unit)).strip()[:200],
        baseline=top.baseline_value if change is not None else None,
        result=top.result_value if change is not None else None,
        improved=improved(top),
    )


def figure(value: Decimal, unit: str = "", *, signed: bool = False) -> str:
    """Return a figure as people write it in their language: ``−38 %``, ``30,000 kWh``."""
    shown = value.normalize() if value else Decimal(0)
    places = max(0, -int(shown.as_tuple().exponent)) if shown else 0
    text = number_format(abs(shown), decimal_pos=min(places, 2), use_l10n=True, force_grouping=True)
    sign = MINUS if value < 0 else "+" if signed and value > 0 else ""
    return f"{sign}{text}\u00a0{unit}" if unit else f"{sign}{text}"


def in_period(period: str) -> str:
    """Return a period the way it follows a figure: ``in 6 months``; what is in another script stays as typed."""
    words = _("in %(period)s")
    if not period[:1].isdigit() or period.isascii() != words.isascii():
        return period
    return words % {"period": period}


def outcome_of(row: Any) -> dict[str, Any] | None:
    """Return a row's headline as the ``outcome`` component takes it, ``None`` when it has only words to show.

    ``row`` carries the ``headline_…`` columns. Words as short as a figure ("under 20 minutes") stand like one.
    """
    if not row.headline_name or len(row.headline_text) > SHORT_WORDS:
        return None
    change, period = row.headline_text, in_period(row.headline_period)
    if row.headline_change is not None and row.headline_baseline is not None:
        change = figure(row.headline_change, "%", signed=True)
    elif row.headline_change is not None and len(row.headline_unit) > SHORT_UNIT:
        change, period = figure(row.headline_change), f"{row.headline_unit} {period}".strip()
    elif row.headline_change is not None:
        change = figure(row.headline_change, row.headline_unit)
    return {
        "name": row.headline_name,
        "change": change,
        "period": period,
        "improved": row.headline_improved,
        "baseline": _bare(row.headline_baseline),
        "result": _bare(row.headline_result),
        "unit": row.headline_unit,
    }


def words_of(row: Any) -> str:
    """Return what stands in the headline's place when there is no figure: ``row`` carries its columns."""
    if row.headline_name and row.headline_text:
        return f"{row.headline_name}: {row.headline_text}"
    return str(row.excerpt)


def _bare(value: Decimal | None) -> float | int | None:
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


def json_value(text: str) -> float | int | str | None:
    """Return what was typed as JSON has it: a number when it is one, else the words, ``None`` when empty."""
    value = number(text)
    return _bare(value) if value is not None else text or None
