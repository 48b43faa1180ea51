"""Invitations: the admins' page, and the page a link leads to."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from allauth.account.internal.flows.login import perform_login
from allauth.account.models import Login
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts.actions.acceptance import accept_invitation
from accounts.actions.invitations import (
    Outcome,
    SendResult,
    cancel_invitation,
    resend_invitation,
    send_invitations,
)
from accounts.forms.administration import AcceptForm, InvitationFilterForm, InvitationForm
from accounts.limits import limit
from accounts.models import Invitation, InvitationStatus
from accounts.queries.invitations import invitation_counts, own_invitations, standing_invitation
from p2psandbox.platform.errors import Conflict, Gone, Invalid, NotFound
from p2psandbox.platform.forms import apply_errors
from p2psandbox.platform.permissions import Actor, Permission, require

PAGE_SIZE = 30
#: Results that were good need no line each when there are many.
_OUTCOMES = "invitation_outcomes"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invitations(request: HttpRequest) -> HttpResponse:
    """``/organization/invitations/``: how they stand, and the form for more."""
    actor = _actor(request)
    require(actor, Permission.INVITE)
    form = InvitationForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        limit(request, "invite", user=request.user)
        try:
            outcomes = send_invitations(
                actor=actor,
                emails=form.addresses(),
                role=form.cleaned_data["role"],
                message=form.cleaned_data["message"],
            )
        except Invalid as error:
            apply_errors(form, error)
        else:
            return _sent(request, outcomes)
    return _page(request, actor, form)


def _sent(request: HttpRequest, outcomes: list[Outcome]) -> HttpResponse:
    """Say how many went out; addresses that did not are listed on the page that follows."""
    sent = sum(outcome.result is SendResult.SENT for outcome in outcomes)
    if sent:
        text = ngettext("%(count)d invitation sent.", "%(count)d invitations sent.", sent)
        messages.success(request, text % {"count": sent})
    request.session[_OUTCOMES] = [
        (outcome.email, outcome.result.value) for outcome in outcomes if outcome.result is not SendResult.SENT
    ]
    return redirect("accounts:invitations")


def _page(request: HttpRequest, actor: Actor, form: InvitationForm) -> HttpResponse:
    status = InvitationFilterForm(request.GET).status_wanted()
    rows = own_invitations(actor, status=status)
    counts = invitation_counts(actor)
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    left_out = request.session.pop(_OUTCOMES, []) if request.method == "GET" else []
    context: dict[str, Any] = {
        "form": form,
        "page": page,
        "status": status,
        "tabs": _tabs(status, counts),
        "total": sum(counts.values()),
        "left_out": [(email, SendResult(result).label) for email, result in left_out],
    }
    return render(request, "accounts/invitations.html", context, status=400 if form.is_bound else 200)


def _tabs(status: str, counts: dict[str, int]) -> list[dict[str, Any]]:
    everything = {"label": _("All"), "url": "?", "current": not status, "count": sum(counts.values())}
    return [
        everything,
        *(
            {"label": label, "url": f"?status={value}", "current": status == value, "count": counts[value]}
            for value, label in InvitationStatus.choices
        ),
    ]


@require_POST
def resend(request: HttpRequest, invitation_id: UUID) -> HttpResponse:
    """Send one again."""
    require(_actor(request), Permission.INVITE)
    limit(request, "invite", user=request.user)
    sent = resend_invitation(actor=_actor(request), invitation_id=invitation_id)
    text = _("Sent again to %(email)s. The former link works no more.")
    messages.success(request, text % {"email": sent.email})
    return redirect("accounts:invitations")


@require_POST
def cancel(request: HttpRequest, invitation_id: UUID) -> HttpResponse:
    """Take one back."""
    cancelled = cancel_invitation(actor=_actor(request), invitation_id=invitation_id)
    text = _("The invitation of %(email)s is cancelled. Its link works no more.")
    messages.success(request, text % {"email": cancelled.email})
    return redirect("accounts:invitations")


@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """``/invitations/<token>/``: who invites to which company, and the form to accept.

    A link that leads nowhere has a page of its own that says why and what to do: 404 for one that is none or was
    replaced, 410 for used, expired and cancelled ones, 403 for somebody who is signed in.
    """
    try:
        standing = standing_invitation(token)
    except NotFound:
        return _no_way(request, "unknown", 404)
    except Gone as gone:
        return _no_way(request, gone.code, 410)
    if request.user.is_authenticated:
        return _no_way(request, "signed_in", 403, standing)
    form = AcceptForm(request.POST or None, email=standing.email)
    if request.method == "POST":
        limit(request, "invitation")
        if form.is_valid():
            return _accept(request, token, standing, form)
    return _ask(request, standing, form)


def _accept(request: HttpRequest, token: str, standing: Invitation, form: AcceptForm) -> HttpResponse:
    typed = {name: form.cleaned_data[name] for name in ("first_name", "last_name", "password")}
    try:
        user = accept_invitation(actor=_actor(request), token=token, language=get_language() or "en", **typed)
    except Invalid as error:
        apply_errors(form, error)
        return _ask(request, standing, form)
    except Gone as gone:  # somebody was faster
        return _no_way(request, gone.code, 410)
    except Conflict as taken:
        return _no_way(request, taken.code, 409, standing)
    messages.success(request, _("Welcome to %(organization)s.") % {"organization": standing.organization})
    response: HttpResponse = perform_login(request, Login(user=user, email=user.email))
    return response


def _ask(request: HttpRequest, standing: Invitation, form: AcceptForm) -> HttpResponse:
    context = {"invitation": standing, "form": form}
    return render(request, "accounts/invitation.html", context, status=400 if form.is_bound else 200)


def _no_way(request: HttpRequest, why: str, status: int, standing: Invitation | None = None) -> HttpResponse:
    context = {"why": why, "invitation": standing, "section": ""}
    return render(request, "accounts/invitation_over.html", context, status=status)


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]  # set by ActorMiddleware
    return actor
