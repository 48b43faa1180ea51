"""OpenAPI: what drf-spectacular cannot see by itself."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiParameter
from drf_standardized_errors.openapi import AutoSchema


class HouseSchema(AutoSchema):
    """Adds a view's strict query parameters and the ``Idempotency-Key`` header to its operations."""

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
