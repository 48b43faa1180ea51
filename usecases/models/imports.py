"""Files of stories that an admin brings in through the page."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from organizations.models import Organization
from p2psandbox.platform.models import Record


class ImportState(models.TextChoices):
    """Where an import is on its way."""

    UPLOADED = "uploaded", _("Waits for its columns")
    RUNNING = "running", _("Being imported")
    DONE = "done", _("Imported")
    STOPPED = "stopped", _("Stopped")
    UNDONE = "undone", _("Undone")


class ImportRun(Record):
    """One uploaded file, what its columns mean, and what became of its records.

    ``rows`` is the file as records in JSON text (in which anything a file says can be kept) and emptied once they are
    imported; ``columns`` are pairs of a heading and its field (or nothing), in the file's order; ``entries`` is the
    report, one per record taken so far.
    """

    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=120)
    rows = models.TextField(blank=True)
    columns = models.JSONField(default=list)
    total = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=ImportState, default=ImportState.UPLOADED)
    entries = models.JSONField(default=list)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=ImportState.values), name="import_state_is_known"),
        ]
        indexes = [
            models.Index(fields=["organization", "-created_at"], name="import_newest"),
            models.Index(
                fields=["updated_at"], name="import_unfinished", condition=models.Q(state__in=["uploaded", "running"])
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def meaning(self) -> dict[str, str]:
        """Which field each heading means; an empty one for none."""
        return dict(self.columns)

    @property
    def done(self) -> int:
        """How many records were taken."""
        return len(self.entries)
