"""Units people measure in, and exact conversions between those of one dimension.

Factors are exact: to the SI's unit of the dimension, by definition (an hour is 3600 s, a kilowatt-hour 3.6 MJ), as
published by the BIPM (The International System of Units, 9th edition) and, for pounds, gallons and feet, in the
international agreement of 1959. A dimension made of two is written ``energy/count``.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import lru_cache

#: dimension: {factor to its base: spellings, the first of which is how it is shown}
_UNITS: dict[str, dict[str, tuple[str, ...]]] = {
    "time": {
        "1": ("s", "sec", "secs", "second", "seconds", "ثانية", "ثوان", "ثواني"),
        "60": ("min", "mins", "minute", "minutes", "دقيقة", "دقائق"),
        "3600": ("h", "hr", "hrs", "hour", "hours", "ساعة", "ساعات"),
        "86400": ("days", "d", "day", "يوم", "أيام", "ايام"),
        "604800": ("weeks", "wk", "week", "أسبوع", "أسابيع"),
    },
    "energy": {
        "1": ("J", "joule", "joules"),
        "1000": ("kJ", "kilojoule", "kilojoules"),
        "1000000": ("MJ", "megajoule", "megajoules", "ميجاجول"),
        "1000000000": ("GJ", "gigajoule", "gigajoules"),
        "3600": ("Wh", "watt hour", "watt hours"),
        "3600000": ("kWh", "kilowatt hour", "kilowatt hours", "كيلوواط ساعة", "كيلو واط ساعة"),
        "3600000000": ("MWh", "megawatt hour", "megawatt hours", "ميجاواط ساعة", "ميغاواط ساعة"),
        "3600000000000": ("GWh", "gigawatt hour", "gigawatt hours"),
    },
    "mass": {
        "0.001": ("g", "gram", "grams", "غرام", "جرام"),
        "1": ("kg", "kgs", "kilo", "kilos", "kilogram", "kilograms", "كغ", "كجم", "كيلوغرام", "كيلوجرام"),
        "1000": ("t", "ton", "tons", "tonne", "tonnes", "طن", "أطنان"),
        "0.45359237": ("lb", "lbs", "pound", "pounds"),
    },
    "volume": {
        "0.001": ("ml", "millilitre", "millilitres", "milliliter", "milliliters"),
        "1": ("l", "litre", "litres", "liter", "liters", "لتر", "ليتر"),
        "1000": ("m³", "m3", "cubic metre", "cubic metres", "cubic meter", "cubic meters", "متر مكعب", "م³"),
        "3.785411784": ("US gal", "gal", "gallon", "gallons", "us gallon", "us gallons"),
    },
    "length": {
        "0.001": ("mm",),
        "0.01": ("cm",),
        "1": ("m", "metre", "metres", "meter", "meters", "متر"),
        "1000": ("km",),
        "0.3048": ("ft", "foot", "feet"),
    },
    "power": {
        "1": ("W", "watt", "watts"),
        "1000": ("kW", "kilowatt", "kilowatts", "كيلوواط"),
        "1000000": ("MW", "megawatt", "megawatts"),
    },
    "share": {
        "1": ("%", "percent", "per cent", "pct", "percentage", "٪", "بالمئة", "بالمائة", "في المئة"),
        "0.1": ("‰", "permille"),
        "0.0001": ("ppm", "dppm", "parts per million"),
    },
    "count": {
        "1": (
            "units", "unit", "piece", "pieces", "pc", "pcs", "part", "parts", "item", "items", "product", "products",
            "bottle", "bottles", "قطعة", "قطع", "وحدة", "وحدات",
        ),
        "1000": ("thousand units", "1000 units", "1,000 units"),
    },
    "event": {
        "1": (
            "accidents", "accident", "incidents", "incident", "injuries", "injury", "cases", "case", "stops", "stop",
            "stoppages", "failures", "failure", "breakdowns", "complaints", "complaint", "times", "حوادث", "حادث",
            "إصابات", "إصابة", "شكاوى", "شكوى", "أعطال", "عطل",
        ),
    },
}  # fmt: skip
#: Currencies are dimensions of their own: what a euro is in dollars changes by the day.
_CURRENCIES = {
    "EUR": ("€", "euro", "euros", "يورو"), "USD": ("$", "us$", "dollar", "dollars", "دولار"), "GBP": ("£",),
    "JOD": ("دينار", "دينار أردني"), "EGP": ("جنيه", "جنيه مصري"), "SAR": ("ريال", "ريال سعودي"),
    "AED": ("درهم",), "MAD": (), "TND": (), "TRY": ("₺", "tl"), "INR": ("₹",), "MXN": (), "BRL": (), "CNY": ("¥",),
    "CHF": (), "PLN": (), "ZAR": (), "NGN": (), "KES": (),
}  # fmt: skip
_PERIODS = {"month": "month", "months": "month", "شهر": "month", "year": "year", "years": "year", "سنة": "year",
            "shift": "shift", "shifts": "shift", "وردية": "shift", "week": "week", "day": "day"}  # fmt: skip
#: Case tells milli from mega; everywhere else people write as they like.
_CASED = {"MJ", "MW", "MWh", "GJ", "GWh"}


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit that is known: how it is shown, its dimension, and its factor to the base unit of that."""

    symbol: str
    dimension: str
    factor: Fraction


