"""A specimen endpoint, so that the conventions every endpoint inherits are tested once, on their own."""

from __future__ import annotations

from django.urls import path
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from p2psandbox.platform.api.serializers import StrictSerializer, TextField
from p2psandbox.platform.api.views import Endpoint
from p2psandbox.platform.errors import (
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    NotSignedIn,
    TooMany,
    Unavailable,
)

ERRORS = {
    "invalid": lambda: Invalid({"title": "Write a title."}),
    "whole": lambda: Invalid({"": "Nothing fits."}),
    "signin": NotSignedIn,
    "forbidden": Forbidden,
    "missing": NotFound,
    "conflict": lambda: Conflict(code="stale"),
    "limited": lambda: TooMany(retry_after=7),
    "down": Unavailable,
    "crash": lambda: ZeroDivisionError("secret internals"),
}


class Query(StrictSerializer):
    tag = serializers.ListField(child=TextField(), required=False)
    answered = serializers.BooleanField(required=False)


class Body(StrictSerializer):
    title = TextField()
    tags = serializers.ListField(child=TextField(), required=False)


class Specimens(Endpoint):
    query = Query
    paged = True

    def get(self, request: Request) -> Response:
        return self.numbered([self.params] * 45, serializers.Serializer)

    def post(self, request: Request) -> Response:
        return Response(self.body(Body), status=201)


class Failing(Endpoint):
    def get(self, request: Request, how: str) -> Response:
        raise ERRORS[how]()


urlpatterns = [
    path("api/v1/specimens", Specimens.as_view()),
    path("api/v1/failing/<str:how>", Failing.as_view()),
]
handler404 = "p2psandbox.platform.web.errors.not_found"
handler500 = "p2psandbox.platform.web.errors.server_error"
