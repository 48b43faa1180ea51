"""What everything about conversations asks first: between whom, and with which rows locked."""

from __future__ import annotations

from uuid import UUID

from accounts.models import User
from messaging.models import Conversation, Message, Participant
from p2psandbox.platform.errors import NotFound
from p2psandbox.platform.permissions import Actor, Permission, require


def own_message(actor: Actor, message_id: UUID) -> Message:
    """Return a message the actor sent or got and has not deleted. Raises ``NotFound`` for every other."""
    require(actor, Permission.READ_MEMBERS_AREA)
    found = Message.objects.visible_to(actor.id).defer("vector").filter(pk=message_id).first()
    if found is None:
        raise NotFound
    return found


def in_order(one: UUID, other: UUID) -> tuple[UUID, UUID]:
    """Return a pair as conversations keep it, the same for both people."""
    return (one, other) if one < other else (other, one)


def hold(one: UUID, other: UUID) -> Conversation:
    """Return the conversation of two people with its row locked until the transaction ends, made if need be.

    Of two who write each other for the first time at once, the second waits for the first.
    """
    first, second = in_order(one, other)
    found = Conversation.objects.select_for_update(no_key=True).filter(first_id=first, second_id=second)
    if (conversation := found.first()) is not None:
        return conversation
    Conversation.objects.bulk_create([Conversation(first_id=first, second_id=second)], ignore_conflicts=True)
    conversation = found.get()
    Participant.objects.bulk_create(
        [Participant(conversation=conversation, person_id=a, other_id=b) for a, b in ((one, other), (other, one))],
        ignore_conflicts=True,
    )
    return conversation


def hold_own(person_id: UUID | None, conversation_id: UUID) -> Participant:
    """Return how a conversation stands for one of its people, locked: the conversation first. Raises ``NotFound``."""
    Conversation.objects.select_for_update(no_key=True).filter(pk=conversation_id).first()
    own = Participant.objects.filter(conversation_id=conversation_id, person_id=person_id).first()
    if own is None:
        raise NotFound
    return own


def unread_in(own: Participant) -> int:
    """Count what somebody has got in a conversation and neither read nor deleted."""
    rows = Message.objects.filter(
        conversation_id=own.conversation_id, recipient_id=own.person_id, hidden_from_recipient=False
    )
    for since in filter(None, (own.read_until, own.cleared_until)):
        rows = rows.filter(created_at__gt=since)
    return rows.order_by().count()


def blocks_tag(person_id: UUID | None) -> str:
    """Return the tag (:mod:`p2psandbox.platform.cachetags`) of whatever depends on whom somebody has blocked."""
    return f"blocks:{person_id}"


def known_person(person_id: UUID) -> User | None:
    """Return somebody who has a profile, also when they are deactivated by now."""
    return User.objects.filter(pk=person_id, deleted_at__isnull=True, email_verified_at__isnull=False).first()
