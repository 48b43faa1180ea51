"""Numbers as JSON."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from dashboard.serializers import OrganizationStatisticsOut
from dashboard.statistics import own_statistics
from p2psandbox.platform.api.views import Endpoint


class OrganizationStatisticsEndpoint(Endpoint):
    """The company the caller acts for, in numbers."""

    @extend_schema(operation_id="organization_stats", responses=OrganizationStatisticsOut)
    def get(self, request: Request) -> Response:
        """Exact at the moment of asking."""
        return Response(OrganizationStatisticsOut(own_statistics(self.actor)).data)
