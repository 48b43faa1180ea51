"""The shape of the forums' numbers."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from forums.queries import statistics
from p2psandbox.platform.api.serializers import PersonChip, StrictSerializer


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