def _fold(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).replace("³", "3").replace("²", "2")
    return " ".join(plain.casefold().replace(".", "").replace("-", " ").split())


def _table() -> dict[str, Unit]:
    found = {
        _fold(name): Unit(names[0], dimension, Fraction(factor))
        for dimension, units in _UNITS.items()
        for factor, names in units.items()
        for name in names
    }
    for code, names in _CURRENCIES.items():
        unit = Unit(code, f"money {code}", Fraction(1))
        found |= {_fold(name): unit for name in (code, *names)}
    return found


_KNOWN = _table()
_SLASH = re.compile(r"\s*(?:/|\bper\b|\bلكل\b)\s*", re.IGNORECASE)


@lru_cache(maxsize=4096)
def unit_of(text: str) -> Unit | None:
    """Return the unit a text means (``kWh per unit``, ``hours/month``, ``٪``), ``None`` for one nobody knows."""
    if (whole := _single(text)) is not None:
        return whole
    parts = _SLASH.split(text.strip())
    if len(parts) != 2:
        return None
    above, below = _single(parts[0]), _below(parts[1])
    if above is None or below is None:
        return None
    return Unit(f"{above.symbol}/{below.symbol}", f"{above.dimension}/{below.dimension}", above.factor / below.factor)


def _single(text: str) -> Unit | None:
    folded = _fold(text.replace("CO2e", "").replace("CO2", "").replace("CO₂", "") if text else "")
    return _KNOWN.get(folded)


def _below(text: str) -> Unit | None:
    """What stands below a slash: one thing, or a stretch of the calendar, which has no exact length."""
    if (period := _PERIODS.get(_fold(text))) is not None:
        return Unit(period, period, Fraction(1))
    unit = _single(text)
    if unit is not None and unit.dimension == "count" and unit.factor == 1:
        return Unit("unit", "count", Fraction(1))
    if unit is not None and unit.dimension == "time":
        singular = {"days": "day", "weeks": "week"}.get(unit.symbol, unit.symbol)
        return Unit(singular, "time", unit.factor)
    return unit


def converted(value: Decimal, given: Unit, wanted: Unit) -> Decimal | None:
    """Return a figure in another unit, to six decimal places; ``None`` across dimensions."""
    if given.dimension != wanted.dimension:
        return None
    exact = Fraction(value) * given.factor / wanted.factor
    places = Decimal("0.000001")
    return (Decimal(exact.numerator) / Decimal(exact.denominator)).quantize(places, ROUND_HALF_UP)
