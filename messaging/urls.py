"""Addresses of messaging."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from messaging.api import notifications as endpoints
from messaging.views import notifications as views

pages: list[URLPattern | URLResolver] = [
    path("notifications/", views.notification_list, name="notifications"),
    path("notifications/read-all/", views.read_all, name="read_all"),
    path("notifications/unsubscribe/<str:token>/", views.unsubscribe, name="unsubscribe"),
    path("notifications/<uuid:notification_id>/", views.notification, name="notification"),
    path("settings/notifications/", views.preferences, name="preferences"),
]

api: list[URLPattern | URLResolver] = [
    path("notifications", endpoints.NotificationsEndpoint.as_view(), name="notifications"),
    path("notifications/read-all", endpoints.ReadAllEndpoint.as_view(), name="notifications_read_all"),
    path("notifications/preferences", endpoints.PreferencesEndpoint.as_view(), name="notification_preferences"),
    path("notifications/<uuid:notification_id>", endpoints.NotificationEndpoint.as_view(), name="notification"),
]
