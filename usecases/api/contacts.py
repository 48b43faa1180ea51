"""Contact requests as JSON."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from p2psandbox.platform.api.serializers import show
from p2psandbox.platform.api.views import Endpoint
from p2psandbox.platform.permissions import Actor
from usecases import queries
from usecases.actions import contacts
from usecases.models import ContactRequest
from usecases.serializers.contacts import (
    AnswerSerializer,
    AskedContactSerializer,
    AskSerializer,
    ContactRequestQuery,
)


def shown(actor: Actor, request: Any) -> dict[str, Any]:
    """Return a request as :class:`AskedContactSerializer` takes it, for this reader."""
    sent = request.asker_id == actor.id
    story = request.use_case
    chip = {"id": story.pk, "title": str(story), "url": story.get_absolute_url()}
    plain = ("id", "asker", "organization", "message", "state", "answer", "created_at", "answered_at")
    return {
        **{name: getattr(request, name) for name in plain},
        "direction": "sent" if sent else "received",
        "use_case": chip if request.story_shown or not sent else None,
        "answered_by": None if sent else request.answered_by,
        "given": [] if sent else request.given,
        "seen_at": None if sent else request.seen_at,
    }


class _Rows(AskedContactSerializer):
    """Requests straight from rows."""

    def to_representation(self, instance: Any) -> Any:
        return super().to_representation(shown(self.context["actor"], instance))


def _answer(actor: Actor, request: ContactRequest, code: int = status.HTTP_200_OK) -> Response:
    row = queries.contact_request(actor, request.pk)
    return Response(show(AskedContactSerializer, shown(actor, row)), status=code)


class Ask(Endpoint):
    """``use-cases/{id}/contact-requests``."""

    @extend_schema(request=AskSerializer, responses={200: AskedContactSerializer, 201: AskedContactSerializer})
    def post(self, request: Request, pk: UUID) -> Response:
        """Ask a story's makers for their contact; 200 with the open request if there is one already."""
        body = self.body(AskSerializer)
        made, created = contacts.ask_for_contact(actor=self.actor, use_case_id=pk, message=body["message"])
        return _answer(self.actor, made, status.HTTP_201_CREATED if created else status.HTTP_200_OK)


class ContactRequests(Endpoint):
    """``contact-requests``."""

    query = ContactRequestQuery
    paged = True

    @extend_schema(responses=AskedContactSerializer(many=True))
    def get(self, request: Request) -> Response:
        """List requests, the latest first: those sent and those received."""
        boxes = {"sent": queries.requests_sent, "received": queries.requests_received, None: queries.requests_all}
        rows = boxes[self.params.get("direction")](self.actor)
        if state := self.params.get("state"):
            rows = rows.filter(state=state)
        return self.numbered(rows, _Rows, actor=self.actor)


class Accept(Endpoint):
    """``contact-requests/{id}/accept``."""

    @extend_schema(request=AnswerSerializer, responses=AskedContactSerializer)
    def post(self, request: Request, pk: UUID) -> Response:
        """Give the story's contact to the person who asked."""
        body = self.body(AnswerSerializer)
        return _answer(self.actor, contacts.accept_contact_request(actor=self.actor, request_id=pk, **body))


class Decline(Endpoint):
    """``contact-requests/{id}/decline``."""

    @extend_schema(request=AnswerSerializer, responses=AskedContactSerializer)
    def post(self, request: Request, pk: UUID) -> Response:
        """Give nothing; who asked may not ask again for 90 days."""
        body = self.body(AnswerSerializer)
        return _answer(self.actor, contacts.decline_contact_request(actor=self.actor, request_id=pk, **body))
