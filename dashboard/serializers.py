"""Numbers as the JSON API shows them."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from dashboard import feed
from dashboard.models import TrendingScore, Window
from dashboard.periods import Numbers
from p2psandbox.platform.api.serializers import OrganizationChip, PersonChip, StrictSerializer


class UsersOut(serializers.Serializer[Any]):
    total = serializers.IntegerField()
    active = serializers.IntegerField()
    admins = serializers.IntegerField()
    pending_invitations = serializers.IntegerField()


class ContentOut(serializers.Serializer[Any]):
    topics = serializers.IntegerField()
    posts = serializers.IntegerField()
    best_answers = serializers.IntegerField()
    use_cases_by_status: Any = serializers.DictField(child=serializers.IntegerField())
    views = serializers.IntegerField()


class ActivityOut(serializers.Serializer[Any]):
    last_7_days = serializers.IntegerField()
    last_30_days = serializers.IntegerField()


class StorageOut(serializers.Serializer[Any]):
    files = serializers.IntegerField()
    bytes = serializers.IntegerField()
    quota_bytes = serializers.IntegerField()


class OrganizationStatisticsOut(serializers.Serializer[Any]):
    """An organization in numbers."""

    users = UsersOut()
    content = ContentOut()
    activity = ActivityOut()
    storage = StorageOut()


class PeriodQuery(StrictSerializer):
    """Parameters of the statistics; the names of periods are checked by the query."""

    period = serializers.CharField(
        required=False, default="30d", max_length=10, help_text="`7d`, `30d`, `90d`, `365d` or `all`; today included."
    )


class FigureOut(serializers.Serializer[Any]):
    value = serializers.IntegerField()
    previous = serializers.IntegerField(allow_null=True, help_text="In as many days before; `null` for all time.")
    change = serializers.FloatField(allow_null=True, help_text="In per cent; `null` with nothing to compare with.")


class NumbersOut(serializers.Serializer[Any]):
    """Figures by name, and each day's counts in the same names, oldest first."""

    figures: Any = serializers.DictField(child=FigureOut())
    series = serializers.SerializerMethodField()

    @extend_schema_field(list[dict[str, Any]])
    def get_series(self, numbers: Numbers) -> list[dict[str, Any]]:
        """Days as ``{"date", …counts}``."""
        return [{"date": day.isoformat(), **found} for day, found in numbers.days]


class StatisticsOut(serializers.Serializer[Any]):
    """A period in numbers."""

    period = serializers.CharField()
    time_zone = serializers.CharField(help_text="Whose days these are: the zone of the caller's profile.")
    first_day = serializers.DateField()
    last_day = serializers.DateField()
    platform = NumbersOut()
    organization = NumbersOut(allow_null=True)
    own = NumbersOut()


class ActivityQuery(StrictSerializer):
    """Parameters of the feed."""

    cursor = serializers.CharField(required=False, max_length=300)
    kind = serializers.ChoiceField(choices=feed.Kind.choices, required=False)
    scope = serializers.ChoiceField(choices=feed.Scope.choices, required=False, default=feed.Scope.ALL)
    page_size = serializers.IntegerField(required=False, min_value=1, max_value=100, default=feed.PAGE)


class EntryOut(serializers.Serializer[Any]):
    """One thing somebody did."""

    id = serializers.CharField(source="name", help_text="`<kind>:<object_id>`.")
    kind = serializers.ChoiceField(choices=feed.Kind.choices)
    object_id = serializers.UUIDField(source="id", help_text="Of the topic, post, use case or organization.")
    at = serializers.DateTimeField()
    title = serializers.CharField()
    line = serializers.CharField(help_text="One line of what was written; of a use case, what came of it.")
    url = serializers.CharField(help_text="Path of the page to go to.")
    person = PersonChip(allow_null=True)
    person_name = serializers.CharField(help_text="Also of people without an account here.")
    organization = OrganizationChip(allow_null=True)


class ActivityPage(serializers.Serializer[Any]):
    """A page of the feed."""

    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    results = EntryOut(many=True)


class TrendingQuery(StrictSerializer):
    """Parameters of what trends."""

    window = serializers.ChoiceField(choices=Window.choices, required=False, default=Window.WEEK)
    kind = serializers.ChoiceField(choices=["topic", "use_case"], required=False)
    category = serializers.CharField(
        required=False, max_length=100, help_text="Slug of a forums' category, or name of a use case's."
    )


class TrendingPartsOut(serializers.Serializer[Any]):
    """What a score is made of; acts are those of other companies within the window."""

    likes = serializers.IntegerField()
    replies = serializers.IntegerField()
    bookmarks = serializers.IntegerField()
    readers = serializers.IntegerField()
    organizations = serializers.IntegerField()
    views = serializers.IntegerField(help_text="Of all time.")
    from_organizations = serializers.FloatField()
    from_views = serializers.FloatField()


class TrendingOut(serializers.Serializer[Any]):
    """A topic or use case that trends."""

    kind = serializers.SerializerMethodField()
    id = serializers.UUIDField(source="about.id")
    title = serializers.CharField(source="about.title")
    url = serializers.CharField(source="about.get_absolute_url", help_text="Path of its page.")
    organization = OrganizationChip(source="about.organization", allow_null=True)
    score = serializers.FloatField()
    parts = TrendingPartsOut()
    computed_at = serializers.DateTimeField()

    @extend_schema_field({"type": "string", "enum": ["topic", "use_case"]})
    def get_kind(self, score: TrendingScore) -> str:
        """What it is."""
        return "topic" if score.topic_id else "use_case"


class TrendingPage(serializers.Serializer[Any]):
    """What trends, highest score first."""

    results = TrendingOut(many=True)


class UpdatesOut(serializers.Serializer[Any]):
    """What an open page asks for every few seconds."""

    unread_messages = serializers.IntegerField()
    unread_notifications = serializers.IntegerField()
    latest_activity_id = serializers.CharField(allow_null=True)
    read_mark = serializers.CharField(
        help_text="Another one when somebody has read what the caller wrote, if both give read receipts."
    )
