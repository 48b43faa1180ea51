"""The forums' numbers as JSON."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from forums.queries import statistics
from forums.serializers.statistics import HelperOut, HelperQuery, TotalsOut
from p2psandbox.platform.api.views import Endpoint


class Totals(Endpoint):
    """The forums in numbers, at most five minutes old."""

    @extend_schema(operation_id="forums_stats", responses=TotalsOut)
    def get(self, request: Request) -> Response:
        return Response(TotalsOut(statistics.totals(self.actor)).data)


class Contributors(Endpoint):
    """Who helped most in a period, at most twenty, at most five minutes old."""

    query = HelperQuery

    @extend_schema(operation_id="forums_contributors", responses=HelperOut(many=True))
    def get(self, request: Request) -> Response:
        return Response(HelperOut(statistics.helpers(self.actor, self.params["period"]), many=True).data)
