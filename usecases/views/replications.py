"""Reporting on trying a story, and signing such reports off."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from p2psandbox.platform.errors import Conflict, Forbidden, Invalid
from p2psandbox.platform.forms import apply_errors
from p2psandbox.platform.permissions import Actor, Permission, require
from usecases.access import visible
from usecases.actions import replications
from usecases.forms.notes import NoteForm
from usecases.forms.replications import ReplicationForm
from usecases.forms.steps import field_of
from usecases.models import Replication


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]  # set by ActorMiddleware
    return actor


@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, pk: UUID) -> HttpResponse:
    """``/use-cases/<id>/tried/``: report on trying a story, or change the report that is not signed off."""
    actor = _actor(request)
    require(actor, Permission.READ_MEMBERS_AREA)
    row = visible(actor, pk)
    if not replications.may_report(actor, row):
        raise Forbidden(_("Only people of other organizations report on a published use case."))
    standing = replications.own_report(actor, row)
    if standing is not None and (standing.is_published or not replications.may_change(actor, standing)):
        messages.info(request, _("Your organization has reported on this use case already."))
        return redirect(_address(standing))
    form = ReplicationForm(request.POST or None, initial=ReplicationForm.values(standing))
    if request.method == "POST" and form.is_valid():
        try:
            if standing is None:
                made = replications.report(actor=actor, use_case_id=pk, **form.given())
            else:
                made = replications.edit_report(actor=actor, replication_id=standing.pk, **form.given())
        except Invalid as error:
            apply_errors(form, Invalid({field_of(name): found for name, found in error.fields.items()}))
        except Conflict as error:
            form.add_error(None, str(error.message))
        else:
            published = _("Published. It stands on the use case now.")
            waits = _("Handed in. An admin of your organization will look at it.")
            messages.success(request, published if made.is_published else waits)
            return redirect(_address(made))
    context = {"form": form, "row": row, "standing": standing, "page_title": _("We tried this too")}
    return render(request, "usecases/replication_form.html", context)


def _address(made: Replication) -> str:
    return f"{reverse('usecases:detail', args=[made.use_case_id])}#replications"


@require_POST
def approve(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Sign a report off."""
    return _act(request, replications.approve_report, pk, _("Approved. It stands on the use case now."))


@require_POST
def withdraw(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take a report back."""
    return _act(request, replications.withdraw_report, pk, _("The report is withdrawn."))


def _act(request: HttpRequest, act: Callable[..., Replication], pk: UUID, said: str) -> HttpResponse:
    row = act(actor=_actor(request), replication_id=pk)
    messages.success(request, said)
    return redirect(_address(row))


@require_http_methods(["GET", "HEAD", "POST"])
def reject(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Send a report back with a note."""
    actor = _actor(request)
    seen = replications.for_signing(actor, pk)
    form = NoteForm(request.POST or None, label=_("What should change"))
    if request.method == "POST" and form.is_valid():
        try:
            replications.reject_report(actor=actor, replication_id=pk, note=form.cleaned_data["note"])
        except Invalid as error:
            apply_errors(form, error)
        else:
            messages.success(request, _("Sent back to its author."))
            return redirect("usecases:review_queue")
    words: dict[str, Any] = {"kind": "primary", "button": _("Send back")}
    context = {"form": form, "row": seen.use_case, "words": words, "page_title": _("Send the report back")}
    return render(request, "usecases/note.html", context)
