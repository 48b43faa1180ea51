"""Shape of notifications in JSON."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from messaging.kinds import ABOUT, Email, Kind
from p2psandbox.platform.api.serializers import PersonChip, StrictSerializer


class NotificationsQuery(StrictSerializer):
    """Parameters of the list."""

    unread = serializers.BooleanField(
        required=False, allow_null=True, help_text="`true`: unread only, `false`: read only."
    )
    cursor = serializers.CharField(required=False, max_length=200)
    page_size = serializers.IntegerField(required=False, min_value=1, max_value=100, default=20)


class NotificationOut(serializers.Serializer[Any]):
    """What happened in one thread, however often."""

    id = serializers.UUIDField(source="row.id")
    kind = serializers.ChoiceField(choices=Kind.choices, source="row.kind")
    thread = serializers.CharField(source="row.thread", help_text="What it is about, such as `topic:<id>`.")
    says = serializers.CharField(help_text="A sentence in the reader's language: who did what.")
    title = serializers.CharField(source="row.title")
    url = serializers.CharField(source="row.url", help_text="Path of the page to go to.")
    actors = PersonChip(many=True, help_text="The latest people, at most three.")
    actor_count = serializers.IntegerField(help_text="How many people, among the latest 50 events.")
    count = serializers.IntegerField(source="row.count", help_text="How many events.")
    first_event_at = serializers.DateTimeField(source="row.first_event_at")
    last_event_at = serializers.DateTimeField(source="row.last_event_at")
    read_at = serializers.DateTimeField(source="row.read_at", allow_null=True)


class NotificationPage(serializers.Serializer[Any]):
    """A page of the feed."""

    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    results = NotificationOut(many=True)


class NotificationChange(StrictSerializer):
    """What may be changed about one."""

    read = serializers.BooleanField(help_text="`true`: what was read is not made unread again.")

    def validate_read(self, value: bool) -> bool:
        """Only forward."""
        if not value:
            raise serializers.ValidationError(_("A notification can be marked as read, not as unread."))
        return value


class QuietHoursSerializer(StrictSerializer):
    """Between which times of day mail waits; both, or both `null`."""

    begins = serializers.TimeField(format="%H:%M", allow_null=True)
    ends = serializers.TimeField(format="%H:%M", allow_null=True)


class PreferenceSerializer(StrictSerializer):
    """How one kind reaches somebody."""

    in_app = serializers.BooleanField()
    email = serializers.ChoiceField(choices=Email.choices)


class PreferencesSerializer(StrictSerializer):
    """Every kind by its name."""

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """One field for each kind."""
        return {kind.value: PreferenceSerializer(help_text=str(about.explanation)) for kind, about in ABOUT.items()}
