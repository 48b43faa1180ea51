"""Likes and bookmarks as JSON."""

from __future__ import annotations

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from p2psandbox.platform.api.views import Endpoint
from p2psandbox.platform.errors import NotFound
from usecases.actions import reading
from usecases.serializers import (
    NothingSerializer,
)


class _Mark(Endpoint):
    """Something a person puts on a story, and takes off again."""

    def mark(self, pk: UUID, *, on: bool) -> None:
        """Put it on, or take it off."""
        raise NotFound

    @extend_schema(request=None, responses={204: None})
    def put(self, request: Request, pk: UUID) -> Response:
        """Put it on; asking twice is asking once."""
        self.body(NothingSerializer)
        self.mark(pk, on=True)
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, pk: UUID) -> Response:
        """Take it off; asking twice is asking once."""
        self.mark(pk, on=False)
        return Response(status=status.HTTP_204_NO_CONTENT)


class Like(_Mark):
    """``use-cases/{id}/like``."""

    def mark(self, pk: UUID, *, on: bool) -> None:
        reading.like(actor=self.actor, use_case_id=pk, on=on)


class Bookmark(_Mark):
    """``use-cases/{id}/bookmark``."""

    def mark(self, pk: UUID, *, on: bool) -> None:
        reading.bookmark(actor=self.actor, use_case_id=pk, on=on)
