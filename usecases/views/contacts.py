"""Asking for a contact, and answering."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from p2psandbox.platform.errors import Conflict, Forbidden, Invalid
from p2psandbox.platform.forms import apply_errors
from p2psandbox.platform.permissions import Actor, Permission, require
from usecases import queries
from usecases.access import may_ask, visible
from usecases.actions import contacts
from usecases.forms.notes import AskForm

PAGE_SIZE = 20


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]  # set by ActorMiddleware
    return actor


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, pk: UUID) -> HttpResponse:
    """``/use-cases/<id>/ask/``: ask a story's makers for their contact."""
    actor = _actor(request)
    require(actor, Permission.READ_MEMBERS_AREA)
    row = visible(actor, pk)
    if not may_ask(actor, row):
        raise Forbidden(_("Only people of other organizations ask for the contact of a published use case."))
    form = AskForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            contacts.ask_for_contact(actor=actor, use_case_id=pk, message=form.cleaned_data["message"])
        except Invalid as error:
            apply_errors(form, error)
        except Conflict as error:
            form.add_error(None, str(error.message))
        else:
            messages.success(request, _("Sent. You are told as soon as they answer."))
            return redirect(row)
    context = {"form": form, "row": row, "page_title": _("Ask this organization")}
    return render(request, "usecases/contact_ask.html", context)


@require_safe
def contact_requests(request: HttpRequest) -> HttpResponse:
    """``/use-cases/contact-requests/``: received and, with ``?box=sent``, sent."""
    actor = _actor(request)
    sent = request.GET.get("box") == "sent"
    rows = queries.requests_sent(actor) if sent else queries.requests_received(actor)
    address = reverse("usecases:contact_requests")
    context = {
        "page": Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page")),
        "sent": sent,
        "tabs": [
            {"label": _("Received"), "url": address, "current": not sent},
            {"label": _("Sent"), "url": f"{address}?box=sent", "current": sent},
        ],
    }
    return render(request, "usecases/contact_requests.html", context)


@require_POST
def accept(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Share the contact with who asked."""
    said = _("Accepted. They see your contact on the use case now.")
    return _answer(request, pk, contacts.accept_contact_request, said)


@require_POST
def decline(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Share nothing."""
    return _answer(request, pk, contacts.decline_contact_request, _("Declined. They are told, without your name."))


def _answer(request: HttpRequest, pk: UUID, act: Callable[..., Any], said: str) -> HttpResponse:
    try:
        act(actor=_actor(request), request_id=pk, answer=request.POST.get("answer", ""))
    except Invalid as error:
        for found in error.fields.values():
            messages.error(request, " ".join(map(str, found)))
    except Conflict as error:
        messages.error(request, str(error.message))
    else:
        messages.success(request, said)
    return redirect("usecases:contact_requests")
