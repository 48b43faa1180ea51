"""Reporting a post, and what moderators decided about one's own."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from forums.actions import reports
from forums.forms.moderation import ReportForm
from forums.queries import moderation
from forums.queries.moderation import Reportable
from forums.views.lists import requested_page
from p2psandbox.platform.errors import Invalid, NotFound, TooMany
from p2psandbox.platform.forms import apply_errors

_PER_PAGE = 20


@require_http_methods(["GET", "POST"])
def post_report(request: HttpRequest, post_id: UUID) -> HttpResponse:
    """Ask what is wrong with a post, say what happens next, and later what came of it."""
    found = moderation.reportable(request.actor, post_id)
    if request.method == "GET":
        mine = found.post.author_id is not None and found.post.author_id == request.actor.id
        if mine:
            return redirect(found.post)
        if found.report is not None and "again" not in request.GET:
            return render(request, "forums/reported.html", {"found": found, "page_title": _("You reported this post")})
        return _ask(request, found, ReportForm(initial=_said(found)))
    form = ReportForm(request.POST)
    form.is_valid()
    given = form.cleaned_data
    try:
        reports.report_post(
            actor=request.actor, post_id=post_id, reason=given.get("reason", ""), note=given.get("note", "")
        )
    except Invalid as error:
        form.errors.clear()
        apply_errors(form, error)
        return _ask(request, found, form, status=error.status)
    except TooMany as error:
        form.add_error(None, str(error))
        response = _ask(request, found, form, status=error.status)
        response["Retry-After"] = str(error.retry_after)
        return response
    return redirect("forums:post_report", post_id)


def _said(found: Reportable) -> dict[str, str]:
    return {"reason": found.report.reason, "note": found.report.note} if found.report is not None else {}


def _ask(request: HttpRequest, found: Reportable, form: ReportForm, *, status: int = 200) -> HttpResponse:
    if not found.is_visible:
        raise NotFound
    context = {"form": form, "found": found, "post": found.post, "page_title": _("Report this post")}
    return render(request, "forums/report.html", context, status=status)


@require_safe
def post_moderation(request: HttpRequest, post_id: UUID) -> HttpResponse:
    """What was decided about a post, for its author and moderators."""
    found = moderation.moderated(request.actor, post_id)
    return render(request, "forums/moderated.html", {"found": found, "page_title": _("What moderators decided")})


@require_safe
def decisions(request: HttpRequest) -> HttpResponse:
    """What was decided about anything the reader wrote."""
    page = requested_page(request, moderation.decisions_about(request.actor), _PER_PAGE)
    context = {"page": page, "page_title": _("Decisions about what you wrote")}
    return render(request, "forums/decisions.html", context)
