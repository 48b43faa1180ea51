"""Exports as JSON asks for them: files at once, and large ones in the background."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.request import Request
from rest_framework.response import Response

from p2psandbox.platform.api.serializers import show
from p2psandbox.platform.api.views import Endpoint
from usecases.actions.exports import cancel_export, request_export
from usecases.api.filtering import filters_of
from usecases.exports import making
from usecases.exports.sending import sent
from usecases.models import ExportFormat
from usecases.queries.exports import export, exports
from usecases.serializers.exports import ExportIn, ExportOut, ListExportQuery, StoryExportQuery


class AsAsked(BaseContentNegotiation):
    """``format`` names the file here, not a renderer; whatever ``Accept`` says, errors are JSON."""

    def select_parser(self, request: Any, parsers: Any) -> Any:
        return next((one for one in parsers if request.content_type.startswith(one.media_type)), None)

    def select_renderer(self, request: Any, renderers: Any, format_suffix: Any = None) -> Any:
        return renderers[0], renderers[0].media_type


class StoryExport(Endpoint):
    """``use-cases/{id}/export``."""

    query = StoryExportQuery
    content_negotiation_class = AsAsked

    @extend_schema(operation_id="use_cases_export_story", responses={(200, making.PDF): OpenApiTypes.BINARY})
    def get(self, request: Request, pk: UUID) -> HttpResponse:
        """Export one story as PDF: what the asker may see of it."""
        return sent(making.story_pdf(self.actor, pk))


class ListExport(Endpoint):
    """``use-cases/export``."""

    query = ListExportQuery
    content_negotiation_class = AsAsked

    @extend_schema(
        operation_id="use_cases_export_list",
        responses={(200, making.XLSX): OpenApiTypes.BINARY, (200, making.PDF): OpenApiTypes.BINARY},
    )
    def get(self, request: Request) -> HttpResponse:
        """Export a list as workbook or PDF, under the list's filters; 409 `too_many_stories` where it is too long.

        Then `POST exports` has it made in the background.
        """
        params = dict(self.params)
        format = ExportFormat(params.pop("format"))
        return sent(making.list_file(self.actor, filters_of(params), format))


class Exports(Endpoint):
    """``exports``: the asker's own."""

    idempotent = True
    paged = True

    @extend_schema(operation_id="exports_list", responses=ExportOut(many=True))
    def get(self, request: Request) -> Response:
        return self.numbered(exports(self.actor), ExportOut)

    @extend_schema(operation_id="exports_create", request=ExportIn, responses={202: ExportOut})
    def post(self, request: Request) -> Response:
        """Have a list made into a file in the background; ask for it again until its `status` is `done`.

        409 `exports_under_way` while three of yours are being made.
        """
        given = self.body(ExportIn)
        filters = replace(filters_of(given.get("filters") or {}), drafts=given["drafts"])
        row, _new = request_export(
            actor=self.actor, filters=filters, format=ExportFormat(given["format"]), key=self.idempotency_key()
        )
        headers = {"Location": reverse("api:export", args=[row.pk])}
        return Response(show(ExportOut, row), status=status.HTTP_202_ACCEPTED, headers=headers)


class OneExport(Endpoint):
    """``exports/{id}``: one of the asker's own."""

    @extend_schema(operation_id="exports_retrieve", responses=ExportOut)
    def get(self, request: Request, pk: UUID) -> Response:
        return Response(show(ExportOut, export(self.actor, pk)))

    @extend_schema(operation_id="exports_cancel", responses={204: None})
    def delete(self, request: Request, pk: UUID) -> Response:
        """Cancel what is being made, delete what is made."""
        cancel_export(actor=self.actor, export_id=pk)
        return Response(status=status.HTTP_204_NO_CONTENT)
