"""Stories side by side as JSON."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from p2psandbox.platform.api.serializers import show
from p2psandbox.platform.api.views import Endpoint
from usecases.api.stories import card
from usecases.queries.comparing import Cell, compare, ids_of
from usecases.serializers.comparing import CompareQuery, ComparisonSerializer


def _figure(value: Decimal | None, words: str) -> float | str | None:
    return float(value) if value is not None else words or None


def _cell(cell: Cell | None) -> dict[str, Any] | None:
    if cell is None:
        return None
    plain = ("unit", "given_unit", "improved", "period", "method")
    return {
        **{name: getattr(cell, name) for name in plain},
        "baseline": _figure(cell.baseline, cell.baseline_words),
        "result": _figure(cell.result, cell.result_words),
        "converted": cell.is_converted,
        "change_percent": None if cell.change is None else float(cell.change),
    }


class Compare(Endpoint):
    """``use-cases/compare``."""

    query = CompareQuery

    @extend_schema(responses=ComparisonSerializer)
    def get(self, request: Request) -> Response:
        """Put two to four stories side by side, their metrics in the same units as far as units allow."""
        found = compare(self.actor, ids_of(self.params["ids"]))
        lines = [
            {
                "key": line.key or None,
                "name": line.name,
                "unit": line.unit,
                "better": {-1: "lower", 1: "higher"}.get(line.direction),
                "values": [_cell(cell) for cell in line.cells],
            }
            for line in found.lines
        ]
        data = {"use_cases": [card(row) for row in found.stories], "metrics": lines}
        return Response(show(ComparisonSerializer, data))
