"""Pages of reports: reporting a message and what came of it, and a moderator's warning to who wrote one."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from messaging.actions import reports as actions
from messaging.forms.conversations import ReportForm
from messaging.links_in_text import linked
from messaging.queries import reports as queries
from p2psandbox.platform.errors import Invalid, TooMany
from p2psandbox.platform.forms import apply_errors
from p2psandbox.platform.web.middleware import actor_of


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, message_id: UUID) -> HttpResponse:
    """Report a message to the moderators; reported before, the page says what came of it."""
    actor = actor_of(request.user)
    found = queries.reported_message(actor, message_id)
    form = ReportForm(request.POST or None)
    status = 200
    if request.method == "POST":
        form.is_valid()
        try:
            actions.report_message(
                actor=actor,
                message_id=message_id,
                reason=request.POST.get("reason", ""),
                note=request.POST.get("note", ""),
            )
            return redirect("messaging:report", message_id)
        except Invalid as error:
            form.errors.clear()
            apply_errors(form, error)
            status = error.status
        except TooMany as error:
            form.add_error(None, str(error))
            status = error.status
    context = {
        "found": found,
        "form": form,
        "html": linked(found.message.body),
        "page_title": _("Reported message") if found.report else _("Report this message"),
    }
    return render(request, "messaging/report.html", context, status=status)


@never_cache
@require_safe
def warning(request: HttpRequest, message_id: UUID) -> HttpResponse:
    """What moderators said about a message of the reader's."""
    found = queries.warning(actor_of(request.user), message_id)
    context = {"report": found, "html": linked(found.message.body), "page_title": _("A warning about your message")}
    return render(request, "messaging/warning.html", context)
