"""Near where: a pair of coordinates, or the name of a city."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

from p2psandbox.platform.errors import Invalid
from p2psandbox.platform.places.queries import cities, city_named
from p2psandbox.platform.places.radius import FURTHEST_KM, Point

#: What is near if nobody says, and the furthest anything can be, in kilometres.
DEFAULT_KM = 100
MOST_KM = round(FURTHEST_KM)
_PAIR = re.compile(r"^\s*([+-]?\d{1,3}(?:\.\d{1,12})?)\s*,\s*([+-]?\d{1,3}(?:\.\d{1,12})?)\s*$")
_NUMBERS = re.compile(r"^[\s\d.,;+-]+$")


@dataclass(frozen=True, slots=True)
class Near:
    """A place and how far around it, in kilometres; ``name`` is the city's, empty for coordinates."""

    point: Point
    radius_km: float = DEFAULT_KM
    name: str = ""


def near(text: str, radius_km: float | None = None) -> Near | None:
    """Return the place meant by ``lat,lng`` in degrees or by a city's name (the largest one of that name, or one
    that begins so); ``None`` for an empty text.

    One statement for a name, a second one where no city is called exactly so. Raises ``Invalid`` for coordinates
    off the globe, a radius below 0 or beyond half the Earth, and a city nobody knows.
    """
    text = text.strip()
    if not text:
        return None
    reach = DEFAULT_KM if radius_km is None else radius_km
    if not 0 <= reach <= MOST_KM:
        raise Invalid({"radius_km": _("Enter between 0 and %(most)d km.") % {"most": MOST_KM}})
    if pair := _PAIR.match(text):
        latitude, longitude = float(pair[1]), float(pair[2])
        if abs(latitude) <= 90 and abs(longitude) <= 180:
            return Near(Point(latitude, longitude), reach)
    if _NUMBERS.match(text):
        raise Invalid({"near": _("Enter latitude and longitude in degrees, such as 51.34,12.37, or a city.")})
    city = city_named(text) or next((found.city for found in cities(text)), None)
    if city is None:
        raise Invalid({"near": _("We know no city of that name.")})
    return Near(Point(city.latitude, city.longitude), reach, city.name)
