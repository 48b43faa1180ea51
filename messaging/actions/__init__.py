"""What people do in messaging, by noun."""

from messaging.actions.notifications import (
    DIGEST,
    mark_all_read,
    mark_read,
    mark_thread_read,
    set_preferences,
    unsubscribe,
)

__all__ = ["DIGEST", "mark_all_read", "mark_read", "mark_thread_read", "set_preferences", "unsubscribe"]
