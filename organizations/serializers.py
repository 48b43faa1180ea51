"""Organizations as the JSON API shows them."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from p2psandbox.platform.api.serializers import OrganizationChip


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
