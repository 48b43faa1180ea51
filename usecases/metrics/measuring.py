"""What is stored with a metric of a story: which standard one it is, and by how much it changed."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext as _

from usecases.metrics.definitions import Definition, meant, named
from usecases.metrics.units import Unit, unit_of

_LARGEST = Decimal(10) ** 14
_PLACES = Decimal("0.0001")


@dataclass(frozen=True, slots=True)
class Measured:
    """``key`` of the standard metric, empty for one of one's own; ``change`` in percent of the baseline."""

    key: str
    change: Decimal | None


def measured(name: str, unit: str, baseline: Decimal | None, result: Decimal | None) -> Measured:
    """Return what a metric is and how it changed: ``(result − baseline) / |baseline| × 100``.

    Without a baseline, a result in percent is the change itself where the metric has no percent of its own, or where
    it is negative, as no level is; which way a bare "12 %" points is not guessed where less is better.
    """
    definition = meant(name)
    known = unit_of(unit)
    relative = known is not None and known.dimension == "share"
    if definition is not None and known is not None and not relative and not definition.takes(known.dimension):
        definition = None  # "downtime cost" in EUR is no downtime
    change = _change(baseline, result)
    if change is None and baseline is None and result is not None and relative:
        change = _stated(definition, result)
    return Measured(definition.key if definition else "", change)


def _change(baseline: Decimal | None, result: Decimal | None) -> Decimal | None:
    if baseline is None or result is None or not baseline:
        return None
    return _kept((result - baseline) / abs(baseline) * 100)


def _stated(definition: Definition | None, result: Decimal) -> Decimal | None:
    if result < 0:
        return _kept(result)
    level = definition is None or definition.takes("share")
    return _kept(result) if not level and definition is not None and definition.direction > 0 else None


def _kept(change: Decimal) -> Decimal | None:
    return change.quantize(_PLACES, ROUND_HALF_UP) if abs(change) < _LARGEST else None


def problems(name: str, unit: str, baseline: Decimal | None, result: Decimal | None) -> dict[str, str]:
    """Return what makes no sense of a metric that is named like a standard one, by field.

    Only such a name is judged: what somebody measures beside the standard ones is theirs to define.
    """
    definition = named(name)
    if definition is None:
        return {}
    known = unit_of(unit)
    change = baseline is None and known is not None and known.dimension == "share"
    if known is not None and not change and not definition.takes(known.dimension):
        text = _(
            "%(unit)s cannot be compared with %(usual)s, which %(name)s is measured in. Change the unit or the name."
        )
        return {"unit": text % {"unit": unit, "usual": definition.unit, "name": definition.name}}
    found = {}
    for field, value in (("baseline", baseline), ("result", result)):
        if value is not None and not change and (said := _absurd(definition, known, value)):
            found[field] = said
    return found


def _absurd(definition: Definition, known: Unit | None, value: Decimal) -> str:
    if definition.least is not None and value < definition.least:
        return _("%(name)s cannot be below %(least)s. Enter what was measured before and after, not the change.") % {
            "name": definition.name,
            "least": definition.least,
        }
    share = known is not None and known.dimension == "share"
    if definition.most is not None and share and known is not None:
        most = Decimal(definition.most) / Decimal(known.factor.numerator) * Decimal(known.factor.denominator)
        if value > most:
            return _("%(name)s cannot be above %(most)s %(unit)s.") % {
                "name": definition.name,
                "most": f"{most.normalize():f}",
                "unit": known.symbol,
            }
    return ""


def base_unit(definition: Definition) -> Unit | None:
    """Return the unit a standard metric is usually given in."""
    return unit_of(definition.unit)
