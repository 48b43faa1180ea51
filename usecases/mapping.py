"""Stories on a drawn map: where each stands on the sheet, which stand together, and what part of the world is shown.

The sheet is the plate carrée: two units a degree, longitude to the right, latitude up. It keeps neither areas nor
angles, but a place is where its coordinates say, and the lines of the graticule are straight.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import hypot, inf

from django.utils.translation import ngettext

from usecases.models import UseCase
from usecases.presenting import place

#: Units a degree, and the sheet: the whole world but Antarctica, where nobody makes anything.
SCALE = 2
WIDTH, HEIGHT = 720, 300
#: Part of the sheet's width within which points are one mark, and the narrowest part that is shown, in units.
_TOGETHER = 0.03
_NARROWEST = 72
#: How far around a mark it can be hit, as a part of the width: 24 px across on the narrowest phones, or halfway to
#: the next mark where that is nearer.
_REACH = 0.034


@dataclass(slots=True)
class Spot:
    """Stories that fall together on the sheet, with the mark's place and size in units."""

    x: float
    y: float
    number: int
    stories: list[UseCase] = field(default_factory=list)
    radius: float = 0.0
    font: float = 0.0
    reach: float = 0.0

    @property
    def names(self) -> str:
        """The places it stands for, at most three."""
        names = list(dict.fromkeys(place(row.city, row.country) for row in self.stories if row.city or row.country))
        return " · ".join(names[:3]) + (" …" if len(names) > 3 else "")

    @property
    def label(self) -> str:
        """What it says aloud: ``Leipzig, Germany: 3 use cases``."""
        count = len(self.stories)
        words = ngettext("%(count)d use case", "%(count)d use cases", count) % {"count": count}
        return f"{self.names}: {words}" if self.names else words


@dataclass(frozen=True, slots=True)
class Sheet:
    """A part of the world, as an SVG's ``viewBox``, and the spots on it."""

    x: float
    y: float
    width: float
    height: float
    spots: list[Spot]

    @property
    def view_box(self) -> str:
        return f"{self.x:g} {self.y:g} {self.width:g} {self.height:g}"


def sheet(rows: Sequence[UseCase]) -> Sheet:
    """Return the part of the world that holds all of these stories, which all have a position."""
    points = [(_x(row), _y(row), row) for row in rows]
    x, y, width, height = _view([(left, top) for left, top, _row in points])
    reach = _TOGETHER * width
    spots: list[Spot] = []
    for left, top, row in points:
        near = next((spot for spot in spots if abs(spot.x - left) < reach and abs(spot.y - top) < reach), None)
        if near is None:
            near = Spot(left, top, len(spots) + 1)
            spots.append(near)
        near.stories.append(row)
    for spot in spots:
        digits = len(str(len(spot.stories))) if len(spot.stories) > 1 else 0
        spot.radius = round(width * (0.009 + 0.004 * digits), 3)
        spot.reach = round(max(spot.radius, min(width * _REACH, _to_next(spot, spots) / 2)), 3)
        spot.font = round(width * 0.014, 3)
    return Sheet(x, y, width, height, spots)


def _to_next(spot: Spot, spots: list[Spot]) -> float:
    """Return how far the nearest other spot is."""
    return min((hypot(spot.x - one.x, spot.y - one.y) for one in spots if one is not spot), default=inf)


def _x(row: UseCase) -> float:
    return round(((row.longitude or 0) + 180) * SCALE, 2)


def _y(row: UseCase) -> float:
    return round(min(HEIGHT - 1, (90 - (row.latitude or 0)) * SCALE), 2)


def _view(points: list[tuple[float, float]]) -> tuple[float, float, float, float]:
    """Return left, top, width and height of a part in the shape of the sheet, with room around the points."""
    if not points:
        return 0, 0, WIDTH, HEIGHT
    left, right = min(x for x, _ in points), max(x for x, _ in points)
    top, bottom = min(y for _, y in points), max(y for _, y in points)
    shape = WIDTH / HEIGHT
    width = min(WIDTH, max(_NARROWEST, (right - left) * 1.3, (bottom - top) * 1.3 * shape))
    height = width / shape
    x = min(max(0, (left + right - width) / 2), WIDTH - width)
    y = min(max(0, (top + bottom - height) / 2), HEIGHT - height)
    return round(x, 2), round(y, 2), round(width, 2), round(height, 2)
