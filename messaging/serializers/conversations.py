"""Shape of messages in JSON."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from messaging.models import MessageReason, MessageReport, MessageReportState
from p2psandbox.platform.api.serializers import PersonChip, StrictSerializer, TextField


class ConversationsQuery(StrictSerializer):
    """Parameters of the list of conversations."""

    cursor = serializers.CharField(required=False, max_length=300)
    page_size = serializers.IntegerField(required=False, min_value=1, max_value=100, default=30)


class ConversationQuery(ConversationsQuery):
    """Parameters of one conversation."""

    after = serializers.UUIDField(required=False, help_text="Only what came after this message.")


class MessageSearchQuery(ConversationsQuery):
    """Parameters of the search in one's own messages."""

    q = serializers.CharField(required=False, max_length=200, allow_blank=True, default="")


class MessageIn(StrictSerializer):
    """A message to one person: text as typed (at most 10,000 characters), files, or both."""

    recipient = serializers.UUIDField()
    body = TextField(required=False, allow_blank=True, default="")
    attachments = serializers.ListField(child=serializers.UUIDField(), required=False, default=list, max_length=100)


class MessageAttachment(serializers.Serializer[Any]):
    """A file of a message; its addresses ask for permission each time."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    content_type = serializers.CharField()
    size = serializers.IntegerField()
    width = serializers.IntegerField(allow_null=True)
    height = serializers.IntegerField(allow_null=True)
    url = serializers.CharField()
    download_url = serializers.CharField()
    thumbnail_url = serializers.CharField(allow_null=True)


class MessageOut(serializers.Serializer[Any]):
    """A message as the caller sees it."""

    id = serializers.UUIDField(source="message.id")
    sender = serializers.UUIDField(source="message.sender_id")
    recipient = serializers.UUIDField(source="message.recipient_id")
    body = serializers.CharField(source="message.body", help_text="Plain text; line breaks count.")
    created_at = serializers.DateTimeField(source="message.created_at")
    mine = serializers.BooleanField(help_text="Whether the caller sent it.")
    read = serializers.BooleanField(
        help_text="Of one's own: whether the other person has read it, if both of you give read receipts."
    )
    attachments = MessageAttachment(many=True)


class LastMessage(serializers.Serializer[Any]):
    """The newest message of a conversation, for a list."""

    id = serializers.UUIDField()
    sender = serializers.UUIDField(source="sender_id")
    body = serializers.CharField()
    created_at = serializers.DateTimeField()
    attachment_count = serializers.IntegerField()


class ConversationOut(serializers.Serializer[Any]):
    """All that one person and the caller wrote each other."""

    person = PersonChip()
    last_message = LastMessage()
    unread_count = serializers.IntegerField()


class ConversationPage(serializers.Serializer[Any]):
    """A page of the list of conversations."""

    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    results = ConversationOut(many=True)


class MessagePage(serializers.Serializer[Any]):
    """A page of one conversation."""

    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    results = MessageOut(many=True)


class MessageHit(serializers.Serializer[Any]):
    """A message that was found."""

    id = serializers.UUIDField(source="message.id")
    person = PersonChip(help_text="With whom.")
    mine = serializers.BooleanField()
    created_at = serializers.DateTimeField(source="message.created_at")
    snippet = serializers.CharField(help_text="HTML with nothing in it but `<mark>`.")


class MessageHitPage(serializers.Serializer[Any]):
    """A page of what was found."""

    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    results = MessageHit(many=True)


class UnreadCount(serializers.Serializer[Any]):
    """How many messages were not read."""

    count = serializers.IntegerField()


class BlockOut(serializers.Serializer[Any]):
    """Somebody the caller wants to hear nothing from."""

    person = PersonChip(source="blocked")
    created_at = serializers.DateTimeField()


class MessagingPreferences(StrictSerializer):
    """How the caller writes with others."""

    read_receipts = serializers.BooleanField(
        help_text="Whether others see what you have read; without it you do not see what they have."
    )


class MessageReportIn(StrictSerializer):
    """Why moderators should look at a message; `other` needs a note."""

    reason = serializers.ChoiceField(choices=MessageReason.choices)
    note = TextField(required=False, allow_blank=True, default="")


class MessageReportOut(serializers.ModelSerializer[MessageReport]):
    """One's own report."""

    state = serializers.ChoiceField(choices=MessageReportState.choices)

    class Meta:
        model = MessageReport
        fields = ["id", "reason", "note", "state", "created_at", "settled_at"]
