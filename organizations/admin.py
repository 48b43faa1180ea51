"""Organizations in Django admin: seen by moderators, verified through an action."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from organizations.actions import verify_organization
from organizations.models import AuditEntry, Organization
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
