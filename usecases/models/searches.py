"""What somebody looks for in the library again and again."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from accounts.models import User
from p2psandbox.platform.models import Record


class SavedSearch(Record):
    """Filters under a name, of one person. ``checked_until`` is the time of publishing up to which they were told."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=80)
    filters = models.JSONField()
    notify = models.BooleanField(default=True)
    checked_until = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["name", "id"]
        verbose_name_plural = "saved searches"
        constraints = [models.UniqueConstraint(fields=["user", "name"], name="saved_search_name_once")]
        indexes = [models.Index(fields=["checked_until"], name="saved_search_due", condition=models.Q(notify=True))]

    def __str__(self) -> str:
        return self.name
