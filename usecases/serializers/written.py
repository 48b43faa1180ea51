"""What clients send: the shape of drafts, notes and queries."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from organizations.models import Industry
from p2psandbox.platform.api.serializers import StrictSerializer, TextField
from p2psandbox.platform.richtext import MAX_INPUT
from usecases.models import BudgetRange, Category, Status, Visibility
from usecases.queries import MOST_KM, ORDERINGS
from usecases.serializers.media import MediumEntry


@extend_schema_field({"oneOf": [{"type": "number"}, {"type": "string"}, {"type": "null"}]})
class FigureField(serializers.Field[Any, Any, Any, Any]):
    """A number, or words where there is no number ("under 20 minutes")."""

    default_error_messages = {"invalid": _("Enter a number or a text.")}

    def to_internal_value(self, data: Any) -> Any:
        """Take numbers and texts, nothing else."""
        if isinstance(data, bool) or not isinstance(data, (int, float, str)):
            self.fail("invalid")
        return data

    def to_representation(self, value: Any) -> Any:
        return value


_CHOICE: dict[str, Any] = {"required": False, "allow_blank": True, "allow_null": True}


def _text(**kwargs: Any) -> TextField:
    return TextField(required=False, allow_blank=True, allow_null=True, **kwargs)


class MetricSerializer(StrictSerializer):
    """One outcome: a number or words before and after."""

    name = _text()
    unit = _text()
    baseline = FigureField(required=False, allow_null=True)
    result = FigureField(required=False, allow_null=True)
    period = _text()
    method = _text()


class LocationSerializer(StrictSerializer):
    """Where it happened."""

    city = _text()
    country = _text(help_text=_("ISO 3166-1 alpha-2 code"))
    latitude = serializers.FloatField(required=False, allow_null=True)
    longitude = serializers.FloatField(required=False, allow_null=True)
    site = _text()


class ContactSerializer(StrictSerializer):
    """Whom to ask."""

    name = _text()
    title = _text()
    email = _text()
    phone = _text()


class DraftSerializer(StrictSerializer):
    """Any subset of a story's fields. Rich text is HTML and is sanitised."""

    title = _text()
    summary = _text()
    category = serializers.ChoiceField(choices=Category.choices, **_CHOICE)
    industry = serializers.ChoiceField(choices=Industry.choices, **_CHOICE)
    technologies = serializers.ListField(child=TextField(allow_blank=True), required=False, max_length=100)
    problem = _text(max_length=MAX_INPUT)
    solution = _text(max_length=MAX_INPUT)
    outcomes = _text(max_length=MAX_INPUT)
    difficulties = _text(max_length=MAX_INPUT)
    budget_range = serializers.ChoiceField(
        choices=BudgetRange.choices, required=False, allow_blank=True, allow_null=True
    )
    timeline_months = serializers.IntegerField(required=False, allow_null=True)
    vendor = _text()
    lessons = serializers.ListField(child=TextField(allow_blank=True), required=False, max_length=100)
    metrics = MetricSerializer(many=True, required=False)
    media = MediumEntry(
        many=True,
        required=False,
        help_text=_("Order, captions and cover of what the story has; what is not named stays, behind the others."),
    )
    location = LocationSerializer(required=False, allow_null=True)
    contact = ContactSerializer(required=False, allow_null=True)
    visibility = serializers.ChoiceField(choices=Visibility.choices, required=False)


class ChangeSerializer(DraftSerializer):
    """A draft's changes, and the version they began from."""

    revision = serializers.IntegerField(
        required=False, min_value=1, help_text=_("The `revision` this edit began from; 409 `stale` if passed.")
    )


class NoteSerializer(StrictSerializer):
    """The note that goes with sending a story back."""

    note = TextField(allow_blank=True)


class OptionalNoteSerializer(StrictSerializer):
    """A note that may go with a step."""

    note = _text()


class SeenSerializer(StrictSerializer):
    """The version the approver has read."""

    revision = serializers.IntegerField(required=False, min_value=1)


class NothingSerializer(StrictSerializer):
    """No field at all."""


class ListQuery(StrictSerializer):
    """What the list can be narrowed by. Without `status` and `mine`, only published stories are listed."""

    search = TextField(required=False, max_length=200)
    industry = serializers.ChoiceField(choices=Industry.choices, required=False)
    technology = serializers.ListField(
        child=TextField(max_length=60), required=False, help_text=_("Repeat for several: all must match.")
    )
    category = serializers.ChoiceField(choices=Category.choices, required=False)
    country = serializers.RegexField(r"^[A-Z]{2}$", required=False)
    city = TextField(required=False, max_length=100, help_text=_("By any of its names, in any spelling"))
    near = TextField(
        required=False, max_length=100, help_text=_("`latitude,longitude` in degrees, or the name of a city")
    )
    radius_km = serializers.FloatField(required=False, min_value=0, max_value=MOST_KM)
    measured = TextField(required=False, max_length=120, help_text=_("Key or name of an outcome metric"))
    budget_range = serializers.ChoiceField(choices=BudgetRange.choices, required=False)
    organization = TextField(required=False, max_length=130, help_text=_("Id or slug"))
    status = serializers.ChoiceField(choices=Status.choices, required=False)
    featured = serializers.BooleanField(required=False, allow_null=True, default=None)
    mine = serializers.BooleanField(required=False, default=False)
    bookmarked = serializers.BooleanField(required=False, default=False)
    ordering = serializers.ChoiceField(choices=list(ORDERINGS), required=False)
    outcome = TextField(
        required=False,
        max_length=80,
        help_text=_("Metric, `lt` `lte` `gt` or `gte`, and a change in percent: `scrap_rate:lt:-20`."),
    )


class DetailQuery(StrictSerializer):
    """Which version: readers get the published one."""

    draft = serializers.BooleanField(
        required=False, default=False, help_text=_("The working copy of a published story, for its own people.")
    )
