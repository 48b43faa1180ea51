"""Lists of stories that are made into files in the background."""

from __future__ import annotations

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from organizations.models import Organization
from p2psandbox.platform.files.models import random_key
from p2psandbox.platform.models import Record


class ExportFormat(models.TextChoices):
    """What a list is exported as."""

    XLSX = "xlsx", _("Excel workbook")
    PDF = "pdf", _("PDF list")


class ExportState(models.TextChoices):
    """Where an export is on its way. One that is cancelled has no row any more."""

    QUEUED = "queued", _("Waiting")
    RUNNING = "running", _("Being made")
    DONE = "done", _("Ready")
    FAILED = "failed", _("Failed")
    EXPIRED = "expired", _("Expired")


#: States of what is still to be made.
UNDER_WAY = (ExportState.QUEUED, ExportState.RUNNING)


class Export(Record):
    """A list of stories as one person asked for it, and the file that is made of it with their rights.

    ``filters`` are the list's as they were asked for, ``narrowed`` the same in words, ``language`` the one it is
    written in; ``organization`` is the one the person belonged to then. ``key`` names the file in the store: making it
    again replaces it. ``total`` is empty until it is known.
    """

    owner = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="+", null=True, blank=True)
    format = models.CharField(max_length=4, choices=ExportFormat)
    filters = models.JSONField(default=dict, blank=True)
    narrowed = models.JSONField(default=list, blank=True)
    language = models.CharField(max_length=10)
    state = models.CharField(max_length=8, choices=ExportState, default=ExportState.QUEUED)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    name = models.CharField(max_length=120, blank=True)
    key = models.CharField(max_length=64, unique=True, default=random_key, editable=False)
    bytes = models.BigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    error = models.CharField(max_length=300, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=models.Q(format__in=ExportFormat.values), name="export_format_is_known"),
            models.CheckConstraint(condition=models.Q(state__in=ExportState.values), name="export_state_is_known"),
            models.CheckConstraint(
                condition=~models.Q(state=ExportState.DONE)
                | models.Q(bytes__gt=0, finished_at__isnull=False, expires_at__isnull=False),
                name="export_done_means_made",
            ),
        ]
        indexes = [
            models.Index(fields=["owner", "-created_at"], name="export_by_owner"),
            models.Index(
                fields=["updated_at"], name="export_under_way", condition=models.Q(state__in=["queued", "running"])
            ),
            models.Index(fields=["expires_at"], name="export_to_expire", condition=models.Q(state="done")),
        ]

    def __str__(self) -> str:
        return f"{self.format} {self.id}"

    def get_absolute_url(self) -> str:
        return reverse("usecases:export", args=[self.pk])

    @property
    def is_under_way(self) -> bool:
        return self.state in UNDER_WAY

    @property
    def is_done(self) -> bool:
        return self.state == ExportState.DONE

    @property
    def is_there(self) -> bool:
        """Whether there is a file to download."""
        return self.is_done and self.expires_at is not None and self.expires_at > timezone.now()

    @property
    def with_drafts(self) -> bool:
        return bool(self.filters.get("drafts"))

    @property
    def progress(self) -> int:
        """How much is made, in percent; the last one is for putting the file in its place."""
        if self.is_under_way:
            return min(99, self.done * 100 // self.total) if self.total else 0
        return 100 if self.state in (ExportState.DONE, ExportState.EXPIRED) else 0
