"""Accounts as the JSON API reads and shows them."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from rest_framework import serializers

from accounts.models import MemberRole
from organizations.models import Industry, OrganizationSize
from p2psandbox.platform.api.serializers import OrganizationChip, PersonChip, StrictSerializer, TextField


def _password() -> TextField:
    return TextField(max_length=4096, style={"input_type": "password"})


class SignUpIn(StrictSerializer):
    email = TextField()
    password = _password()
    first_name = TextField()
    last_name = TextField()
    organization_name = TextField()
    industry = serializers.ChoiceField(choices=Industry.choices, required=False, allow_blank=True)
    organization_size = serializers.ChoiceField(choices=OrganizationSize.choices, required=False, allow_blank=True)
    country = TextField(required=False, allow_blank=True, help_text="ISO 3166-1 alpha-2 code")
    city = TextField(required=False, allow_blank=True)


class NewcomerOut(serializers.Serializer[Any]):
    email = serializers.CharField()
    first_name = serializers.CharField()
    last_name = serializers.CharField()


class NewOrganizationOut(serializers.Serializer[Any]):
    name = serializers.CharField()


class SignUpOut(serializers.Serializer[Any]):
    """What was sent, and nothing else: it looks alike for new and known addresses."""

    user = NewcomerOut()
    organization = NewOrganizationOut()


class SignInIn(StrictSerializer):
    email = TextField(max_length=254)
    password = _password()
    remember = serializers.BooleanField(default=False)


class CodeIn(StrictSerializer):
    code = TextField(max_length=40)


class MeOut(PersonChip):
    """A person's own account."""

    email = serializers.EmailField()
    email_verified = serializers.BooleanField(source="is_email_verified")
    role = serializers.ChoiceField(choices=MemberRole.choices)
    is_moderator = serializers.BooleanField(source="is_staff")
    bio = serializers.CharField()
    phone = serializers.CharField()
    expertise: Any = serializers.ListField(child=serializers.CharField())
    language = serializers.ChoiceField(choices=settings.LANGUAGES)
    time_zone = serializers.CharField()


class SignedInOut(serializers.Serializer[Any]):
    user = MeOut()
    organization = OrganizationChip(allow_null=True)


class SessionOut(SignedInOut):
    expires_at = serializers.DateTimeField()


class ExpiryOut(serializers.Serializer[Any]):
    expires_at = serializers.DateTimeField()


class MeIn(StrictSerializer):
    first_name = TextField(required=False)
    last_name = TextField(required=False)
    job_title = TextField(required=False, allow_blank=True)
    bio = TextField(required=False, allow_blank=True)
    phone = TextField(required=False, allow_blank=True)
    expertise: Any = serializers.ListField(child=TextField(), required=False)
    language = serializers.ChoiceField(choices=settings.LANGUAGES, required=False)
    time_zone = TextField(required=False)


class EmailIn(StrictSerializer):
    email = TextField()


class KeyIn(StrictSerializer):
    key = TextField(max_length=300)


class ResetIn(KeyIn):
    new_password = _password()


class ChangePasswordIn(StrictSerializer):
    current_password = _password()
    new_password = _password()


class AddressOut(serializers.Serializer[Any]):
    email = serializers.EmailField()
    verified = serializers.BooleanField()


class SessionLineOut(serializers.Serializer[Any]):
    """One sign-in: where and when."""

    id = serializers.UUIDField()
    device = serializers.CharField()
    place = serializers.CharField(help_text="IP address")
    started_at = serializers.DateTimeField()
    last_used_at = serializers.DateTimeField()
    current = serializers.BooleanField()


class PublicPerson(PersonChip):
    """What members of all organizations know of a person."""

    bio = serializers.CharField()
    expertise: Any = serializers.ListField(child=serializers.CharField())


class PeopleQuery(StrictSerializer):
    """What the directory of people is narrowed to; ``organization`` is a slug."""

    search = TextField(required=False, allow_blank=True, max_length=200)
    organization = TextField(required=False, max_length=130)
    industry = serializers.ChoiceField(choices=Industry.choices, required=False)
    expertise = TextField(required=False, max_length=60)


class PictureIn(StrictSerializer):
    """One picture in a form (``multipart/form-data``)."""

    file = serializers.FileField(max_length=300)


class PictureOut(serializers.Serializer[Any]):
    """A person's picture as squares of 96 and 384 px."""

    avatar_url = serializers.CharField(allow_null=True)
    large_avatar_url = serializers.CharField(allow_null=True)
