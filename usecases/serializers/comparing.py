"""Stories side by side as clients get them."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from p2psandbox.platform.api.serializers import StrictSerializer
from usecases.serializers.shown import CardSerializer
from usecases.serializers.written import FigureField


class CompareQuery(StrictSerializer):
    """Which stories."""

    ids = serializers.ListField(
        child=serializers.CharField(max_length=200),
        max_length=20,
        help_text=_("Two to four ids, with commas between them or one parameter each."),
    )


class ComparedValue(serializers.Serializer[Any]):
    """What one story says of a metric; `converted` says that it was given in `given_unit`."""

    baseline = FigureField(allow_null=True)
    result = FigureField(allow_null=True)
    unit = serializers.CharField()
    given_unit = serializers.CharField()
    converted = serializers.BooleanField()
    change_percent = serializers.FloatField(allow_null=True)
    improved = serializers.BooleanField(allow_null=True)
    period = serializers.CharField()
    method = serializers.CharField()


class ComparedMetric(serializers.Serializer[Any]):
    """One metric across the stories, in their order; `unit` is empty where figures share none."""

    key = serializers.CharField(allow_null=True)
    name = serializers.CharField()
    unit = serializers.CharField()
    better = serializers.CharField(
        allow_null=True, help_text=_("`lower`, `higher`, or `null` where that is not known.")
    )
    values = serializers.ListField(child=ComparedValue(allow_null=True))


class ComparisonSerializer(serializers.Serializer[Any]):
    """Stories side by side."""

    use_cases = CardSerializer(many=True)
    metrics = ComparedMetric(many=True)
