"""What people read in messaging, by noun."""

from messaging.queries.notifications import (
    PER_PAGE,
    Choice,
    NotificationList,
    choices_of,
    notification,
    notifications,
    preferences,
)

__all__ = ["PER_PAGE", "Choice", "NotificationList", "choices_of", "notification", "notifications", "preferences"]
