"""The OpenAPI document as it is sent: built once per process and language, then answered from memory."""

from __future__ import annotations

import hashlib
import threading
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpResponse, HttpResponseBase
from django.utils import translation
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.text import slugify
from django.utils.translation import gettext as _
from drf_spectacular.settings import spectacular_settings
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

_building = threading.Lock()


@dataclass(frozen=True, slots=True)
class _Document:
    """The schema as it is sent."""

    body: bytes
    etag: str


@cache
def _schema(language: str) -> dict[str, Any]:
    with translation.override(language):
        generator = spectacular_settings.DEFAULT_GENERATOR_CLASS()
        return dict(generator.get_schema(request=None, public=True))


@cache
def _rendered(language: str, renderer: type[BaseRenderer]) -> _Document:
    text = renderer().render(_schema(language), renderer_context={})
    body = text.encode() if isinstance(text, str) else text
    return _Document(body, f'"{hashlib.sha256(body).hexdigest()[:32]}"')


def document(language: str, renderer: type[BaseRenderer]) -> _Document:
    """Return the schema in ``language`` as ``renderer`` writes it: built once per process, then kept."""
    with _building:  # all who come before it is there wait for one build instead of each making their own
        return _rendered(language, renderer)  # type: ignore[arg-type]  # classes are hashable; mypy doubts it


class SchemaView(SpectacularAPIView):
    """The schema, the same for everybody: YAML or JSON by ``Accept`` or ``format``, language by ``lang``."""

    @extend_schema(exclude=True)  # type: ignore[untyped-decorator]  # the package has no types here
    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if unknown := sorted(set(request.query_params) - {"lang", "format"}):
            text = _("This parameter is unknown here.")
            raise ValidationError({name: [ErrorDetail(text, code="unknown_parameter")] for name in unknown})
        renderer: Any = request.accepted_renderer  # type: ignore[attr-defined]  # set by initial()
        found = document(_language(request), type(renderer))
        response = HttpResponse(found.body, content_type=f"{renderer.media_type}; charset=utf-8")
        name = f"{slugify(spectacular_settings.TITLE)}.{renderer.format}"
        response.headers["Content-Disposition"] = f'inline; filename="{name}"'
        response.headers["ETag"] = found.etag
        response.headers["Cache-Control"] = "public, no-cache"
        patch_vary_headers(response, ["Accept", "Accept-Language", "Cookie"])
        return get_conditional_response(request._request, etag=found.etag, response=response) or response


def _language(request: Request) -> str:
    """The language asked for, if it is one of ours; what is kept cannot grow by made-up ones."""
    asked = request.query_params.get("lang") or translation.get_language() or ""
    return asked if asked in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
