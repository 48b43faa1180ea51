"""Things within a radius, and how far away each is, on a sphere.

The distance is the great-circle distance by the haversine formula, with Earth's mean radius R = 6371.0088 km::

    d = 2 R asin √( sin²(Δφ/2) + cos φ₁ · cos φ₂ · sin²(Δλ/2) )

(φ latitudes, λ longitudes). Against the ellipsoid it is off by at most 0.6 %, which nobody notices who looks for a
factory to visit. So that not every row is measured, rows outside a box around the circle are left out first, by an
index over latitude and longitude. With the angular radius r = d/R the box reaches from φ − r to φ + r, and
Δλ = asin(sin r / cos φ) to the east and west: the meridians that touch the circle, which lie further out than those
through its middle. A circle that holds a pole has every longitude; one across the date line is two boxes.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from django.db.models import F, FloatField, Q, QuerySet, Value
from django.db.models.functions import ASin, Cos, Least, Power, Radians, Sin, Sqrt

#: Mean radius of the Earth (IUGG), in kilometres.
EARTH_KM = 6371.0088
#: Nothing is further away: half of Earth's circumference, in kilometres.
FURTHEST_KM = math.pi * EARTH_KM
#: What rounding may take off a box, in degrees; about 0.1 m.
_SLACK = 1e-6


@dataclass(frozen=True, slots=True)
class Point:
    """A place on Earth in degrees: latitude −90 to 90, longitude −180 to 180."""

    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class Box:
    """Latitudes from ``south`` to ``north``, and one or two spans of longitudes (west, east); in degrees."""

    south: float
    north: float
    spans: tuple[tuple[float, float], ...]

    def holds(self, point: Point) -> bool:
        """Say whether a point lies within."""
        if not self.south <= point.latitude <= self.north:
            return False
        return any(west <= point.longitude <= east for west, east in self.spans)


def box_around(center: Point, radius_km: float) -> Box:
    """Return a box that holds every point at most ``radius_km`` from ``center``."""
    angle = max(radius_km, 0.0) / EARTH_KM
    reach = math.degrees(angle) + _SLACK
    south, north = center.latitude - reach, center.latitude + reach
    if south <= -90 or north >= 90:
        return Box(max(south, -90.0), min(north, 90.0), ((-180.0, 180.0),))
    ratio = math.sin(angle) / math.cos(math.radians(center.latitude))
    spread = math.degrees(math.asin(min(1.0, ratio))) + _SLACK / math.cos(math.radians(center.latitude))
    return Box(south, north, _spans(center.longitude - spread, center.longitude + spread))


def _spans(west: float, east: float) -> tuple[tuple[float, float], ...]:
    if east - west >= 360:
        return ((-180.0, 180.0),)
    if west < -180:
        return ((west + 360, 180.0), (-180.0, east))
    if east > 180:
        return ((west, 180.0), (-180.0, east - 360))
    return ((west, east),)


def distance_km(one: Point, other: Point) -> float:
    """Return the great-circle distance in kilometres (haversine, see above)."""
    up = math.radians(other.latitude - one.latitude)
    along = math.radians(other.longitude - one.longitude)
    flat = math.cos(math.radians(one.latitude)) * math.cos(math.radians(other.latitude))
    chord = math.sin(up / 2) ** 2 + flat * math.sin(along / 2) ** 2
    return 2 * EARTH_KM * math.asin(min(1.0, math.sqrt(chord)))


def distance_from(center: Point, latitude: str = "latitude", longitude: str = "longitude") -> Any:
    """Return :func:`distance_km` as an expression over two columns in degrees; null where they are."""
    phi, lam = Radians(F(latitude)), Radians(F(longitude))
    up = Power(Sin((phi - Value(math.radians(center.latitude))) / Value(2.0)), Value(2.0))
    along = Power(Sin((lam - Value(math.radians(center.longitude))) / Value(2.0)), Value(2.0))
    chord = up + Value(math.cos(math.radians(center.latitude))) * Cos(phi) * along
    # LEAST skips nulls, so the sum outside it is what keeps a row without a position without a distance.
    half = ASin(Least(Value(1.0), Sqrt(chord, output_field=FloatField()), output_field=FloatField()))
    return Value(2 * EARTH_KM) * half + Value(0.0) * F(latitude)


def within(rows: QuerySet[Any], center: Point, radius_km: float) -> QuerySet[Any]:
    """Return the rows at most ``radius_km`` away, each with its ``distance_km``, in the order they had.

    The rows' table has columns ``latitude`` and ``longitude`` with an index over both. Rows without are left out.
    """
    box = box_around(center, radius_km)
    spans = Q()
    for west, east in box.spans:
        spans |= Q(longitude__gte=west, longitude__lte=east)
    boxed: QuerySet[Any] = rows.filter(spans, latitude__gte=box.south, latitude__lte=box.north)
    measured: QuerySet[Any] = boxed.annotate(distance_km=distance_from(center))
    return measured.filter(distance_km__lte=radius_km)
