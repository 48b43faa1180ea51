"""Organizations in Django admin: seen by moderators, verified through an action."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from organizations.actions import verify_organization
from organizations.actions.verification import KIND, decide
from organizations.models import AuditEntry, Organization, VerificationRequest
from p2psandbox.platform.errors import Conflict, Invalid
from p2psandbox.platform.files.queries import attached_files, permanent_url
from p2psandbox.platform.readonly_admin import ReadOnlyAdmin
from p2psandbox.platform.web.middleware import actor_of


@admin.register(Organization)
class OrganizationAdmin(ReadOnlyAdmin):
    """Organizations: look, mark as verified."""

    list_display = ("name", "industry", "country", "city", "verified_at", "created_at")
    list_filter = ("industry", "country", ("verified_at", admin.EmptyFieldListFilter))
    search_fields = ("name", "city")
    ordering = ("-created_at",)
    actions = ("verify", "withdraw")

    @admin.action(description=_("Mark as verified"))
    def verify(self, request: HttpRequest, organizations: QuerySet[Any]) -> None:
        for organization in organizations:
            verify_organization(actor=actor_of(request.user), organization_id=organization.pk)

    @admin.action(description=_("Withdraw the verification"))
    def withdraw(self, request: HttpRequest, organizations: QuerySet[Any]) -> None:
        for organization in organizations:
            verify_organization(actor=actor_of(request.user), organization_id=organization.pk, verified=False)


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    """The audit trail of all companies: to read."""

    list_display = ("at", "organization", "what", "actor_name", "subject_name")
    list_filter = ("what",)
    list_select_related = ("organization",)
    search_fields = ("organization__name", "actor_name", "subject_name")
    date_hierarchy = "at"
    ordering = ("-at", "-id")


@admin.register(VerificationRequest)
class VerificationRequestAdmin(ReadOnlyAdmin):
    """The queue of organizations that ask to be verified: look at the documents, decide."""

    list_display = ("organization", "state", "registration", "requested_by", "created_at", "decided_by")
    list_filter = ("state",)
    list_select_related = ("organization", "requested_by", "decided_by")
    search_fields = ("organization__name", "registration")
    ordering = ("state", "created_at")
    fields = (
        *("organization", "requested_by", "registration", "note", "documents", "created_at"),
        *("state", "decided_by", "decided_at", "reason"),
    )
    readonly_fields = ("documents",)
    change_form_template = "organizations/admin/verification_request.html"

    @admin.display(description=_("Documents"))
    def documents(self, request: VerificationRequest) -> SafeString:
        files = attached_files(KIND, [request.pk]).get(request.pk, [])
        links = ((permanent_url(file), file.name) for file in files)
        return format_html_join(mark_safe("<br>"), '<a href="{}">{}</a>', links)

    def get_urls(self) -> list[Any]:
        decide = self.admin_site.admin_view(require_POST(self.decide))
        name = "organizations_verificationrequest_decide"
        return [path("<uuid:request_id>/decide/", decide, name=name), *super().get_urls()]

    def decide(self, request: HttpRequest, request_id: UUID) -> HttpResponse:
        """Take the moderator's decision, and say what came of it."""
        approve = request.POST.get("decision") == "approve"
        try:
            decide(
                actor=actor_of(request.user),
                request_id=request_id,
                approve=approve,
                reason=request.POST.get("reason", ""),
            )
        except Invalid as error:
            for message in error.fields.get("reason", []):
                messages.error(request, str(message))
        except Conflict as error:
            messages.error(request, str(error.message))
        else:
            messages.success(request, _("Verified.") if approve else _("Refused. The reason is on its way."))
        return redirect("admin:organizations_verificationrequest_change", request_id)
