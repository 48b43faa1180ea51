"""What background work leaves behind: tasks that gave up, and when each scheduled job last ran."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from p2psandbox.platform.models import Record


class LetterState(models.TextChoices):
    """What became of work that had given up."""

    OPEN = "open", _("Waits for a person")
    RETRIED = "retried", _("Run again")
    DISMISSED = "dismissed", _("Dismissed")


class DeadLetter(Record):
    """Work that was tried until nothing was left to try; it needs somebody who looks.

    ``arguments`` are ids only, ``message`` says where it failed and never what anybody wrote. One open row for
    each task and its arguments: failing again only counts up. ``settled_by`` is empty when the work succeeded
    by itself later.
    """

    task = models.CharField(max_length=120)
    arguments = models.JSONField(default=list)
    error = models.CharField(max_length=120)
    message = models.CharField(max_length=200, blank=True)
    request_id = models.CharField(max_length=64, blank=True)
    first_failed_at = models.DateTimeField()
    last_failed_at = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=1)
    state = models.CharField(max_length=10, choices=LetterState, default=LetterState.OPEN)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by: models.ForeignKey[Any, Any] = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, related_name="+", null=True, blank=True
    )

    class Meta:
        app_label = "platform"
        ordering: ClassVar[list[str]] = ["-last_failed_at", "-id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["task", "arguments"],
                name="one_open_dead_letter_per_work",
                condition=models.Q(state=LetterState.OPEN),
            ),
            models.CheckConstraint(condition=models.Q(state__in=LetterState.values), name="dead_letter_state_is_known"),
            models.CheckConstraint(
                condition=models.Q(state=LetterState.OPEN, settled_at__isnull=True)
                | ~models.Q(state=LetterState.OPEN) & models.Q(settled_at__isnull=False),
                name="dead_letter_settled_has_a_time",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["settled_at"], name="dead_letter_settled", condition=~models.Q(state="open")),
        ]

    def __str__(self) -> str:
        return f"{self.task} {self.id}"


class TaskRun(Record):
    """The heartbeat of one scheduled job, by the name of its task. Whether it runs now, its lock says."""

    job = models.CharField(max_length=120, unique=True)
    last_started_at = models.DateTimeField(null=True, blank=True)
    last_success_at = models.DateTimeField(null=True, blank=True)
    last_failure_at = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=120, blank=True)
    last_duration_ms = models.PositiveIntegerField(null=True, blank=True)
    failures_in_a_row = models.PositiveIntegerField(default=0)
    overlaps = models.PositiveIntegerField(default=0, help_text=_("times it was due while it still ran"))

    class Meta:
        app_label = "platform"
        ordering: ClassVar[list[str]] = ["job"]

    def __str__(self) -> str:
        return self.job
