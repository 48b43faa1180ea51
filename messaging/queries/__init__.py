"""What people read in messaging, by noun."""

from messaging.queries.notifications import (
    PER_PAGE,
    Choice,
    NotificationList,
    Reaching,
    choices_of,
    notification,
    notifications,
    preferences,
    reaching,
)

__all__ = [
    "PER_PAGE",
    "Choice",
    "NotificationList",
    "Reaching",
    "choices_of",
    "notification",
    "notifications",
    "preferences",
    "reaching",
]
