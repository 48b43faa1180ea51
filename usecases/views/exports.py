"""Exports as pages: a story's PDF, a list as a file at once, and long ones that are made in the background."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from messaging import unread
from messaging.actions import mark_thread_read
from p2psandbox.platform.errors import Conflict, TooMany
from p2psandbox.platform.files import keys
from p2psandbox.platform.files.names import content_disposition
from p2psandbox.platform.files.serving import served
from p2psandbox.platform.files.transfers import let_the_connection_go
from p2psandbox.platform.permissions import Actor, Permission, allows
from usecases import narrowing, queries
from usecases.actions.exports import KEPT, cancel_export, request_export, thread_of
from usecases.exports import making
from usecases.exports.downloads import download_url, signed_export
from usecases.exports.sending import sent
from usecases.models import ExportFormat
from usecases.queries.exports import export, exports
from usecases.queries.searches import query_of


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]  # set by ActorMiddleware
    return actor


@require_safe
def story_pdf(request: HttpRequest, pk: UUID) -> HttpResponse:
    """``GET /use-cases/<id>/export/pdf/``: the story as a document."""
    return sent(making.story_pdf(_actor(request), pk))


@require_safe
def list_export(request: HttpRequest) -> HttpResponse:
    """``GET /use-cases/export/?format=xlsx&…``: the list as a file; a long one has to be asked for."""
    actor = _actor(request)
    filters, _problem = narrowing.filters_of(request.GET)
    format = _format(request.GET.get("format"))
    try:
        return sent(making.list_file(actor, filters, format, narrowed_to(request, actor, filters)))
    except Conflict:
        return redirect(f"{reverse('usecases:exports')}?{request.GET.urlencode()}")


@require_safe
def own_exports(request: HttpRequest) -> HttpResponse:
    """``GET /use-cases/exports/?format=xlsx&…``: ask for the list these filters make; one's exports so far."""
    actor = _actor(request)
    rows = exports(actor)
    filters, problem = narrowing.filters_of(request.GET)
    facets = queries.facets(actor, filters)
    context = {
        "page_title": _("Exports"),
        "exports": rows,
        "problem": problem,
        "total": facets.total,
        "chips": [str(label) for label, _url in narrowing.chips(request.GET, filters, facets)],
        "carried": narrowing.carried(request.GET, ("format", "drafts", "key")),
        "formats": ExportFormat.choices,
        "format": _format(request.GET.get("format")).value,
        "with_drafts": "drafts" in request.GET,
        "may_add_drafts": allows(actor, Permission.EXPORT_WITH_DRAFTS),
        "most_in_pdf": making.MOST_IN_PDF,
        "days": KEPT.days,
        "key": get_random_string(32),
    }
    return render(request, "usecases/exports/index.html", context)


@require_POST
def ask(request: HttpRequest) -> HttpResponse:
    """Have a list made into a file in the background."""
    actor = _actor(request)
    filters, _problem = narrowing.filters_of(request.POST)
    narrowed = narrowed_to(request, actor, filters)
    try:
        row, _new = request_export(
            actor=actor,
            filters=replace(filters, drafts="drafts" in request.POST),
            format=_format(request.POST.get("format")),
            narrowed=narrowed,
            key=request.POST.get("key", "")[:64],
        )
    except (Conflict, TooMany) as error:
        messages.error(request, error.message)
        carried = narrowing.carried(request.POST, ("key", "csrfmiddlewaretoken"))
        return redirect(f"{reverse('usecases:exports')}?{urlencode(carried)}")
    return redirect(row)


@require_safe
def one_export(request: HttpRequest, pk: UUID) -> HttpResponse:
    """``GET /use-cases/exports/<id>/``: how far it is; asked for by htmx, only the part that changes.

    Who sees that it is ready needs no notification any more.
    """
    actor = _actor(request)
    row = export(actor, pk)
    here = thread_of(row.pk)
    if row.is_there and request.method != "HEAD" and here in unread.waiting(actor).threads:
        mark_thread_read(actor=actor, thread=here)
    template = "_progress.html" if request.headers.get("HX-Request") else "export.html"
    again = query_of(row.filters | {"format": row.format})
    response = render(request, f"usecases/exports/{template}", {"row": row, "again": again, "page_title": _("Export")})
    response["Vary"] = "HX-Request"
    response["Cache-Control"] = "no-store"
    return response


@require_POST
def cancel(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Cancel what is being made, delete what is made."""
    actor = _actor(request)
    text = _("Cancelled.") if export(actor, pk).is_under_way else _("Deleted.")
    cancel_export(actor=actor, export_id=pk)
    messages.success(request, text)
    return redirect("usecases:exports")


@require_safe
def download(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ask for permission and lead on to an address that expires."""
    return redirect(download_url(export(_actor(request), pk)))


@require_safe
def file(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """Serve the file an address was signed for, whole or in part. With S3, addresses lead to the bucket instead."""
    row = signed_export(_actor(request), pk, request.GET.get("expires", ""), request.GET.get("signature", ""))
    let_the_connection_go()
    response = served(request, keys.export(row.key), making.type_of(row.format), row.sha256)
    response["Content-Disposition"] = content_disposition(row.name, inline=False)
    response["Cache-Control"] = "private, no-store"
    return response


def narrowed_to(request: HttpRequest, actor: Actor, filters: queries.Filters) -> list[str]:
    """Return in words what a list is narrowed to."""
    facets = queries.facets(actor, filters)
    data = request.POST if request.method == "POST" else request.GET
    return [str(label) for label, _url in narrowing.chips(data, filters, facets)]


def _format(text: str | None) -> ExportFormat:
    return ExportFormat.PDF if text == ExportFormat.PDF else ExportFormat.XLSX
