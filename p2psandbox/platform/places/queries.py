"""Finding cities by name."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Left
from django.utils.translation import get_language

from p2psandbox.platform import cachetags
from p2psandbox.platform.places.models import CITIES, City, CityName
from p2psandbox.platform.places.names import is_arabic, key_of
from p2psandbox.platform.places.radius import Point

#: Most cities offered for what was typed.
MOST = 10
#: Names read to find as many cities: the names of a large city stand together, each in several spellings.
_NAMES_READ = 400
#: Seconds for which is kept what a beginning finds, unless cities are loaded anew.
_KEPT_FOR = 3600
_COLUMNS = [field.attname for field in City._meta.concrete_fields]


@dataclass(frozen=True, slots=True)
class Found:
    """A city, and what to call it for whoever typed: in Arabic where they wrote or read Arabic."""

    city: City
    name: str


def cities(text: str, country: str = "") -> list[Found]:
    """Return at most :data:`MOST` cities one of whose names begins with ``text``, the largest first.

    Capitals, accents, hyphens and Arabic letter forms make no difference. ``country`` is a two-letter code. Two
    statements where nobody typed the same of late. Nothing is found for an empty text.
    """
    key, country = key_of(text), country.upper()
    if not key:
        return []
    asked = hashlib.blake2b(f"{country}:{key}".encode(), digest_size=16).hexdigest()
    rows = cachetags.cached(
        f"places:cities:{asked}", make=lambda: _largest(key, country), tags=(CITIES,), seconds=_KEPT_FOR
    )
    arabic = is_arabic(text.strip()) or get_language() == "ar"
    found = [City.from_db(None, _COLUMNS, row) for row in rows]
    return [Found(city, city.name_ar if arabic and city.name_ar else city.name) for city in found]


def _largest(key: str, country: str) -> list[tuple[Any, ...]]:
    """Return the columns of the largest cities that are called so, in the order of the table's."""
    names = _beginning_with(key)
    if country:
        names = names.filter(country=country)
    # The order by population comes from an index, so reading stops after a few names.
    ids = _first_of_each(names.order_by("-population").values_list("city_id", flat=True)[:_NAMES_READ])
    return list(City.objects.filter(pk__in=ids).order_by("-population", "pk").values_list(*_COLUMNS))


def _beginning_with(key: str) -> QuerySet[CityName]:
    """Return the names that begin so, by their first letters where an index has these in order of size."""
    length = min(len(key), 3)
    names = CityName.objects.alias(first=Left("key", length)).filter(first=key[:length])
    return names.filter(key__startswith=key) if len(key) > length else names


def _first_of_each(ids: Iterable[int]) -> list[int]:
    return list(dict.fromkeys(ids))[:MOST]


def city_named(name: str, country: str = "") -> City | None:
    """Return the largest city of exactly this name, in any spelling known, or ``None``."""
    key = key_of(name)
    if not key:
        return None
    named = CityName.objects.filter(city=OuterRef("pk"), key=key)
    rows = City.objects.filter(Exists(named))
    if country:
        rows = rows.filter(country=country.upper())
    return rows.order_by("-population", "pk").first()


def spellings(name: str, country: str = "") -> list[str]:
    """Return the folded names of all cities of this name, itself included: ``cairo`` → also ``al qahira``."""
    key = key_of(name)
    cities_of_name = CityName.objects.filter(key=key)
    if country:
        cities_of_name = cities_of_name.filter(country=country.upper())
    keys = CityName.objects.filter(city_id__in=cities_of_name.values("city_id")).values_list("key", flat=True)
    return sorted({key, *keys}) if key else []


def position_of(city: str, country: str) -> Point | None:
    """Return where a city lies, for a name typed with its country; ``None`` where no such city is known."""
    found = city_named(city, country) if city and country else None
    return Point(found.latitude, found.longitude) if found else None
