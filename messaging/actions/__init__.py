"""What people do in messaging, by noun."""

from messaging.actions.notifications import (
    DIGEST,
    mark_all_read,
    mark_read,
    mark_thread_read,
    resume_mail,
    set_preferences,
    set_quiet_hours,
    unsubscribe,
)

__all__ = [
    "DIGEST",
    "mark_all_read",
    "mark_read",
    "mark_thread_read",
    "resume_mail",
    "set_preferences",
    "set_quiet_hours",
    "unsubscribe",
]
