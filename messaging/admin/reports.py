"""The queue of reported messages in Django admin, and the page to judge one. Everything calls the actions."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from messaging.actions import reports as actions
from messaging.links_in_text import linked
from messaging.models import MessageReport, MessageReportState
from messaging.queries import reports as queries
from p2psandbox.platform.errors import Invalid, ProductError
from p2psandbox.platform.identifiers import as_uuid
from p2psandbox.platform.readonly_admin import ReadOnlyAdmin
from p2psandbox.platform.web.middleware import actor_of


@admin.register(MessageReport)
class MessageReportAdmin(ReadOnlyAdmin):
    """Reported messages, the one that waits longest on top. The list shows nothing that was written."""

    list_display = ["created_at", "reason", "sender", "reporter", "state", "settled_at"]
    list_filter = ["state", "reason"]
    list_select_related = ["message__sender", "reporter"]
    search_fields = ["=reporter__email", "=message__sender__email"]
    show_full_result_count = False

    @admin.display(description=gettext_lazy("Sender"))
    def sender(self, report: MessageReport) -> str:
        return str(report.message.sender)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return queries.reports(actor_of(request.user)).defer("message__body", "message__vector")

    def get_urls(self) -> list[Any]:
        decide = self.admin_site.admin_view(require_POST(self.decide))
        return [path("<uuid:report_id>/decide/", decide, name="messaging_messagereport_decide"), *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the page on which a moderator judges a reported message."""
        if request.method != "GET" or not self.has_view_permission(request):
            raise PermissionDenied
        return self._page(request, object_id)

    def _page(self, request: HttpRequest, object_id: str, *, said: str = "", problem: str = "") -> HttpResponse:
        report_id = as_uuid(object_id)
        try:
            if report_id is None:
                raise Http404
            found = queries.review(actor_of(request.user), report_id)
        except ProductError as error:
            raise Http404(str(error)) from error
        context = {
            **self.admin_site.each_context(request),
            "opts": self.model._meta,
            "title": _("Judge a message"),
            "report": found.report,
            "shown": [(one, linked(one.message.body)) for one in (*found.before, found.reported)],
            "is_open": found.report.state == MessageReportState.OPEN,
            "said": said,
            "problem": problem,
        }
        return TemplateResponse(
            request, "messaging/admin/review.html", context, status=Invalid.status if problem else None
        )

    def decide(self, request: HttpRequest, report_id: UUID) -> HttpResponse:
        """Take a moderator's decision; one that lacks something comes back with what was typed."""
        said = request.POST.get("reply", "")
        try:
            actions.settle_report(
                actor=actor_of(request.user),
                report_id=report_id,
                outcome=request.POST.get("outcome", ""),
                reply=said,
            )
        except Invalid as error:
            return self._page(request, str(report_id), said=said, problem=" ".join(error.messages))
        except ProductError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("Done. Who reported it is told."))
        return redirect(reverse("admin:messaging_messagereport_change", args=[report_id]))
