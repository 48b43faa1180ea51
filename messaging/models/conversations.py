"""Private messages: conversations of two people, what each has read, and whom they want to hear nothing from."""

from __future__ import annotations

from typing import Self
from uuid import UUID

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from accounts.models import User
from p2psandbox.platform.models import Record


class Conversation(Record):
    """What two people write each other. ``first`` has the smaller id, so that there is one row for a pair.

    Every write to a conversation locks this row first. ``last_at`` is the time of its newest message: each is later
    than the one before it, so that a time alone says what has been read.
    """

    first = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+", db_index=False)
    second = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    last_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="conversation_once_per_pair"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="conversation_pair_is_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.first_id} and {self.second_id}"


class MessageQuerySet(models.QuerySet["Message"]):
    """Messages as they are asked for."""

    def visible_to(self, person_id: UUID | None) -> Self:
        """Those somebody sent or got, without what they deleted for themselves and what never arrived."""
        sent = Q(sender_id=person_id, hidden_from_sender=False)
        got = Q(recipient_id=person_id, hidden_from_recipient=False)
        cleared = Participant.objects.filter(
            person_id=person_id, conversation=OuterRef("conversation"), cleared_until__gte=OuterRef("created_at")
        )
        return self.filter(sent | got).exclude(Exists(cleared))


class Message(Record):
    """One message: plain text as its sender typed it, never changed.

    ``withheld`` ones were sent to somebody who had blocked the sender: they never arrive, and the sender sees nothing
    of that. ``hidden_from_…``: that person deleted it for themselves, or it never arrived. ``vector`` holds the words
    for searching, marked with the people who may find it.
    """

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="messages", db_index=False)
    sender = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    recipient = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    body = models.TextField(blank=True)
    attachment_count = models.PositiveSmallIntegerField(default=0)
    withheld = models.BooleanField(default=False)
    hidden_from_sender = models.BooleanField(default=False)
    hidden_from_recipient = models.BooleanField(default=False)
    vector = SearchVectorField()

    objects = MessageQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["conversation", "created_at"], name="message_times_differ"),
            models.CheckConstraint(condition=~Q(sender=F("recipient")), name="message_not_to_oneself"),
            models.CheckConstraint(
                condition=~Q(body="") | Q(attachment_count__gt=0), name="message_says_or_carries_something"
            ),
            models.CheckConstraint(
                condition=Q(withheld=False) | Q(hidden_from_recipient=True), name="message_withheld_never_arrives"
            ),
        ]
        indexes = [GinIndex(fields=["vector"], fastupdate=False, name="message_search")]

    def __str__(self) -> str:
        return f"message {self.pk}"


class Participant(Record):
    """One of a conversation's two people (``person``), and how things stand for them.

    ``read_until`` is the time of the last message they have read, ``cleared_until`` of the last one when they deleted
    the conversation for themselves. ``last_message`` is the newest one they see, ``last_at`` its time: both empty while
    they see none, and then the conversation is not in their list.
    """

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="participants")
    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+", db_index=False)
    other = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    read_until = models.DateTimeField(null=True)
    cleared_until = models.DateTimeField(null=True)
    unread_count = models.PositiveIntegerField(default=0)
    last_message = models.ForeignKey(Message, on_delete=models.SET_NULL, null=True, related_name="+")
    last_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "other"], name="participant_once_per_pair"),
            models.UniqueConstraint(fields=["conversation", "person"], name="participant_once_per_conversation"),
            models.CheckConstraint(condition=~Q(person=F("other")), name="participant_not_alone"),
        ]
        indexes = [
            models.Index(
                fields=["person", "-last_at", "-id"], name="participant_list", condition=Q(last_at__isnull=False)
            ),
            models.Index(fields=["person"], name="participant_unread", condition=Q(unread_count__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} in {self.conversation_id}"

    @property
    def thread(self) -> str:
        """What notifications of this conversation are gathered under, for this person alone."""
        return f"messages:{self.pk}"


class Block(Record):
    """``person`` wants no messages from ``blocked``, who does not learn of it."""

    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+", db_index=False)
    blocked = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["person", "blocked"], name="block_once"),
            models.CheckConstraint(condition=~Q(person=F("blocked")), name="block_not_oneself"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} blocks {self.blocked_id}"


class MessagingPreference(Record):
    """How somebody writes with others and when mail may reach them; without a row, the fields' defaults hold.

    ``quiet_from`` and ``quiet_until`` are times of day in the person's time zone: both, or neither.
    """

    person = models.OneToOneField(User, on_delete=models.CASCADE, related_name="messaging_preference")
    read_receipts = models.BooleanField(default=True)
    quiet_from = models.TimeField(null=True, blank=True)
    quiet_until = models.TimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(quiet_from__isnull=True, quiet_until__isnull=True)
                | (Q(quiet_from__isnull=False, quiet_until__isnull=False) & ~Q(quiet_from=F("quiet_until"))),
                name="quiet_hours_begin_and_end",
            )
        ]

    def __str__(self) -> str:
        return f"preference of {self.person_id}"
