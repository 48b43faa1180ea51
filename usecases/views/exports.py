"""Exports as pages: a story's PDF, a list as a file."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from p2psandbox.platform.permissions import Actor
from usecases import narrowing, queries
from usecases.api.exports import sent
from usecases.exports import making
from usecases.exports.making import ExportFormat


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]  # set by ActorMiddleware
    return actor


@require_safe
def story_pdf(request: HttpRequest, pk: UUID) -> HttpResponse:
    """``GET /use-cases/<id>/export/pdf/``: the story as a document."""
    return sent(making.story_pdf(_actor(request), pk))


@require_safe
def list_export(request: HttpRequest) -> HttpResponse:
    """``GET /use-cases/export/?format=xlsx&…``: the list as a file."""
    actor = _actor(request)
    filters, _problem = narrowing.filters_of(request.GET)
    format = ExportFormat.PDF if request.GET.get("format") == ExportFormat.PDF else ExportFormat.XLSX
    narrowed = narrowed_to(request, actor, filters)
    return sent(making.list_file(actor, filters, format, narrowed))


def narrowed_to(request: HttpRequest, actor: Actor, filters: queries.Filters) -> list[str]:
    """Return in words what a list is narrowed to."""
    facets = queries.facets(actor, filters)
    return [str(label) for label, _url in narrowing.chips(request.GET, filters, facets)]
