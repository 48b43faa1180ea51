"""Moderators' view of the forums: to read, and to lock, pin, delete and restore through the actions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from forums.actions import categories, posts, topics
from forums.models import Category, Colour, ImportedThread, Post, Topic
from p2psandbox.platform.errors import Invalid, ProductError
from p2psandbox.platform.forms import apply_errors
from p2psandbox.platform.readonly_admin import ReadOnlyAdmin
from p2psandbox.platform.web.middleware import actor_of


def _each(request: HttpRequest, rows: QuerySet[Any], act: Callable[[Any], Any]) -> None:
    """Do it to each chosen row and say what came of it."""
    done = 0
    for row in rows:
        try:
            act(row)
            done += 1
        except ProductError as error:
            messages.warning(request, f"{row}: {error}")
    if done:
        messages.success(request, _("Done: %(count)d") % {"count": done})


class CategoryForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable at run time
    """A new category, checked as the action that makes it does."""

    slug = forms.SlugField(required=False, help_text=gettext_lazy("Made from the name when left empty."))
    colour = forms.ChoiceField(choices=Colour.choices)

    class Meta:
        model = Category
        fields = ["name", "slug", "description", "position", "colour"]

    def clean(self) -> dict[str, Any]:
        """Say at the field what the action would refuse."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        names = ("name", "slug", "description", "colour")
        try:
            given |= categories.checked(**{name: given.get(name, "") for name in names})
        except Invalid as error:
            apply_errors(self, error)
        return given


@admin.register(Category)
class CategoryAdmin(ReadOnlyAdmin):
    """Categories in their order; moderators add them."""

    form = CategoryForm
    list_display = ["name", "slug", "position", "colour", "topic_count"]
    ordering = ["position", "name"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return actor_of(request.user).is_moderator

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Let the action make it."""
        obj.pk = categories.create_category(actor=actor_of(request.user), **form.cleaned_data).pk


@admin.register(Topic)
class TopicAdmin(ReadOnlyAdmin):
    """Topics, deleted ones included."""

    list_display = ["title", "category", "author_label", "organization", "reply_count", "locked_at", "deleted_at"]
    list_filter = ["category", ("deleted_at", admin.EmptyFieldListFilter), ("locked_at", admin.EmptyFieldListFilter)]
    list_select_related = ["category", "author", "organization"]
    search_fields = ["title"]
    date_hierarchy = "created_at"
    actions = ["lock", "unlock", "pin", "unpin", "delete", "restore"]

    @admin.action(description=gettext_lazy("Lock"))
    def lock(self, request: HttpRequest, rows: QuerySet[Any]) -> None:
        actor = actor_of(request.user)
        _each(request, rows, lambda row: topics.set_locked(actor=actor, topic_id=row.pk, locked=True))

    @admin.action(description=gettext_lazy("Unlock"))
    def unlock(self, request: HttpRequest, rows: QuerySet[Any]) -> None:
        actor = actor_of(request.user)
        _each(request, rows, lambda row: topics.set_locked(actor=actor, topic_id=row.pk, locked=False))

    @admin.action(description=gettext_lazy("Pin"))
    def pin(self, request: HttpRequest, rows: QuerySet[Any]) -> None:
        actor = actor_of(request.user)
        _each(request, rows, lambda row: topics.set_pinned(actor=actor, topic_id=row.pk, pinned=True))

    @admin.action(description=gettext_lazy("Unpin"))
    def unpin(self, request: HttpRequest, rows: QuerySet[Any]) -> None:
        actor = actor_of(request.user)
        _each(request, rows, lambda row: topics.set_pinned(actor=actor, topic_id=row.pk, pinned=False))

    @admin.action(description=gettext_lazy("Delete"))
    def delete(self, request: HttpRequest, rows: QuerySet[Any]) -> None:
        actor = actor_of(request.user)
        _each(request, rows, lambda row: topics.delete_topic(actor=actor, topic_id=row.pk))

    @admin.action(description=gettext_lazy("Restore"))
    def restore(self, request: HttpRequest, rows: QuerySet[Any]) -> None:
        actor = actor_of(request.user)
        _each(request, rows, lambda row: topics.restore_topic(actor=actor, topic_id=row.pk))


@admin.register(Post)
class PostAdmin(ReadOnlyAdmin):
    """Posts, deleted ones included; the text itself is read in the thread."""

    list_display = ["excerpt", "topic", "number", "author_label", "created_at", "hidden_at", "deleted_at"]
    list_filter = [("deleted_at", admin.EmptyFieldListFilter), ("hidden_at", admin.EmptyFieldListFilter)]
    list_select_related = ["topic", "author"]
    search_fields = ["excerpt", "topic__title"]
    show_full_result_count = False
    actions = ["delete", "restore"]

    @admin.action(description=gettext_lazy("Delete"))
    def delete(self, request: HttpRequest, rows: QuerySet[Any]) -> None:
        actor = actor_of(request.user)
        _each(request, rows, lambda row: posts.delete_post(actor=actor, post_id=row.pk))

    @admin.action(description=gettext_lazy("Restore"))
    def restore(self, request: HttpRequest, rows: QuerySet[Any]) -> None:
        actor = actor_of(request.user)
        _each(request, rows, lambda row: posts.restore_post(actor=actor, post_id=row.pk))


@admin.register(ImportedThread)
class ImportedThreadAdmin(ReadOnlyAdmin):
    """Where threads taken over from elsewhere come from."""

    list_display = ["topic", "source", "licence", "created_at"]
    list_select_related = ["topic"]
    search_fields = ["source", "topic__title"]
