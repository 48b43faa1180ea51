"""Addresses of messaging."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from messaging.api import conversations as message_endpoints
from messaging.api import notifications as endpoints
from messaging.views import conversations, notifications, reports

pages: list[URLPattern | URLResolver] = [
    path("messages/", conversations.inbox, name="inbox"),
    path("messages/new/", conversations.new, name="new"),
    path("messages/search/", conversations.search, name="search"),
    path("messages/<uuid:person_id>/", conversations.conversation, name="conversation"),
    path("messages/<uuid:person_id>/delete/", conversations.delete_conversation, name="delete_conversation"),
    path("messages/<uuid:person_id>/block/", conversations.block, name="block"),
    path("messages/one/<uuid:message_id>/delete/", conversations.delete_message, name="delete_message"),
    path("messages/one/<uuid:message_id>/report/", reports.report, name="report"),
    path("messages/one/<uuid:message_id>/warning/", reports.warning, name="warning"),
    path("settings/messages/", conversations.preferences, name="message_preferences"),
    path("notifications/", notifications.notification_list, name="notifications"),
    path("notifications/read-all/", notifications.read_all, name="read_all"),
    path("notifications/unsubscribe/<str:token>/", notifications.unsubscribe, name="unsubscribe"),
    path("notifications/<uuid:notification_id>/", notifications.notification, name="notification"),
    path("settings/notifications/", notifications.preferences, name="preferences"),
]

api: list[URLPattern | URLResolver] = [
    path("messages", message_endpoints.ConversationsEndpoint.as_view(), name="messages"),
    path("messages/unread-count", message_endpoints.UnreadCountEndpoint.as_view(), name="messages_unread_count"),
    path("messages/search", message_endpoints.MessageSearchEndpoint.as_view(), name="messages_search"),
    path("messages/preferences", message_endpoints.MessagingPreferencesEndpoint.as_view(), name="messages_preferences"),
    path("messages/blocks", message_endpoints.BlocksEndpoint.as_view(), name="messages_blocks"),
    path("messages/blocks/<uuid:person_id>", message_endpoints.BlockEndpoint.as_view(), name="messages_block"),
    path("messages/one/<uuid:message_id>", message_endpoints.MessageEndpoint.as_view(), name="message"),
    path("messages/<uuid:person_id>", message_endpoints.ConversationEndpoint.as_view(), name="conversation"),
    path("messages/<uuid:message_id>/read", message_endpoints.MessageReadEndpoint.as_view(), name="message_read"),
    path("messages/<uuid:message_id>/report", message_endpoints.MessageReportEndpoint.as_view(), name="message_report"),
    path("notifications", endpoints.NotificationsEndpoint.as_view(), name="notifications"),
    path("notifications/read-all", endpoints.ReadAllEndpoint.as_view(), name="notifications_read_all"),
    path("notifications/preferences", endpoints.PreferencesEndpoint.as_view(), name="notification_preferences"),
    path("notifications/quiet-hours", endpoints.QuietHoursEndpoint.as_view(), name="quiet_hours"),
    path("notifications/<uuid:notification_id>", endpoints.NotificationEndpoint.as_view(), name="notification"),
]
