"""Files: JSON, and the addresses that take parts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import UnreadablePostError
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer

from p2psandbox.platform.api.views import Endpoint
from p2psandbox.platform.files import actions, queries, serializers, signing


class FilesEndpoint(Endpoint):
    """Announcing files."""

    idempotent = True

    @extend_schema(operation_id="begin_file", request=serializers.NewFile, responses={201: serializers.BegunOut})
    def post(self, request: Request) -> Response:
        """Announce a file; PUT each part to its address, in any order, then POST to `files/{id}/complete`."""
        wanted = self.body(serializers.NewFile)
        file = actions.begin(actor=self.actor, key=self.idempotency_key(), **wanted)
        return Response(_whole(request, serializers.begun(file)), status=201)


class FileEndpoint(Endpoint):
    """One file."""

    @extend_schema(operation_id="file", responses=serializers.FileOut)
    def get(self, request: Request, file_id: UUID) -> Response:
        """A file one may see; while it is being uploaded, with the parts that have arrived and those to send."""
        file = queries.visible_file(self.actor, file_id)
        return Response(_whole(request, serializers.shown(self.actor, file)))

    @extend_schema(operation_id="delete_file", request=None, responses={204: None})
    def delete(self, request: Request, file_id: UUID) -> Response:
        """Delete one's own file, or give an upload up."""
        actions.delete_file(actor=self.actor, file_id=file_id)
        return Response(status=204)


class CompleteEndpoint(Endpoint):
    """The end of an upload."""

    @extend_schema(operation_id="complete_file", request=serializers.Completed, responses=serializers.FileOut)
    def post(self, request: Request, file_id: UUID) -> Response:
        """Check the file: 200 with it (`checking` when it is large: ask again), or 400 or 415 with what is wrong."""
        said = self.body(serializers.Completed)
        actions.complete(actor=self.actor, file_id=file_id, **said)
        file = queries.visible_file(self.actor, file_id)
        return Response(_whole(request, serializers.shown(self.actor, file)))


class PartEndpoint(Endpoint):
    """Where a part is PUT when files lie on this machine. With S3, parts go to the bucket instead.

    The address is signed, bound to one part and expiring: holding it is the permission. No cookie is read, so there
    is nothing another site could forge, and no CSRF token is asked for.
    """

    authentication_classes = ()
    throttle_classes = ()

    def query_serializer(self, method: str) -> type[Serializer[Any]] | None:
        return serializers.SignedPart if method == "PUT" else None

    @extend_schema(
        operation_id="put_file_part",
        request={"application/octet-stream": OpenApiTypes.BINARY},
        responses={204: None},
        auth=[],
        parameters=[OpenApiParameter("Content-MD5", str, OpenApiParameter.HEADER, description="checked if given")],
    )
    def put(self, request: Request, file_id: UUID, number: int) -> Response:
        """The bytes of one part, all of them; the same part again replaces it."""
        signing.check_part(file_id, number, self.params["expires"], self.params["signature"])
        actions.receive_part(
            file_id=file_id,
            number=number,
            read=_reader(request),
            length=int(request.META.get("CONTENT_LENGTH") or 0),
            md5=request.headers.get("Content-MD5", ""),
        )
        return Response(status=204)


def _reader(request: Request) -> Callable[[int], bytes]:
    """Return a function that reads the body piece by piece; a connection that was cut reads as its end."""

    def read(most: int) -> bytes:
        try:
            return bytes(request._request.read(most))
        except UnreadablePostError:
            return b""

    return read


def _whole(request: Request, values: dict[str, Any]) -> dict[str, Any]:
    """Make every address in an answer absolute, for callers on other origins."""
    for name, value in values.items():
        if name == "url" and value:
            values[name] = request.build_absolute_uri(value)
        elif isinstance(value, dict):
            _whole(request, value)
        elif isinstance(value, list):
            for one in value:
                _whole(request, one)
    return values
