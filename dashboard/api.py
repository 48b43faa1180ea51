"""Numbers, activity and what is new, as JSON."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from accounts.models import User
from dashboard import feed, updates
from dashboard.periods import statistics
from dashboard.queries import newest
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
from p2psandbox.platform.api.serializers import show, show_each
from p2psandbox.platform.api.views import Endpoint


class OrganizationStatisticsEndpoint(Endpoint):
    """The company the caller acts for, in numbers."""

    @extend_schema(operation_id="organization_stats", responses=OrganizationStatisticsOut)
    def get(self, request: Request) -> Response:
        """Exact at the moment of asking."""
        return Response(show(OrganizationStatisticsOut, own_statistics(self.actor)))


class StatisticsEndpoint(Endpoint):
    """The platform, the caller's company and the caller in numbers."""

    query = PeriodQuery

    @extend_schema(operation_id="dashboard_stats", responses=StatisticsOut)
    def get(self, request: Request) -> Response:
        """Each figure with that of the period before, and a series of the caller's days."""
        zone = request.user.time_zone if isinstance(request.user, User) else "UTC"
        return Response(show(StatisticsOut, statistics(self.actor, period=self.params["period"], time_zone=zone)))


def _shape(page: feed.FeedPage) -> dict[str, Any]:
    return {"results": show_each(EntryOut, page.entries), "next": page.next, "previous": page.previous}


class ActivityEndpoint(Endpoint):
    """What people share."""

    query = ActivityQuery

    @extend_schema(operation_id="dashboard_activity", responses=ActivityPage)
    def get(self, request: Request) -> Response:
        """Newest first, by cursor."""
        kind, cursor = self.params.get("kind"), self.params.get("cursor", "")
        chosen: dict[str, Any] = {
            "scope": feed.Scope(self.params["scope"]),
            "kind": feed.Kind(kind) if kind else None,
            "size": self.params["page_size"],
        }
        if cursor:
            found = _shape(feed.activity(self.actor, cursor=cursor, **chosen))
        else:
            found = newest(self.actor, shape=_shape, **chosen)
        here = request.build_absolute_uri()
        beside = {
            name: replace_query_param(here, "cursor", found[name]) if found[name] else None
            for name in ("next", "previous")
        }
        return Response({**beside, "results": found["results"]})


class TrendingEndpoint(Endpoint):
    """What several companies take an interest in."""

    query = TrendingQuery

    @extend_schema(operation_id="dashboard_trending", responses=TrendingPage)
    def get(self, request: Request) -> Response:
        """Ranked, each with the parts of its score: see docs/trending.md."""
        kind, category = self.params.get("kind", ""), self.params.get("category", "")
        found = trending(self.actor, window=self.params["window"], kind=kind, category=category, most=20)
        return Response({"results": show_each(TrendingOut, found)})


class UpdatesEndpoint(Endpoint):
    """Whether anything is new: what an open page asks for every few seconds."""

    @extend_schema(operation_id="updates", responses={200: UpdatesOut, 304: None})
    def get(self, request: Request) -> Response:
        """Send the ``ETag`` of the last answer as ``If-None-Match``: while nothing changed, 304 without a database."""
        found = updates.for_person(self.actor, session_key=request.session.session_key or "")
        if updates.is_known(request.headers.get("If-None-Match", ""), found.etag):
            return Response(status=304, headers={"ETag": found.etag})
        return Response(show(UpdatesOut, found), headers={"ETag": found.etag})
