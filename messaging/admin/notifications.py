"""What operators see of notifications."""

from __future__ import annotations

from django.contrib import admin

from messaging.models import Notification, NotificationPreference
from p2psandbox.platform.readonly_admin import ReadOnlyAdmin


@admin.register(Notification)
class NotificationAdmin(ReadOnlyAdmin):
    """What people were told."""

    list_display = ["kind", "recipient", "thread", "count", "last_event_at", "read_at", "mail", "mailed_at"]
    list_filter = ["kind", "mail", ("read_at", admin.EmptyFieldListFilter), ("mail_due_at", admin.EmptyFieldListFilter)]
    list_select_related = ["recipient"]
    search_fields = ["=thread", "=recipient__email"]
    show_full_result_count = False


@admin.register(NotificationPreference)
class NotificationPreferenceAdmin(ReadOnlyAdmin):
    """What people have chosen."""

    list_display = ["person", "kind", "in_app", "email", "updated_at"]
    list_filter = ["kind", "email"]
    list_select_related = ["person"]
    search_fields = ["=person__email"]
