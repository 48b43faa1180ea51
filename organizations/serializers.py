"""Organizations as the JSON API reads and shows them."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from organizations.models import Industry, OrganizationSize, VerificationState
from organizations.queries import ORDERINGS
from p2psandbox.platform.api.serializers import OrganizationChip, StrictSerializer, TextField


class PublicOrganization(OrganizationChip):
    """What anybody may know of a company."""

    industry = serializers.CharField()
    size = serializers.CharField()
    website = serializers.CharField()
    description = serializers.CharField()
    country = serializers.CharField()
    city = serializers.CharField()
    founded = serializers.IntegerField(allow_null=True)
    certifications: Any = serializers.ListField(child=serializers.CharField())
    capabilities: Any = serializers.ListField(child=serializers.CharField())
    logo_url = serializers.CharField(allow_null=True)


class OwnOrganization(PublicOrganization):
    """What a company's own people know of it."""

    address = serializers.CharField()


class OrganizationIn(StrictSerializer):
    """What a company says about itself; everything may be left out."""

    name = TextField(required=False)
    industry = serializers.ChoiceField(choices=Industry.choices, required=False, allow_blank=True)
    size = serializers.ChoiceField(choices=OrganizationSize.choices, required=False, allow_blank=True)
    website = TextField(required=False, allow_blank=True)
    description = TextField(required=False, allow_blank=True)
    country = TextField(required=False, allow_blank=True, help_text="ISO 3166-1 alpha-2 code")
    city = TextField(required=False, allow_blank=True)
    address = TextField(required=False, allow_blank=True)
    founded = serializers.IntegerField(required=False, allow_null=True)
    certifications: Any = serializers.ListField(child=TextField(), required=False)
    capabilities: Any = serializers.ListField(child=TextField(), required=False)


class DirectoryQuery(StrictSerializer):
    """What the directory is narrowed to."""

    search = TextField(required=False, allow_blank=True, max_length=200)
    industry = serializers.ChoiceField(choices=Industry.choices, required=False)
    country = TextField(required=False, max_length=2)
    city = TextField(required=False, max_length=100)
    verified = serializers.BooleanField(required=False)
    ordering = serializers.ChoiceField(choices=list(ORDERINGS), required=False)


class FileIn(StrictSerializer):
    """One file in a form (``multipart/form-data``)."""

    file = serializers.FileField(max_length=300)


class LogoOut(serializers.Serializer[Any]):
    """The logo in its two sizes: they fit into 160 and 640 px."""

    logo_url = serializers.CharField(allow_null=True)
    large_logo_url = serializers.CharField(allow_null=True)


class VerificationIn(StrictSerializer):
    """What a moderator needs to know."""

    registration = TextField()
    note = TextField(required=False, allow_blank=True)
    documents: Any = serializers.ListField(child=serializers.UUIDField(), max_length=20)


class VerificationOut(serializers.Serializer[Any]):
    """A request and what became of it."""

    id = serializers.UUIDField()
    state = serializers.ChoiceField(choices=VerificationState.choices)
    registration = serializers.CharField()
    note = serializers.CharField()
    reason = serializers.CharField()
    created_at = serializers.DateTimeField()
    decided_at = serializers.DateTimeField(allow_null=True)
