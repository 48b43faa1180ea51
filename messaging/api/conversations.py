"""Private messages as JSON."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.utils.urls import replace_query_param

from messaging import unread
from messaging.actions import blocking, keeping, reports, sending
from messaging.conversing import own_message
from messaging.queries import conversations as queries
from messaging.serializers.conversations import (
    BlockOut,
    ConversationOut,
    ConversationPage,
    ConversationQuery,
    ConversationsQuery,
    MessageHit,
    MessageHitPage,
    MessageIn,
    MessageOut,
    MessagePage,
    MessageReportIn,
    MessageReportOut,
    MessageSearchQuery,
    MessagingPreferences,
    UnreadCount,
)
from p2psandbox.platform.api.serializers import StrictSerializer, show, show_each
from p2psandbox.platform.api.views import Endpoint
from p2psandbox.platform.idempotency import once
from p2psandbox.platform.permissions import Permission, require


def _feed(request: Request, page: Any, rows: Any, kind: type[Serializer[Any]]) -> Response:
    """Answer a page of a feed with the addresses of the pages beside it."""
    here = request.build_absolute_uri()
    beside = {
        name: replace_query_param(here, "cursor", cursor) if (cursor := getattr(page, name)) else None
        for name in ("next", "previous")
    }
    return Response({**beside, "results": kind(rows, many=True).data})


class ConversationsEndpoint(Endpoint):
    """The caller's conversations."""

    query = ConversationsQuery
    idempotent = True

    @extend_schema(operation_id="messages_list", responses=ConversationPage)
    def get(self, request: Request) -> Response:
        """One for each person, the one with the newest message first, by cursor."""
        page = queries.conversations(self.actor, cursor=self.params.get("cursor", ""), size=self.params["page_size"])
        return _feed(request, page, page.entries, ConversationOut)

    @extend_schema(operation_id="messages_send", request=MessageIn, responses={201: MessageOut})
    def post(self, request: Request) -> Response:
        """Write to one person. The same `Idempotency-Key` sends it once."""
        require(self.actor, Permission.SEND_MESSAGES)
        given = self.body(MessageIn)
        message_id, _new = once(
            actor=self.actor,
            kind="messaging.message",
            key=self.idempotency_key(),
            make=lambda: (
                sending.send_message(
                    actor=self.actor,
                    recipient_id=given["recipient"],
                    body=given["body"],
                    attachments=given["attachments"],
                ).pk
            ),
        )
        line = queries.line_of(self.actor, own_message(self.actor, message_id))
        return Response(show(MessageOut, line), status=status.HTTP_201_CREATED)


class ConversationEndpoint(Endpoint):
    """What the caller and one person wrote each other."""

    query = ConversationQuery

    @extend_schema(operation_id="messages_conversation", responses=MessagePage)
    def get(self, request: Request, person_id: UUID) -> Response:
        """Newest first, by cursor; `after` for what is new since. Reading it here marks nothing as read."""
        page = queries.conversation(
            self.actor,
            person_id,
            cursor=self.params.get("cursor", ""),
            after=self.params.get("after"),
            size=self.params["page_size"],
        )
        return _feed(request, page, page.lines, MessageOut)

    @extend_schema(operation_id="messages_delete_conversation", responses={204: None})
    def delete(self, request: Request, person_id: UUID) -> Response:
        """Delete it for the caller alone; the other person keeps it."""
        keeping.delete_conversation(actor=self.actor, other_id=person_id)
        return Response(status=status.HTTP_204_NO_CONTENT)


class MessageEndpoint(Endpoint):
    """One message."""

    @extend_schema(operation_id="messages_delete", responses={204: None})
    def delete(self, request: Request, message_id: UUID) -> Response:
        """Delete it for the caller alone; the other person keeps it."""
        keeping.delete_message(actor=self.actor, message_id=message_id)
        return Response(status=status.HTTP_204_NO_CONTENT)


class MessageReadEndpoint(Endpoint):
    """What the caller has read."""

    @extend_schema(operation_id="messages_read", request=None, responses=MessageOut)
    def patch(self, request: Request, message_id: UUID) -> Response:
        """Mark this message and all before it in its conversation as read."""
        own_message(self.actor, message_id)
        self.body(StrictSerializer)
        message = keeping.mark_message_read(actor=self.actor, message_id=message_id)
        return Response(show(MessageOut, queries.line_of(self.actor, message)))


class UnreadCountEndpoint(Endpoint):
    """How much waits."""

    @extend_schema(operation_id="messages_unread_count", responses=UnreadCount)
    def get(self, request: Request) -> Response:
        """How many messages the caller has not read; usually without asking the database."""
        require(self.actor, Permission.READ_MEMBERS_AREA)
        return Response({"count": unread.waiting(self.actor).messages})


class MessageSearchEndpoint(Endpoint):
    """Words in the caller's messages."""

    query = MessageSearchQuery

    @extend_schema(operation_id="messages_search", responses=MessageHitPage)
    def get(self, request: Request) -> Response:
        """What the caller sent or got with all of these words, newest first."""
        page = queries.find(
            self.actor, self.params["q"], cursor=self.params.get("cursor", ""), size=self.params["page_size"]
        )
        return _feed(request, page, page.hits, MessageHit)


class BlocksEndpoint(Endpoint):
    """Whom the caller has blocked."""

    @extend_schema(operation_id="messages_blocks", responses=BlockOut(many=True))
    def get(self, request: Request) -> Response:
        """The latest first."""
        return Response(show_each(BlockOut, queries.blocked_people(self.actor)))


class BlockEndpoint(Endpoint):
    """One person the caller may want to hear nothing from."""

    @extend_schema(operation_id="messages_block", request=None, responses={204: None})
    def put(self, request: Request, person_id: UUID) -> Response:
        """Let nothing they write arrive. They do not learn of it."""
        self.body(StrictSerializer)
        blocking.block(actor=self.actor, person_id=person_id)
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(operation_id="messages_unblock", responses={204: None})
    def delete(self, request: Request, person_id: UUID) -> Response:
        """Let messages arrive again from now on."""
        blocking.unblock(actor=self.actor, person_id=person_id)
        return Response(status=status.HTTP_204_NO_CONTENT)


class MessagingPreferencesEndpoint(Endpoint):
    """How the caller writes with others."""

    @extend_schema(operation_id="messages_preferences", responses=MessagingPreferences)
    def get(self, request: Request) -> Response:
        """Whether read receipts are given."""
        return Response({"read_receipts": queries.gives_receipts(self.actor)})

    @extend_schema(
        operation_id="messages_preferences_update", request=MessagingPreferences, responses=MessagingPreferences
    )
    def patch(self, request: Request) -> Response:
        """Give read receipts or not; it goes both ways."""
        queries.gives_receipts(self.actor)
        wanted = self.body(MessagingPreferences)["read_receipts"]
        keeping.set_read_receipts(actor=self.actor, wanted=wanted)
        return Response({"read_receipts": wanted})


class MessageReportEndpoint(Endpoint):
    """What moderators should look at."""

    @extend_schema(operation_id="messages_report", request=MessageReportIn, responses={201: MessageReportOut})
    def post(self, request: Request, message_id: UUID) -> Response:
        """Report a message the caller got; again changes reason and note. Moderators read a few before it, too."""
        own_message(self.actor, message_id)
        report = reports.report_message(actor=self.actor, message_id=message_id, **self.body(MessageReportIn))
        return Response(show(MessageReportOut, report), status=status.HTTP_201_CREATED)
