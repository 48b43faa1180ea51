"""Numbers as the JSON API shows them."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers


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
