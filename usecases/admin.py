"""Moderators' view of the library: to read, and to take down, put back, feature through the actions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from p2psandbox.platform.errors import ProductError
from p2psandbox.platform.web.middleware import actor_of
from usecases.actions import lifecycle
from usecases.models import (
    ContactRequest,
    Export,
    ImportRun,
    Replication,
    SavedSearch,
    UseCase,
    UseCaseMedia,
    UseCaseMetric,
    UseCaseTransition,
)


class ReadOnly:
    """Nothing is written around the rules: the actions are the only way."""

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return actor_of(request.user).is_moderator

    def has_module_permission(self, request: HttpRequest) -> bool:
        return actor_of(request.user).is_moderator

    def has_add_permission(self, *args: Any) -> bool:
        return False

    def has_change_permission(self, *args: Any) -> bool:
        return False

    def has_delete_permission(self, *args: Any) -> bool:
        return False


class MetricInline(ReadOnly, admin.TabularInline):  # type: ignore[type-arg]  # not subscriptable at run time
    model = UseCaseMetric
    fields = ["position", "name", "unit", "baseline", "result", "period"]
    extra = 0


class MediaInline(ReadOnly, admin.TabularInline):  # type: ignore[type-arg]  # not subscriptable at run time
    model = UseCaseMedia
    fields = ["position", "kind", "caption", "cover", "file", "dropped_at"]
    extra = 0


class TransitionInline(ReadOnly, admin.TabularInline):  # type: ignore[type-arg]  # not subscriptable at run time
    model = UseCaseTransition
    fields = ["created_at", "step", "by", "note"]
    extra = 0


@admin.register(UseCase)
class UseCaseAdmin(ReadOnly, admin.ModelAdmin):  # type: ignore[type-arg]  # not subscriptable at run time
    """Stories of all organizations, deleted ones included."""

    list_display = ["title", "organization", "status", "visibility", "published_at", "featured_at", "deleted_at"]
    list_filter = ["status", "visibility", "industry"]
    list_select_related = ["organization"]
    search_fields = ["title", "organization__name"]
    date_hierarchy = "created_at"
    exclude = ["search_vector", "technology_keys"]
    inlines = [MetricInline, MediaInline, TransitionInline]
    actions = ["take_down", "publish_again", "feature", "unfeature", "restore"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[UseCase]:
        return super().get_queryset(request).defer("search_vector")

    @admin.action(description=gettext_lazy("Take down"), permissions=["view"])
    def take_down(self, request: HttpRequest, rows: QuerySet[UseCase]) -> None:
        """Unpublish the chosen stories with a standing note."""
        note = _("Taken down by the moderators.")
        _each(request, rows, lambda **kw: lifecycle.take_down(note=note, **kw))

    @admin.action(description=gettext_lazy("Publish again"), permissions=["view"])
    def publish_again(self, request: HttpRequest, rows: QuerySet[UseCase]) -> None:
        """Put stories back that were taken down."""
        _each(request, rows, lifecycle.publish)

    @admin.action(description=gettext_lazy("Feature"), permissions=["view"])
    def feature(self, request: HttpRequest, rows: QuerySet[UseCase]) -> None:
        """Put the chosen stories first."""
        _each(request, rows, lifecycle.feature)

    @admin.action(description=gettext_lazy("No longer feature"), permissions=["view"])
    def unfeature(self, request: HttpRequest, rows: QuerySet[UseCase]) -> None:
        """Put the chosen stories back in line."""
        _each(request, rows, lambda **kw: lifecycle.feature(on=False, **kw))

    @admin.action(description=gettext_lazy("Restore deleted"), permissions=["view"])
    def restore(self, request: HttpRequest, rows: QuerySet[UseCase]) -> None:
        """Take deletions back."""
        _each(request, rows, lifecycle.restore)


@admin.register(ContactRequest)
class ContactRequestAdmin(ReadOnly, admin.ModelAdmin):  # type: ignore[type-arg]  # not subscriptable at run time
    """Who asked whom, and who was given a contact. What they wrote to each other stays between them."""

    list_display = ["created_at", "organization", "use_case", "state", "answered_at", "seen_at"]
    list_filter = ["state"]
    list_select_related = ["organization", "use_case"]
    search_fields = ["organization__name", "use_case__title"]
    date_hierarchy = "created_at"
    fields = [
        "use_case", "asker", "organization", "state", "created_at", "answered_at", "answered_by", "given", "seen_at",
    ]  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[ContactRequest]:
        return super().get_queryset(request).defer("use_case__search_vector")


@admin.register(Replication)
class ReplicationAdmin(ReadOnly, admin.ModelAdmin):  # type: ignore[type-arg]  # not subscriptable at run time
    """Reports of all organizations on trying stories."""

    list_display = ["submitted_at", "organization", "use_case", "outcome", "state"]
    list_filter = ["outcome", "state"]
    list_select_related = ["organization", "use_case"]
    search_fields = ["organization__name", "use_case__title"]
    date_hierarchy = "submitted_at"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Replication]:
        return super().get_queryset(request).defer("use_case__search_vector")


def _each(request: HttpRequest, rows: QuerySet[UseCase], act: Callable[..., Any]) -> None:
    """Do something to each of the chosen stories and say which ones refused."""
    done = 0
    for row in rows:
        try:
            act(actor=actor_of(request.user), use_case_id=row.pk)
            done += 1
        except ProductError as error:
            messages.error(request, f"{row}: {error.message}")
    messages.info(request, _("Done for %(count)d.") % {"count": done})


@admin.register(ImportRun)
class ImportRunAdmin(ReadOnly, admin.ModelAdmin):  # type: ignore[type-arg]  # not subscriptable at run time
    """How imports of organizations are doing; what their files say is theirs."""

    list_display = ["created_at", "organization", "by", "total", "state", "finished_at"]
    list_filter = ["state"]
    list_select_related = ["organization", "by"]
    fields = ["organization", "by", "total", "state", "created_at", "finished_at"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[ImportRun]:
        return super().get_queryset(request).defer("rows", "entries")


@admin.register(SavedSearch)
class SavedSearchAdmin(ReadOnly, admin.ModelAdmin):  # type: ignore[type-arg]  # not subscriptable at run time
    """That people keep searches and when each was last looked at; what they look for is theirs."""

    list_display = ["id", "user", "notify", "checked_until", "created_at"]
    list_select_related = ["user"]
    exclude = ["name", "filters"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["user", "notify", "checked_until"]


@admin.register(Export)
class ExportAdmin(ReadOnly, admin.ModelAdmin):  # type: ignore[type-arg]  # not subscriptable at run time
    """What is being made for whom, and what went wrong; what they asked for and the file are theirs."""

    list_display = ["created_at", "owner", "format", "state", "done", "total", "bytes", "attempts", "expires_at"]
    list_filter = ["state", "format"]
    list_select_related = ["owner"]
    date_hierarchy = "created_at"
    exclude = ["filters", "narrowed"]
