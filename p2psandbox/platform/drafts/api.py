"""Drafts in the JSON API."""

from __future__ import annotations

from typing import Any

from django.urls import URLPattern, path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from p2psandbox.platform.api.serializers import StrictSerializer
from p2psandbox.platform.api.views import Endpoint
from p2psandbox.platform.drafts import actions


class DraftIn(StrictSerializer):
    """What a form's fields hold: text, or lists of text, by name."""

    fields: Any = serializers.DictField(child=serializers.JSONField())


class DraftOut(serializers.Serializer[Any]):
    """What is kept of a form; both null when nothing is."""

    updated_at = serializers.DateTimeField(allow_null=True)
    fields: Any = serializers.DictField(child=serializers.JSONField(), allow_null=True)


class FormDraft(Endpoint):
    """The asker's unsent text of one form, such as ``topic:new`` or ``reply:{topic}``."""

    @extend_schema(operation_id="drafts_read", responses=DraftOut)
    def get(self, request: Request, key: str) -> Response:
        draft = actions.draft_of(self.actor, key)
        return Response(DraftOut(draft or {"updated_at": None, "fields": None}).data)

    @extend_schema(operation_id="drafts_save", request=DraftIn, responses=DraftOut)
    def put(self, request: Request, key: str) -> Response:
        given = self.body(DraftIn)
        return Response(DraftOut(actions.save_draft(actor=self.actor, key=key, fields=given["fields"])).data)

    @extend_schema(operation_id="drafts_discard", responses={204: None})
    def delete(self, request: Request, key: str) -> Response:
        actions.discard_draft(actor=self.actor, key=key)
        return Response(status=status.HTTP_204_NO_CONTENT)


routes: list[URLPattern] = [path("drafts/<str:key>", FormDraft.as_view(), name="draft")]
