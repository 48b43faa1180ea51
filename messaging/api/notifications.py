"""Notifications as JSON."""

from __future__ import annotations

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from messaging import actions, queries
from messaging.presenting import lines
from messaging.serializers.notifications import (
    NotificationChange,
    NotificationOut,
    NotificationPage,
    NotificationsQuery,
    PreferencesSerializer,
    QuietHoursSerializer,
)
from p2psandbox.platform.api.serializers import StrictSerializer, show, show_each
from p2psandbox.platform.api.views import Endpoint


class NotificationsEndpoint(Endpoint):
    """What the caller was told."""

    query = NotificationsQuery

    @extend_schema(operation_id="notifications_list", responses=NotificationPage)
    def get(self, request: Request) -> Response:
        """Newest first, grouped per thread, by cursor."""
        found = queries.notifications(
            self.actor,
            unread=self.params.get("unread"),
            cursor=self.params.get("cursor", ""),
            size=self.params["page_size"],
        )
        here = request.build_absolute_uri()
        beside = {
            name: replace_query_param(here, "cursor", cursor) if cursor else None
            for name, cursor in (("next", found.next), ("previous", found.previous))
        }
        return Response({**beside, "results": show_each(NotificationOut, found.lines)})


class NotificationEndpoint(Endpoint):
    """One notification of the caller's."""

    @extend_schema(operation_id="notifications_update", request=NotificationChange, responses=NotificationOut)
    def patch(self, request: Request, notification_id: UUID) -> Response:
        """Mark it as read."""
        queries.notification(self.actor, notification_id)
        self.body(NotificationChange)
        [line] = lines([actions.mark_read(actor=self.actor, notification_id=notification_id)])
        return Response(show(NotificationOut, line))


class ReadAllEndpoint(Endpoint):
    """All notifications of the caller's."""

    @extend_schema(operation_id="notifications_read_all", request=None, responses={204: None})
    def post(self, request: Request) -> Response:
        """Mark them as read."""
        self.body(StrictSerializer)
        actions.mark_all_read(actor=self.actor)
        return Response(status=status.HTTP_204_NO_CONTENT)


class PreferencesEndpoint(Endpoint):
    """How the caller is told of each kind."""

    @extend_schema(operation_id="notification_preferences", responses=PreferencesSerializer)
    def get(self, request: Request) -> Response:
        """Every kind, with the defaults where nothing was chosen."""
        return Response(PreferencesSerializer(queries.preferences(self.actor)).data)

    @extend_schema(
        operation_id="notification_preferences_update", request=PreferencesSerializer, responses=PreferencesSerializer
    )
    def patch(self, request: Request) -> Response:
        """Change any of them; the rest stays."""
        queries.preferences(self.actor)
        changed = actions.set_preferences(actor=self.actor, changes=self.body(PreferencesSerializer, partial=True))
        return Response(PreferencesSerializer(changed).data)


class QuietHoursEndpoint(Endpoint):
    """When no mail about what happens reaches the caller."""

    @extend_schema(operation_id="quiet_hours", responses=QuietHoursSerializer)
    def get(self, request: Request) -> Response:
        """Times of day in the time zone of the profile; both `null` for none."""
        return Response(QuietHoursSerializer(queries.reaching(self.actor)).data)

    @extend_schema(operation_id="quiet_hours_update", request=QuietHoursSerializer, responses=QuietHoursSerializer)
    def put(self, request: Request) -> Response:
        """Keep other ones; they may pass midnight. Mail that was held goes out when they end."""
        queries.reaching(self.actor)
        actions.set_quiet_hours(actor=self.actor, **self.body(QuietHoursSerializer))
        return self.get(request)
