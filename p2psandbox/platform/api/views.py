"""The base of every endpoint: parse strictly, call one query or action, render."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import QueryDict
from django.utils.translation import gettext as _
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.views import APIView

from p2psandbox.platform.api.pagination import NumberedPages
from p2psandbox.platform.api.serializers import names_of, show_each
from p2psandbox.platform.permissions import Actor
from p2psandbox.platform.web.middleware import actor_of

_PAGING = frozenset({"page", "page_size"})


class Endpoint(APIView):
    """An endpoint with an ``actor`` and strict parameters.

    Set ``query`` to a :class:`StrictSerializer` for the parameters of GET; any other parameter is refused
    with 400. ``paged`` allows ``page`` and ``page_size``. Validated parameters are in ``self.params``.
    """

    query: ClassVar[type[Serializer[Any]] | None] = None
    paged: ClassVar[bool] = False
    idempotent: ClassVar[bool] = False

    actor: Actor
    params: dict[str, Any]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Find out who asks and refuse parameters nobody reads, before the handler runs."""
        super().initial(request, *args, **kwargs)
        self.actor = actor_of(request.user)
        self.params = self._read_params(request.query_params)

    def query_serializer(self, method: str) -> type[Serializer[Any]] | None:
        """Return what describes the query string of ``method``: only GET reads any."""
        return self.query if method == "GET" else None

    def _read_params(self, given: QueryDict) -> dict[str, Any]:
        kind = self.query_serializer(self.request.method or "")
        known = names_of(kind) if kind else frozenset()
        allowed = known | (_PAGING if self.paged else set()) | {"format"} & known
        if unknown := [name for name in given if name not in allowed]:
            text = _("This parameter is unknown here.")
            raise ValidationError({name: [ErrorDetail(text, code="unknown_parameter")] for name in unknown})
        if kind is None:
            return {}
        wanted = given.copy()
        for name in _PAGING - known:
            wanted.pop(name, None)
        serializer = kind(data=wanted)
        serializer.is_valid(raise_exception=True)
        return dict(serializer.validated_data)

    def body(self, kind: type[Serializer[Any]], *, partial: bool = False) -> dict[str, Any]:
        """Return the validated body; raises DRF's ``ValidationError`` (400)."""
        serializer = kind(data=self.request.data, partial=partial)
        serializer.is_valid(raise_exception=True)
        return dict(serializer.validated_data)

    def numbered(self, rows: Any, serializer: type[Serializer[Any]], **context: Any) -> Response:
        """Answer one numbered page of a queryset or list."""
        paginator = NumberedPages()
        page: Any = paginator.paginate_queryset(rows, self.request, view=self)
        if context:
            return paginator.get_paginated_response(serializer(page, many=True, context=context).data)
        return paginator.get_paginated_response(show_each(serializer, page))

    def idempotency_key(self) -> str:
        """Return the request's ``Idempotency-Key`` (at most 200 characters), or an empty string."""
        return self.request.headers.get("Idempotency-Key", "")[:200]
