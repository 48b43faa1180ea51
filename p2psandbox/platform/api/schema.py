"""OpenAPI: what drf-spectacular cannot see by itself."""

from __future__ import annotations

from typing import Any

from django.db import models
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse
from rest_framework import serializers

from p2psandbox.platform import errors

_WITH_A_BODY = frozenset({"POST", "PUT", "PATCH"})
_UNSAFE = _WITH_A_BODY | {"DELETE"}


class ErrorType(models.TextChoices):
    """Whose fault it is."""

    VALIDATION_ERROR = "validation_error", "what was sent is not valid"
    CLIENT_ERROR = "client_error", "the request cannot be granted"
    SERVER_ERROR = "server_error", "something is wrong on our side"


class ProblemSerializer(serializers.Serializer[Any]):
    """One thing that is wrong."""

    code = serializers.CharField(help_text="A word for programs, such as `required` or `not_found`.")
    detail = serializers.CharField(help_text="A sentence for people, in their language.")
    attr = serializers.CharField(allow_null=True, help_text="The field or parameter it is about, if it is about one.")


class ErrorSerializer(serializers.Serializer[Any]):
    """Every refusal has this shape, whatever its status.

    One shape for all: which codes a field can be refused with is decided by the actions' rules, and grows with
    them; listing them per operation would promise what nobody keeps.
    """

    type = serializers.ChoiceField(choices=ErrorType.choices)
    errors = ProblemSerializer(many=True)  # type: ignore[assignment]  # a field, beside the property of that name


def _example(error: type[errors.ProductError]) -> tuple[str, str, errors.Message, None]:
    kind = "server_error" if error.status >= 500 else "client_error"
    return kind, error.code, error.message, None


#: Status → when it is answered, with an example of type, code, detail and attr.
ERRORS: dict[str, tuple[str, tuple[str, str, errors.Message, str | None]]] = {
    "400": (
        "Something sent is missing, malformed, unknown here or against a rule.",
        ("validation_error", "unknown_field", "This field is unknown here, or not yours to set.", "author"),
    ),
    "401": ("Nobody is signed in.", _example(errors.NotSignedIn)),
    "403": ("What is asked for can be seen, but this may not be done with it.", _example(errors.Forbidden)),
    "404": ("There is no such thing, or it may not be seen.", _example(errors.NotFound)),
    "409": ("It does not fit the present state of things.", _example(errors.Conflict)),
    "413": ("The body is too large.", _example(errors.TooLarge)),
    "415": ("The body is not JSON.", _example(errors.Unsupported)),
    "429": (
        "Too much within too short a time; `Retry-After` says when to come back.",
        _example(errors.TooMany),
    ),
    "500": ("Something broke on our side.", ("server_error", "error", "A server error occurred.", None)),
    "503": ("A store is down; `Retry-After` says when to come back.", _example(errors.Unavailable)),
}


def _error(status: str) -> OpenApiResponse:
    text, (kind, code, detail, attr) = ERRORS[status]
    value = {"type": kind, "errors": [{"code": code, "detail": str(detail), "attr": attr}]}
    example = OpenApiExample(code, value=value, status_codes=[status], response_only=True)
    return OpenApiResponse(ErrorSerializer, description=text, examples=[example])


class HouseSchema(AutoSchema):
    """Adds strict query parameters, the ``Idempotency-Key`` header and the house's errors to operations."""

    def get_override_parameters(self) -> list[Any]:
        found: list[Any] = list(super().get_override_parameters())
        query = self.view.query_serializer(self.method) if hasattr(self.view, "query_serializer") else None
        if query is not None:
            found.append(query)
        if self.method == "POST" and getattr(self.view, "idempotent", False):
            found.append(
                OpenApiParameter(
                    "Idempotency-Key",
                    str,
                    OpenApiParameter.HEADER,
                    description="The same key gives the same answer, once.",
                )
            )
        return found

    def get_tags(self) -> list[str]:
        """Group by the first word of the path after the prefix."""
        return [self.path.removeprefix("/api/v1/").split("/")[0]]

    def _get_response_bodies(self, direction: str = "response") -> dict[str, Any]:
        said: dict[str, Any] = super()._get_response_bodies(direction=direction)
        if direction != "response":
            return said
        refused = {status: self._refusal(status) for status in self._refusals()}
        return dict(sorted((refused | said).items()))

    def _refusal(self, status: str) -> dict[str, str]:
        """A reference to the one description of ``status`` that all operations share."""
        name = f"Refused{status}"
        described = ResolvedComponent(name, ResolvedComponent.RESPONSE, object=name)
        if described not in self.registry:
            described.schema = self._get_response_for_code(_error(status), status)
            self.registry.register(described)
        return dict(described.ref)

    def _refusals(self) -> list[str]:
        """The statuses with which this operation may be refused."""
        has_body = self.method in _WITH_A_BODY
        answered = {
            "404": "{" in self.path or bool(getattr(self.view, "paged", False)),
            "409": self.method in _UNSAFE,
            "413": has_body,
            "415": has_body,
        }
        return [status for status in ERRORS if answered.get(status, True)]
