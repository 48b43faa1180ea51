"""A story's steps as JSON."""

from __future__ import annotations

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from p2psandbox.platform.api.serializers import show_each
from p2psandbox.platform.api.views import Endpoint
from usecases import queries
from usecases.actions import lifecycle
from usecases.api.stories import answer_writer
from usecases.serializers import (
    NoteSerializer,
    OptionalNoteSerializer,
    SeenSerializer,
    TransitionSerializer,
    UseCaseSerializer,
)


class Submit(Endpoint):
    """``use-cases/{id}/submit``."""

    @extend_schema(request=SeenSerializer, responses=UseCaseSerializer)
    def post(self, request: Request, pk: UUID) -> Response:
        """Hand a story in; 400 names each field that is missing."""
        body = self.body(SeenSerializer)
        return answer_writer(self.actor, lifecycle.submit(actor=self.actor, use_case_id=pk, **body))


class Approve(Endpoint):
    """``use-cases/{id}/approve``."""

    @extend_schema(request=SeenSerializer, responses=UseCaseSerializer)
    def post(self, request: Request, pk: UUID) -> Response:
        """Sign a handed-in story off."""
        body = self.body(SeenSerializer)
        return answer_writer(self.actor, lifecycle.approve(actor=self.actor, use_case_id=pk, **body))


class Reject(Endpoint):
    """``use-cases/{id}/reject``."""

    @extend_schema(request=NoteSerializer, responses=UseCaseSerializer)
    def post(self, request: Request, pk: UUID) -> Response:
        """Send a handed-in story back with a note."""
        body = self.body(NoteSerializer)
        return answer_writer(self.actor, lifecycle.reject(actor=self.actor, use_case_id=pk, **body))


class Publish(Endpoint):
    """``use-cases/{id}/publish``."""

    @extend_schema(request=SeenSerializer, responses=UseCaseSerializer)
    def post(self, request: Request, pk: UUID) -> Response:
        """Publish directly, or again."""
        body = self.body(SeenSerializer)
        return answer_writer(self.actor, lifecycle.publish(actor=self.actor, use_case_id=pk, **body))


class Unpublish(Endpoint):
    """``use-cases/{id}/unpublish``."""

    @extend_schema(request=OptionalNoteSerializer, responses=UseCaseSerializer)
    def post(self, request: Request, pk: UUID) -> Response:
        """Take a story off the library."""
        body = self.body(OptionalNoteSerializer)
        return answer_writer(self.actor, lifecycle.unpublish(actor=self.actor, use_case_id=pk, **body))


class History(Endpoint):
    """``use-cases/{id}/history``."""

    @extend_schema(responses=TransitionSerializer(many=True))
    def get(self, request: Request, pk: UUID) -> Response:
        """List a story's steps, oldest first, for its own people."""
        found = queries.history(self.actor, pk)
        return Response(show_each(TransitionSerializer, found))
