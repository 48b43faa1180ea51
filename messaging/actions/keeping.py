"""What one of two people does with a conversation for themselves: read it, delete from it.

The other sees none of it but, if both want that, what was read.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from messaging import unread
from messaging.actions.notifications import mark_thread_read
from messaging.conversing import hold_own, own_message, unread_in
from messaging.models import Message, MessagingPreference, Participant
from messaging.receipts import tell_read
from p2psandbox.platform.errors import NotFound
from p2psandbox.platform.permissions import Actor, Permission, require

_KEPT = ("read_until", "cleared_until", "unread_count", "last_message", "last_at", "updated_at")


def mark_message_read(*, actor: Actor, message_id: UUID) -> Message:
    """Mark a message and all before it in its conversation as read. Raises ``NotFound``."""
    message = own_message(actor, message_id)
    with transaction.atomic():
        own = hold_own(actor.id, message.conversation_id)
        if own.read_until is None or own.read_until < message.created_at:
            own.read_until = message.created_at
            _settle(actor, own)
            tell_read(sender_id=own.other_id, reader_id=own.person_id)
    return message


def delete_message(*, actor: Actor, message_id: UUID) -> None:
    """Delete a message for the actor alone; the other person keeps it. Raises ``NotFound``."""
    message = own_message(actor, message_id)
    with transaction.atomic():
        own = hold_own(actor.id, message.conversation_id)
        side = "hidden_from_sender" if message.sender_id == actor.id else "hidden_from_recipient"
        Message.objects.filter(pk=message.pk).update(**{side: True}, updated_at=timezone.now())
        if own.last_message_id == message.pk:
            _find_last(own)
        _settle(actor, own)


def delete_conversation(*, actor: Actor, other_id: UUID) -> None:
    """Delete all that was written with somebody, for the actor alone; a new message begins it anew.

    Raises ``NotFound`` where there is no conversation.
    """
    require(actor, Permission.READ_MEMBERS_AREA)
    rows = Participant.objects.filter(person_id=actor.id, other_id=other_id)
    conversation_id = rows.values_list("conversation_id", flat=True).first()
    if conversation_id is None:
        raise NotFound
    with transaction.atomic():
        own = hold_own(actor.id, conversation_id)
        own.cleared_until = _last_at(conversation_id)
        own.last_message = own.last_at = None
        _settle(actor, own)


def set_read_receipts(*, actor: Actor, wanted: bool) -> None:
    """Say whether others see what the actor has read; who does not tell is not told either."""
    require(actor, Permission.EDIT_OWN_ACCOUNT, owner_id=actor.id)
    MessagingPreference.objects.update_or_create(person_id=actor.id, defaults={"read_receipts": wanted})


def _last_at(conversation_id: UUID) -> datetime | None:
    rows = Message.objects.filter(conversation_id=conversation_id).order_by("-created_at")
    return rows.values_list("created_at", flat=True).first()


def _find_last(own: Participant) -> None:
    rows = Message.objects.visible_to(own.person_id).filter(conversation_id=own.conversation_id)
    own.last_message = rows.order_by("-created_at").defer("vector").first()
    own.last_at = own.last_message.created_at if own.last_message else None


def _settle(actor: Actor, own: Participant) -> None:
    """Store a held side with its count; with nothing unread in it, its notification is read, too."""
    own.unread_count = unread_in(own)
    own.save(update_fields=_KEPT)
    if own.unread_count == 0:
        mark_thread_read(actor=actor, thread=own.thread)
    assert actor.id is not None  # who has a side has an account
    unread.changed([actor.id])
