"""What messaging keeps: notifications, and how people want to be told."""

from messaging.models.notifications import EVENTS_KEPT, Notification, NotificationPreference, NotificationQuerySet

__all__ = ["EVENTS_KEPT", "Notification", "NotificationPreference", "NotificationQuerySet"]
