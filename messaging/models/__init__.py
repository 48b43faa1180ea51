"""What messaging keeps: notifications and how people want to be told, conversations, reports of messages."""

from messaging.models.conversations import (
    Block,
    Conversation,
    Message,
    MessageQuerySet,
    MessagingPreference,
    Participant,
)
from messaging.models.notifications import EVENTS_KEPT, Notification, NotificationPreference, NotificationQuerySet
from messaging.models.reports import MessageReason, MessageReport, MessageReportState

__all__ = [
    "EVENTS_KEPT",
    "Block",
    "Conversation",
    "Message",
    "MessageQuerySet",
    "MessageReason",
    "MessageReport",
    "MessageReportState",
    "MessagingPreference",
    "Notification",
    "NotificationPreference",
    "NotificationQuerySet",
    "Participant",
]
