"""A person's saved searches."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from p2psandbox.platform.errors import Invalid
from usecases import narrowing
from usecases.actions import searches
from usecases.queries.searches import address_of, kept, saved_searches
from usecases.views.writing import _actor


@require_safe
def saved(request: HttpRequest) -> HttpResponse:
    """``GET /use-cases/searches/``: one's own, to open, rename, silence or delete."""
    rows = [(row, address_of(row.filters)) for row in saved_searches(_actor(request))]
    return render(request, "usecases/searches.html", {"searches": rows, "page_title": _("Saved searches")})


@require_POST
def save(request: HttpRequest) -> HttpResponse:
    """Keep the filters of the list this was sent from."""
    filters, _problem = narrowing.filters_of(request.POST)
    try:
        searches.save_search(actor=_actor(request), name=request.POST.get("name", ""), filters=filters)
    except Invalid as error:
        messages.error(request, _first(error))
        return redirect(address_of(kept(filters)))
    messages.success(request, _("Kept. New use cases that match are among your notifications."))
    return redirect("usecases:searches")


@require_POST
def change(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Rename a saved search; without ``notify``, it is silent from now on."""
    try:
        searches.change_search(
            actor=_actor(request), search_id=pk, name=request.POST.get("name", ""), notify_me="notify" in request.POST
        )
    except Invalid as error:
        messages.error(request, _first(error))
    else:
        messages.success(request, _("Saved."))
    return redirect("usecases:searches")


@require_POST
def delete(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Forget a saved search."""
    searches.delete_search(actor=_actor(request), search_id=pk)
    messages.success(request, _("Deleted."))
    return redirect("usecases:searches")


def _first(error: Invalid) -> str:
    return str(next(iter(error.fields.values()))[0])
