"""Stories as GeoJSON (RFC 7946), and stories like one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from p2psandbox.platform.api.serializers import show, show_each
from p2psandbox.platform.api.views import Endpoint
from usecases.api.filtering import filters_of
from usecases.api.stories import card
from usecases.models import UseCase
from usecases.queries.locations import located
from usecases.queries.related import related
from usecases.serializers import CardSerializer, ListQuery


class PointSerializer(serializers.Serializer[Any]):
    """A GeoJSON point: longitude, then latitude, in degrees."""

    type = serializers.ChoiceField(choices=["Point"])
    coordinates = serializers.ListField(child=serializers.FloatField(), min_length=2, max_length=2)


class FeatureSerializer(serializers.Serializer[Any]):
    """A story on a map; its properties are those of its card."""

    type = serializers.ChoiceField(choices=["Feature"])
    id = serializers.UUIDField()
    geometry = PointSerializer()
    properties = CardSerializer()


class FeatureCollectionSerializer(serializers.Serializer[Any]):
    """Stories on a map."""

    type = serializers.ChoiceField(choices=["FeatureCollection"])
    features = FeatureSerializer(many=True)


def feature(row: UseCase) -> dict[str, Any]:
    """Return a row as a GeoJSON feature."""
    place = {"type": "Point", "coordinates": [row.longitude, row.latitude]}
    return {"type": "Feature", "id": row.pk, "geometry": place, "properties": card(row)}


class Locations(Endpoint):
    """The stories of a list whose place is known, at most 5,000: the same parameters as the list, without pages."""

    query = ListQuery

    @extend_schema(operation_id="use_cases_locations", responses=FeatureCollectionSerializer)
    def get(self, request: Request) -> Response:
        rows = located(self.actor, filters_of(self.params))
        found = {"type": "FeatureCollection", "features": [feature(row) for row in rows]}
        return Response(show(FeatureCollectionSerializer, found))


class Related(Endpoint):
    """Up to six published stories like this one: by industry, technologies and words."""

    @extend_schema(operation_id="use_cases_related", responses=CardSerializer(many=True))
    def get(self, request: Request, pk: UUID) -> Response:
        return Response(show_each(CardSerializer, map(card, related(self.actor, pk))))
