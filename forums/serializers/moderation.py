"""The shape of reports and decisions in JSON."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from forums.models import Decision, DecisionKind, Reason, ReportState
from p2psandbox.platform.api.serializers import StrictSerializer, TextField


class ReportIn(StrictSerializer):
    """Why a post needs a moderator; ``other`` needs a note."""

    reason = serializers.ChoiceField(choices=Reason.choices)
    note = TextField(required=False, allow_blank=True, default="")


class ReportOut(serializers.Serializer[Any]):
    """One's own report and what became of it."""

    post = serializers.UUIDField(source="post_id")
    reason = serializers.ChoiceField(choices=Reason.choices)
    note = serializers.CharField()
    state = serializers.ChoiceField(choices=ReportState.choices)
    created_at = serializers.DateTimeField()
    settled_at = serializers.DateTimeField(allow_null=True)


class DecisionOut(serializers.Serializer[Any]):
    """A decision about what one wrote. ``by_rule``: reports of three organizations, no person.

    Who decided is not told. ``takes_back`` is the decision this one undoes.
    """

    id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=DecisionKind.choices)
    topic = serializers.UUIDField(source="topic_id", allow_null=True)
    post = serializers.UUIDField(source="post_id", allow_null=True)
    reason = serializers.CharField(source="explanation")
    by_rule = serializers.SerializerMethodField()
    at = serializers.DateTimeField()
    takes_back = serializers.UUIDField(source="takes_back_id", allow_null=True)
    taken_back_at = serializers.SerializerMethodField()

    def get_by_rule(self, decision: Decision) -> bool:
        return bool(decision.rule)

    @extend_schema_field(serializers.DateTimeField(allow_null=True))
    def get_taken_back_at(self, decision: Decision) -> datetime | None:
        later = taken_back_by(decision)
        return later.at if later is not None else None


class ModeratedOut(serializers.Serializer[Any]):
    """One's own post and what was decided about it. ``body`` is sanitised HTML, also while it is hidden."""

    id = serializers.UUIDField(source="post.id")
    topic = serializers.UUIDField(source="post.topic_id")
    hidden_at = serializers.DateTimeField(source="post.hidden_at", allow_null=True)
    deleted_at = serializers.DateTimeField(source="post.deleted_at", allow_null=True)
    body = serializers.CharField(source="html")
    decisions = DecisionOut(many=True)


def taken_back_by(decision: Decision) -> Decision | None:
    """Return the decision that undid this one, ``None`` while it holds."""
    return getattr(decision, "taken_back_by", None)
