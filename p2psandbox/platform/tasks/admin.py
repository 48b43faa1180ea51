"""Background work in Django admin: what gave up, to run again or to dismiss, and how the scheduled jobs are doing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from p2psandbox.platform.errors import ProductError
from p2psandbox.platform.readonly_admin import ReadOnlyAdmin
from p2psandbox.platform.tasks.actions import dismiss, run_again
from p2psandbox.platform.tasks.models import DeadLetter, LetterState, TaskRun
from p2psandbox.platform.web.middleware import actor_of


@admin.register(DeadLetter)
class DeadLetterAdmin(ReadOnlyAdmin):
    """Work that gave up: look, run again, dismiss."""

    list_display = ("task", "state", "error", "message", "attempts", "first_failed_at", "last_failed_at")
    list_filter = ("state", "task", "error")
    search_fields = ("id", "task", "request_id")
    date_hierarchy = "last_failed_at"
    ordering = ("-last_failed_at",)
    actions = ("run_again", "dismiss")

    @admin.action(description=_("Run again"))
    def run_again(self, request: HttpRequest, letters: QuerySet[DeadLetter]) -> None:
        self._each(request, letters, run_again, str(_("Handed to the workers: %d")))

    @admin.action(description=_("Dismiss"))
    def dismiss(self, request: HttpRequest, letters: QuerySet[DeadLetter]) -> None:
        self._each(request, letters, dismiss, str(_("Dismissed: %d")))

    def _each(self, request: HttpRequest, letters: QuerySet[DeadLetter], act: Callable[..., None], done: str) -> None:
        count = 0
        for letter in letters.filter(state=LetterState.OPEN):
            try:
                act(actor=actor_of(request.user), letter_id=letter.pk)
            except ProductError as error:
                self.message_user(request, f"{letter.task}: {error}", level="warning")
            else:
                count += 1
        self.message_user(request, done % count)


@admin.register(TaskRun)
class TaskRunAdmin(ReadOnlyAdmin):
    """The scheduled jobs' heartbeats."""

    list_display: Any = (
        *("job", "last_started_at", "last_success_at", "last_failure_at"),
        *("last_error", "failures_in_a_row", "last_duration_ms", "overlaps"),
    )
    ordering = ("job",)
