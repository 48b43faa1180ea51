"""Invitations and members as a company's admins read and write them in JSON."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.actions.invitations import SendResult
from accounts.models import InvitationStatus, MemberRole, User
from accounts.queries.members import ORDERINGS, STATUSES, member_status
from p2psandbox.platform.api.serializers import OrganizationChip, PersonChip, StrictSerializer, TextField


class InvitationsIn(StrictSerializer):
    """``emails``, or one ``email``."""

    emails: Any = serializers.ListField(child=TextField(allow_blank=True), required=False)
    email = TextField(required=False)
    role = serializers.ChoiceField(choices=MemberRole.choices, default=MemberRole.MEMBER)
    message = TextField(required=False, allow_blank=True)


class SentOut(serializers.Serializer[Any]):
    """What became of one address."""

    email = serializers.CharField()
    result = serializers.ChoiceField(choices=SendResult.choices)


class InviterOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    first_name = serializers.CharField()
    last_name = serializers.CharField()


class InvitationOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    email = serializers.EmailField()
    role = serializers.ChoiceField(choices=MemberRole.choices)
    message = serializers.CharField()
    status = serializers.ChoiceField(choices=InvitationStatus.choices)
    invited_by = InviterOut(allow_null=True)
    sent_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()
    resent_count = serializers.IntegerField()
    accepted_at = serializers.DateTimeField(allow_null=True)
    cancelled_at = serializers.DateTimeField(allow_null=True)


class InvitationsQuery(StrictSerializer):
    status = serializers.ChoiceField(choices=InvitationStatus.choices, required=False)


class InvitationCountsOut(serializers.Serializer[Any]):
    pending = serializers.IntegerField()
    accepted = serializers.IntegerField()
    expired = serializers.IntegerField()
    cancelled = serializers.IntegerField()


class TokenQuery(StrictSerializer):
    token = TextField(max_length=300)


class StandingInvitationOut(serializers.Serializer[Any]):
    """What whoever holds the link may know before they accept."""

    email = serializers.EmailField()
    organization = OrganizationChip()
    role = serializers.ChoiceField(choices=MemberRole.choices)
    invited_by = serializers.CharField(source="invited_by.get_full_name")
    expires_at = serializers.DateTimeField()


class AcceptIn(StrictSerializer):
    token = TextField(max_length=300)
    first_name = TextField()
    last_name = TextField()
    password = TextField(max_length=4096, style={"input_type": "password"})


class MembersQuery(StrictSerializer):
    """What the list of members is narrowed to."""

    search = TextField(required=False, allow_blank=True, max_length=200)
    role = serializers.ChoiceField(choices=MemberRole.choices, required=False)
    status = serializers.ChoiceField(choices=[(status, status) for status in STATUSES], required=False)
    ordering = serializers.ChoiceField(choices=[(name, name) for name in ORDERINGS], required=False)


class MemberOut(PersonChip):
    """A member as their company's admins see them."""

    email = serializers.EmailField()
    role = serializers.ChoiceField(choices=MemberRole.choices)
    status = serializers.SerializerMethodField()
    is_active = serializers.BooleanField()
    created_at = serializers.DateTimeField()
    last_login = serializers.DateTimeField(allow_null=True)

    @extend_schema_field(serializers.ChoiceField(choices=[(status, status) for status in STATUSES]))
    def get_status(self, person: User) -> str:
        return member_status(person)


class MemberIn(StrictSerializer):
    role = serializers.ChoiceField(choices=MemberRole.choices, required=False)
    is_active = serializers.BooleanField(required=False)
    first_name = TextField(required=False)
    last_name = TextField(required=False)
    job_title = TextField(required=False, allow_blank=True)
