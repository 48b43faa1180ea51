"""Where a story happened: its coordinates follow its city, unless somebody gave them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from p2psandbox.platform.places.queries import position_of
from usecases.content import Content


def placed(before: Content, after: Content, given: object) -> Content:
    """Return ``after`` with the coordinates of its city where an edit (``given``, a location) left them open.

    Coordinates given stay as they are, also when they were given as nothing. When the city or country changed, those
    of the one before do not stay. A city nobody knows has none.
    """
    told = isinstance(given, Mapping) and ("latitude" in given or "longitude" in given)
    if told or (after.city, after.country) == (before.city, before.country):
        return after
    point = position_of(after.city, after.country)
    if point is None:
        return replace(after, latitude=None, longitude=None)
    return replace(after, latitude=point.latitude, longitude=point.longitude)
