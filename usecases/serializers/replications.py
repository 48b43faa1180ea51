"""Reports on trying a story, as clients send and get them."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from p2psandbox.platform.api.serializers import OrganizationChip, PersonChip, StrictSerializer, TextField
from usecases.models import ReplicationOutcome, ReplicationState
from usecases.serializers.contacts import StoryChip
from usecases.serializers.shown import MetricOut
from usecases.serializers.written import MetricSerializer


class ReplicationChange(StrictSerializer):
    """What an edit of a report may change, until it is signed off."""

    outcome = serializers.ChoiceField(choices=ReplicationOutcome.choices, required=False)
    summary = TextField(required=False, allow_blank=True)
    context = TextField(required=False, allow_blank=True)
    metrics = MetricSerializer(many=True, required=False)


class ReplicationIn(ReplicationChange):
    """A report: what came of it, in a few words, with figures and circumstances of one's own."""

    outcome = serializers.ChoiceField(choices=ReplicationOutcome.choices)
    summary = TextField(allow_blank=True)


class ReplicationOut(serializers.Serializer[Any]):
    """One report. `note` says what to change in one that was sent back."""

    id = serializers.UUIDField()
    use_case = StoryChip()
    organization = OrganizationChip()
    author = PersonChip()
    outcome = serializers.ChoiceField(choices=ReplicationOutcome.choices)
    summary = serializers.CharField()
    context = serializers.CharField()
    metrics = MetricOut(many=True)
    state = serializers.ChoiceField(choices=ReplicationState.choices)
    note = serializers.CharField()
    submitted_at = serializers.DateTimeField()
    published_at = serializers.DateTimeField(allow_null=True)
