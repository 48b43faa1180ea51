"""Contact requests as clients send and get them."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from p2psandbox.platform.api.serializers import OrganizationChip, PersonChip, StrictSerializer, TextField
from usecases.models import RequestState


class AskSerializer(StrictSerializer):
    """What somebody wants to know."""

    message = TextField(allow_blank=True)


class AnswerSerializer(StrictSerializer):
    """Words that go with an answer."""

    answer = TextField(required=False, allow_blank=True, default="")


class ContactRequestQuery(StrictSerializer):
    """Which requests: sent, received (those the asker of this may answer), or both."""

    direction = serializers.ChoiceField(choices=["sent", "received"], required=False)
    state = serializers.ChoiceField(choices=RequestState.choices, required=False)


class StoryChip(serializers.Serializer[Any]):
    """The story a request or a report is about."""

    id = serializers.UUIDField()
    title = serializers.CharField()
    url = serializers.CharField()


class AskedContactSerializer(serializers.Serializer[Any]):
    """One request. The contact itself is on its story: `GET use-cases/{id}`.

    `use_case` is `null` for who asked about a story that has left the library; `answered_by`, `given` and `seen_at`
    are for those who were asked.
    """

    id = serializers.UUIDField()
    direction = serializers.ChoiceField(choices=["sent", "received"])
    use_case = StoryChip(allow_null=True)
    asker = PersonChip()
    organization = OrganizationChip(help_text=_("The asker's, when they asked."))
    message = serializers.CharField()
    state = serializers.ChoiceField(choices=RequestState.choices)
    answer = serializers.CharField()
    created_at = serializers.DateTimeField()
    answered_at = serializers.DateTimeField(allow_null=True)
    answered_by = PersonChip(allow_null=True)
    given = serializers.ListField(child=serializers.CharField(), help_text=_("Which parts of the contact were given."))
    seen_at = serializers.DateTimeField(allow_null=True)
