"""Saved searches in the JSON API."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from p2psandbox.platform.api.serializers import StrictSerializer, TextField, show, show_each
from p2psandbox.platform.api.views import Endpoint
from usecases.actions import searches
from usecases.api.filtering import filters_of
from usecases.models import SavedSearch
from usecases.queries.searches import address_of, query_of, saved_searches
from usecases.serializers import ListQuery


class SavedSearchIn(StrictSerializer):
    """A name, and the list's parameters; `mine`, `bookmarked`, `status` and `ordering` are not kept."""

    name = TextField(allow_blank=True)
    filters = ListQuery()


class SavedSearchChange(StrictSerializer):
    """Another name; whether to be told of new stories."""

    name = TextField(required=False, allow_blank=True)
    notify = serializers.BooleanField(required=False)


class SavedSearchOut(serializers.Serializer[Any]):
    """A saved search; `query` is the query string of the list it leads to, `url` the page's."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    notify = serializers.BooleanField()
    query = serializers.SerializerMethodField()
    url = serializers.SerializerMethodField()
    created_at = serializers.DateTimeField()

    def get_query(self, row: SavedSearch) -> str:
        return query_of(row.filters)

    def get_url(self, row: SavedSearch) -> str:
        return address_of(row.filters)


class SavedSearches(Endpoint):
    """The asker's own."""

    @extend_schema(operation_id="saved_searches_list", responses=SavedSearchOut(many=True))
    def get(self, request: Request) -> Response:
        return Response(show_each(SavedSearchOut, saved_searches(self.actor)))

    @extend_schema(operation_id="saved_searches_create", request=SavedSearchIn, responses={201: SavedSearchOut})
    def post(self, request: Request) -> Response:
        given = self.body(SavedSearchIn)
        row = searches.save_search(actor=self.actor, name=given["name"], filters=filters_of(given["filters"]))
        return Response(show(SavedSearchOut, row), status=status.HTTP_201_CREATED)


class OneSavedSearch(Endpoint):
    """One of the asker's own."""

    @extend_schema(operation_id="saved_searches_change", request=SavedSearchChange, responses=SavedSearchOut)
    def patch(self, request: Request, pk: UUID) -> Response:
        given = self.body(SavedSearchChange)
        row = searches.change_search(
            actor=self.actor, search_id=pk, name=given.get("name"), notify_me=given.get("notify")
        )
        return Response(show(SavedSearchOut, row))

    @extend_schema(operation_id="saved_searches_delete", responses={204: None})
    def delete(self, request: Request, pk: UUID) -> Response:
        searches.delete_search(actor=self.actor, search_id=pk)
        return Response(status=status.HTTP_204_NO_CONTENT)
