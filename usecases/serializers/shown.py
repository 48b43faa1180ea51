"""What clients get: cards, whole stories, their history."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from organizations.models import Industry
from p2psandbox.platform.api.serializers import OrganizationChip, PersonChip
from usecases.models import BudgetRange, Category, RequestState, Status, Step, Visibility
from usecases.serializers.media import MediumSerializer
from usecases.serializers.written import FigureField


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


class ReplicationCounts(serializers.Serializer[Any]):
    """How many other organizations tried it, by what came of it."""

    same = serializers.IntegerField(source="replications_same")
    partly = serializers.IntegerField(source="replications_partly")
    failed = serializers.IntegerField(source="replications_failed")


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
    replications = ReplicationCounts()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()
    published_at = serializers.DateTimeField(allow_null=True)
    distance_km = serializers.FloatField(allow_null=True, help_text=_("From the place asked for with `near`"))
    cover_url = serializers.CharField(
        allow_null=True, help_text=_("Small picture; asks for permission and leads on to an address that expires.")
    )


class ChoiceSerializer(serializers.Serializer[Any]):
    """Something to narrow the list to, and how many stories are left then."""

    value = serializers.CharField()
    label = serializers.CharField()
    count = serializers.IntegerField()


class FacetsSerializer(serializers.Serializer[Any]):
    """Choices by parameter. Their numbers respect all other parameters, and what the asker may see."""

    industry = ChoiceSerializer(many=True)
    technology = ChoiceSerializer(many=True)
    category = ChoiceSerializer(many=True)
    measured = ChoiceSerializer(many=True)
    budget_range = ChoiceSerializer(many=True)
    country = ChoiceSerializer(many=True)
    organization = ChoiceSerializer(many=True)


class ListSerializer(serializers.Serializer[Any]):
    """A page of stories, and what the list can be narrowed to."""

    count = serializers.IntegerField()
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    results = CardSerializer(many=True)
    facets = FacetsSerializer()


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
    ask = serializers.BooleanField()
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
    media = MediumSerializer(many=True)
    contact = ContactOut(allow_null=True)
    contact_request = serializers.ChoiceField(
        choices=RequestState.choices, allow_null=True, help_text=_("Where the asker's own contact request stands.")
    )
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
