"""What demo people wrote each other, sent and read by the actions people use, then moved back in time."""

from __future__ import annotations

from datetime import datetime, timedelta
from io import BytesIO
from typing import Any
from uuid import UUID

from dashboard.demo import content
from dashboard.demo.people import Cast
from messaging.actions.keeping import mark_message_read
from messaging.actions.sending import send_message
from messaging.models import Conversation, Message, Notification, Participant
from p2psandbox.platform.files import actions as files
from p2psandbox.platform.files.models import Purpose
from p2psandbox.platform.permissions import Actor

_Said = list[tuple[Message, datetime]]


def make_conversations(cast: Cast, now: datetime) -> None:
    """Write every conversation; what is not marked as unread has been read."""
    for entry in content.read("messages")["conversations"]:
        began = now - timedelta(days=entry["days_ago"])
        said = [
            (_send(words, entry, cast), began + timedelta(hours=words["after_hours"])) for words in entry["messages"]
        ]
        for (message, _time), words in zip(said, entry["messages"], strict=True):
            if not words.get("unread"):
                reader = cast.actor(_other(entry, words["by"]))
                mark_message_read(actor=reader, message_id=message.pk)
        _move_back(said)


def _other(entry: dict[str, Any], key: str) -> str:
    one, other = entry["between"]
    return str(other if key == one else one)


def _send(words: dict[str, Any], entry: dict[str, Any], cast: Cast) -> Message:
    actor = cast.actor(words["by"])
    attached = [_file(words["file"], actor)] if "file" in words else []
    recipient_id = cast.id(_other(entry, words["by"]))
    return send_message(actor=actor, recipient_id=recipient_id, body=words["body"].strip(), attachments=attached)


def _file(entry: dict[str, Any], actor: Actor) -> UUID:
    stream = BytesIO(entry["text"].lstrip().encode())
    return files.store(actor=actor, purpose=Purpose.ATTACHMENT, name=entry["name"], stream=stream).pk


def _move_back(said: _Said) -> None:
    """Give messages their times, and what refers to a time the same one."""
    last = said[-1][1]
    conversation_id = said[0][0].conversation_id
    sides = Participant.objects.filter(conversation_id=conversation_id)
    for message, time in said:
        sides.filter(read_until=message.created_at).update(read_until=time)
        Message.objects.filter(pk=message.pk).update(created_at=time, updated_at=time)
    sides.update(created_at=said[0][1], last_at=last, updated_at=last)
    Conversation.objects.filter(pk=conversation_id).update(created_at=said[0][1], last_at=last, updated_at=last)
    for side in sides:
        told = Notification.objects.filter(recipient_id=side.person_id, thread=side.thread)
        told.update(created_at=last, first_event_at=last, last_event_at=last)
        told.filter(read_at__isnull=False).update(read_at=last)
