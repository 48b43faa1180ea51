"""Media of a story as JSON."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from p2psandbox.platform.api.parsers import BoundedJSONParser
from p2psandbox.platform.api.serializers import show, show_each
from p2psandbox.platform.api.views import Endpoint
from p2psandbox.platform.permissions import Actor
from usecases import queries
from usecases.actions import media
from usecases.queries.media import Shown, working_media
from usecases.serializers import MediumChange, MediumSerializer, NewMedia
from usecases.serializers.media import medium


def _working(actor: Actor, pk: UUID) -> dict[UUID, Shown]:
    """Return the working copy's media by id, for those who may edit it."""
    story = queries.editing(actor, pk)
    return {one.id: one for one in working_media(story.row, story.content)[0]}


def _answer(found: list[Shown], code: int = status.HTTP_200_OK) -> Any:
    return Response(show_each(MediumSerializer, map(medium, found)), status=code)


class MediaList(Endpoint):
    """``use-cases/{id}/media``."""

    parser_classes = (BoundedJSONParser, MultiPartParser)

    @extend_schema(request=NewMedia, responses={201: MediumSerializer(many=True)})
    def post(self, request: Request, pk: UUID) -> Response:
        """Put files behind the others, all or none; answers those added. At most 30 a story."""
        body = self.body(NewMedia)
        added = media.add(
            actor=self.actor,
            use_case_id=pk,
            file_ids=body.get("file_ids", ()),
            uploads=body.get("files", ()),
        )
        there = _working(self.actor, pk)
        response: Response = _answer([there[one] for one in added if one in there], status.HTTP_201_CREATED)
        return response


class MediaDetail(Endpoint):
    """``use-cases/{id}/media/{media_id}``."""

    @extend_schema(request=MediumChange, responses=MediumSerializer)
    def patch(self, request: Request, pk: UUID, media_id: UUID) -> Response:
        """Change caption, place (from 0) or cover."""
        media.describe(actor=self.actor, use_case_id=pk, media_id=media_id, **self.body(MediumChange))
        return Response(show(MediumSerializer, medium(_working(self.actor, pk)[media_id])))

    @extend_schema(responses={204: None})
    def delete(self, request: Request, pk: UUID, media_id: UUID) -> Response:
        """Take it out of the working copy; its file can be put back for a day by naming it in `file_ids`."""
        media.remove(actor=self.actor, use_case_id=pk, media_id=media_id)
        return Response(status=status.HTTP_204_NO_CONTENT)
