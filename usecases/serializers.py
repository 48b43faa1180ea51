"""The shape of use cases in JSON. Content is judged by the actions, types by these."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from organizations.models import Industry
from p2psandbox.platform.api.serializers import OrganizationChip, PersonChip, StrictSerializer, TextField
from p2psandbox.platform.richtext import MAX_INPUT
from usecases.models import BudgetRange, Category, Status, Step, Visibility
from usecases.queries import ORDERINGS


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

    search = serializers.CharField(required=False, max_length=200)
    industry = serializers.ChoiceField(choices=Industry.choices, required=False)
    technology = serializers.ListField(
        child=serializers.CharField(max_length=60), required=False, help_text=_("Repeat for several: all must match.")
    )
    category = serializers.ChoiceField(choices=Category.choices, required=False)
    country = serializers.RegexField(r"^[A-Z]{2}$", required=False)
    city = serializers.CharField(required=False, max_length=100)
    organization = serializers.CharField(required=False, max_length=130, help_text=_("Id or slug"))
    status = serializers.ChoiceField(choices=Status.choices, required=False)
    featured = serializers.BooleanField(required=False, allow_null=True, default=None)
    mine = serializers.BooleanField(required=False, default=False)
    bookmarked = serializers.BooleanField(required=False, default=False)
    ordering = serializers.ChoiceField(choices=list(ORDERINGS), required=False)


class DetailQuery(StrictSerializer):
    """Which version: readers get the published one."""

    draft = serializers.BooleanField(
        required=False, default=False, help_text=_("The working copy of a published story, for its own people.")
    )


class HeadlineSerializer(serializers.Serializer[Any]):
    """The outcome that is shown biggest: a figure, or words where there is none."""

    name = serializers.CharField()
    change = serializers.FloatField(allow_null=True)
    unit = serializers.CharField()
    period = serializers.CharField()
    text = serializers.CharField()
    improved = serializers.BooleanField(allow_null=True)


class PlaceSerializer(serializers.Serializer[Any]):
    """Where it happened."""

    city = serializers.CharField()
    country = serializers.CharField(allow_null=True, help_text=_("ISO 3166-1 alpha-2 code"))
    latitude = serializers.FloatField(allow_null=True)
    longitude = serializers.FloatField(allow_null=True)
    site = serializers.CharField()


class CardSerializer(serializers.Serializer[Any]):
    """A story among others."""

    id = serializers.UUIDField()
    url = serializers.CharField()
    title = serializers.CharField()
    slug = serializers.CharField()
    summary = serializers.CharField()
    excerpt = serializers.CharField()
    category = serializers.ChoiceField(choices=Category.choices, allow_null=True)
    industry = serializers.ChoiceField(choices=Industry.choices, allow_null=True)
    technologies = serializers.ListField(child=serializers.CharField())
    budget_range = serializers.ChoiceField(choices=BudgetRange.choices, allow_null=True)
    timeline_months = serializers.IntegerField(allow_null=True)
    vendor = serializers.CharField()
    location = PlaceSerializer()
    headline = HeadlineSerializer()
    organization = OrganizationChip()
    status = serializers.ChoiceField(choices=Status.choices)
    visibility = serializers.ChoiceField(choices=Visibility.choices)
    featured = serializers.BooleanField()
    views = serializers.IntegerField()
    likes = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()
    published_at = serializers.DateTimeField(allow_null=True)


class CanSerializer(serializers.Serializer[Any]):
    """What the asker may do with the story now."""

    edit = serializers.BooleanField()
    submit = serializers.BooleanField()
    approve = serializers.BooleanField()
    reject = serializers.BooleanField()
    publish = serializers.BooleanField()
    unpublish = serializers.BooleanField()
    delete = serializers.BooleanField()
    feature = serializers.BooleanField()
    take_down = serializers.BooleanField()
    see_contact = serializers.BooleanField()
    see_history = serializers.BooleanField()
    like = serializers.BooleanField()


class MetricOut(serializers.Serializer[Any]):
    """One outcome; `change_percent` is worked out where both figures are numbers."""

    name = serializers.CharField()
    unit = serializers.CharField()
    baseline = FigureField(allow_null=True)
    result = FigureField(allow_null=True)
    period = serializers.CharField()
    method = serializers.CharField()
    change_percent = serializers.FloatField(allow_null=True)


class ContactOut(serializers.Serializer[Any]):
    """Whom to ask; `null` for everyone who may not see it."""

    name = serializers.CharField()
    title = serializers.CharField()
    email = serializers.CharField()
    phone = serializers.CharField()


class UseCaseSerializer(CardSerializer):
    """One whole story. `revision` is the token a PATCH sends back; `null` for those who may not edit."""

    problem = serializers.CharField()
    solution = serializers.CharField()
    outcomes = serializers.CharField()
    difficulties = serializers.CharField()
    lessons = serializers.ListField(child=serializers.CharField())
    metrics = MetricOut(many=True)
    contact = ContactOut(allow_null=True)
    author = PersonChip(allow_null=True)
    liked = serializers.BooleanField()
    bookmarked = serializers.BooleanField()
    revision = serializers.IntegerField(allow_null=True)
    working_status = serializers.CharField(allow_null=True)
    can = CanSerializer()


class TransitionSerializer(serializers.Serializer[Any]):
    """One step in a story's life."""

    step = serializers.ChoiceField(choices=Step.choices)
    from_status = serializers.CharField(allow_null=True)
    to_status = serializers.CharField()
    by = PersonChip(allow_null=True)
    note = serializers.CharField()
    created_at = serializers.DateTimeField()
