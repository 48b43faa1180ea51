"""Draws static/img/world.svg from ``land-110m.json`` of the npm package ``world-atlas`` (Natural Earth, public domain).

``npm pack world-atlas@2.0.2``, unpack it, then
``python scripts/draw_world.py package/land-110m.json > static/img/world.svg``.
Two units a degree, longitude to the right, latitude up, without Antarctica: as ``usecases/mapping.py`` has it.
"""

from __future__ import annotations

import json
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

Ring = list[tuple[float, float]]
NOTE = (
    "Natural Earth 1:110m land (public domain), from the npm package world-atlas 2.0.2 by scripts/draw_world.py. "
    "Two units a degree, plate carrée, without Antarctica."
)


def rings(topology: dict[str, Any]) -> list[Ring]:
    """Return every ring of the land in degrees (TopoJSON: arcs of delta-encoded points, ``~i`` reversed)."""
    (across, up), (left, low) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = []
    for arc in topology["arcs"]:
        x = y = 0
        points = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            points.append((x * across + left, y * up + low))
        arcs.append(points)
    found = []
    for shape in topology["objects"]["land"]["geometries"]:
        parts = shape["arcs"] if shape["type"] == "MultiPolygon" else [shape["arcs"]]
        found += [_joined(arcs, ring) for part in parts for ring in part]
    return found


def _joined(arcs: list[Ring], ids: list[int]) -> Ring:
    points: Ring = []
    for one in ids:
        arc = arcs[one] if one >= 0 else arcs[~one][::-1]
        points += arc[1:] if points else arc
    return points


def path(ring: Ring) -> str:
    """Return a ring as SVG path data, to a tenth of a unit; empty for what is smaller than that."""
    points = list(dict.fromkeys((round((x + 180) * 2, 1), round((90 - y) * 2, 1)) for x, y in ring))
    if len(points) < 3:
        return ""
    steps = "".join(
        f"l{_short(x - before_x)} {_short(y - before_y)}" for (before_x, before_y), (x, y) in pairwise(points)
    )
    return f"M{_short(points[0][0])} {_short(points[0][1])}{steps}z"


def _short(value: float) -> str:
    return f"{round(value, 1):g}"


def main() -> None:
    """Write the drawing to standard output."""
    land = [ring for ring in rings(json.loads(Path(sys.argv[1]).read_text())) if max(y for _x, y in ring) > -60]
    shapes = "".join(map(path, land))
    sys.stdout.write(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 720 300"><!-- {NOTE} -->'
        f'<path id="land" d="{shapes}"/></svg>\n'
    )


if __name__ == "__main__":
    main()
