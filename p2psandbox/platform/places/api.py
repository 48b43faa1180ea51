"""Places in the JSON API."""

from __future__ import annotations

from typing import Any

from django.urls import URLPattern, path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from p2psandbox.platform.api.serializers import StrictSerializer, show_each
from p2psandbox.platform.api.views import Endpoint
from p2psandbox.platform.places import queries
from p2psandbox.platform.places.names import LONGEST


class CityQuery(StrictSerializer):
    """The beginning of a city's name, and the country it is in."""

    q = serializers.CharField(max_length=LONGEST, allow_blank=True)
    country = serializers.RegexField(r"^[A-Za-z]{2}$", required=False, help_text="ISO 3166-1 alpha-2 code")


class CityOut(serializers.Serializer[Any]):
    """A city. `name` is in Arabic when the question was, or the reader's language is, and one is known."""

    id = serializers.IntegerField(source="city.id", help_text="GeoNames id")
    name = serializers.CharField()
    region = serializers.SerializerMethodField()
    country = serializers.CharField(source="city.country")
    latitude = serializers.FloatField(source="city.latitude")
    longitude = serializers.FloatField(source="city.longitude")

    def get_region(self, found: queries.Found) -> str | None:
        return found.city.region or None


class Cities(Endpoint):
    """Cities one of whose names begins so, the largest first: for everybody, also where one signs up."""

    query = CityQuery

    @extend_schema(operation_id="places_cities", responses=CityOut(many=True))
    def get(self, request: Request) -> Response:
        found = queries.cities(self.params["q"], self.params.get("country", ""))
        return Response(show_each(CityOut, found))


routes: list[URLPattern] = [path("places/cities", Cities.as_view(), name="places_cities")]
