"""The forums' numbers as JSON."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from forums.queries import statistics
from p2psandbox.platform.api.serializers import PersonChip, StrictSerializer
from p2psandbox.platform.api.views import Endpoint


class TotalsOut(serializers.Serializer[Any]):
    """The forums in numbers; ``contributors`` wrote in the last 30 days."""

    topics = serializers.IntegerField()
    posts = serializers.IntegerField()
    answered = serializers.IntegerField()
    contributors = serializers.IntegerField()


class HelperQuery(StrictSerializer):
    """The period helpers are counted over."""

    period = serializers.ChoiceField(required=False, choices=list(statistics.PERIODS), default="month")


class HelperOut(serializers.Serializer[Any]):
    """Somebody who answers, with what they did in the period."""

    person = PersonChip()
    best_answers = serializers.IntegerField()
    replies = serializers.IntegerField()


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
