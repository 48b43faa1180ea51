"""Numbers, activity and what is new, as JSON."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from accounts.models import User
from dashboard import feed, updates
from dashboard.periods import statistics
from dashboard.serializers import (
    ActivityPage,
    ActivityQuery,
    EntryOut,
    OrganizationStatisticsOut,
    PeriodQuery,
    StatisticsOut,
    TrendingOut,
    TrendingPage,
    TrendingQuery,
    UpdatesOut,
)
from dashboard.statistics import own_statistics
from dashboard.trending import trending
from p2psandbox.platform.api.views import Endpoint


class OrganizationStatisticsEndpoint(Endpoint):
    """The company the caller acts for, in numbers."""

    @extend_schema(operation_id="organization_stats", responses=OrganizationStatisticsOut)
    def get(self, request: Request) -> Response:
        """Exact at the moment of asking."""
        return Response(OrganizationStatisticsOut(own_statistics(self.actor)).data)


class StatisticsEndpoint(Endpoint):
    """The platform, the caller's company and the caller in numbers."""

    query = PeriodQuery

    @extend_schema(operation_id="dashboard_stats", responses=StatisticsOut)
    def get(self, request: Request) -> Response:
        """Each figure with that of the period before, and a series of the caller's days."""
        zone = request.user.time_zone if isinstance(request.user, User) else "UTC"
        return Response(StatisticsOut(statistics(self.actor, period=self.params["period"], time_zone=zone)).data)


class ActivityEndpoint(Endpoint):
    """What people share."""

    query = ActivityQuery

    @extend_schema(operation_id="dashboard_activity", responses=ActivityPage)
    def get(self, request: Request) -> Response:
        """Newest first, by cursor."""
        kind = self.params.get("kind")
        found = feed.activity(
            self.actor,
            scope=feed.Scope(self.params["scope"]),
            kind=feed.Kind(kind) if kind else None,
            cursor=self.params.get("cursor", ""),
            size=self.params["page_size"],
        )
        here = request.build_absolute_uri()
        beside = {
            name: replace_query_param(here, "cursor", cursor) if cursor else None
            for name, cursor in (("next", found.next), ("previous", found.previous))
        }
        return Response({**beside, "results": EntryOut(found.entries, many=True).data})


class TrendingEndpoint(Endpoint):
    """What several companies take an interest in."""

    query = TrendingQuery

    @extend_schema(operation_id="dashboard_trending", responses=TrendingPage)
    def get(self, request: Request) -> Response:
        """Ranked, each with the parts of its score: see docs/trending.md."""
        kind, category = self.params.get("kind", ""), self.params.get("category", "")
        found = trending(self.actor, window=self.params["window"], kind=kind, category=category, most=20)
        return Response({"results": TrendingOut(found, many=True).data})


class UpdatesEndpoint(Endpoint):
    """Whether anything is new: what an open page asks for every few seconds."""

    @extend_schema(operation_id="updates", responses={200: UpdatesOut, 304: None})
    def get(self, request: Request) -> Response:
        """Send the ``ETag`` of the last answer as ``If-None-Match``: while nothing changed, 304 without a database."""
        found = updates.for_person(self.actor, session_key=request.session.session_key or "")
        if updates.is_known(request.headers.get("If-None-Match", ""), found.etag):
            return Response(status=304, headers={"ETag": found.etag})
        return Response(UpdatesOut(found).data, headers={"ETag": found.etag})
