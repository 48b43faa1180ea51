"""The table of drafts."""

from __future__ import annotations

from django.conf import settings
from django.db import models

KEY_LENGTH = 100


class Draft(models.Model):
    """One person's unsent text of one form. ``fields`` holds what the form's fields hold, by name."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    key = models.CharField(max_length=KEY_LENGTH)
    fields = models.JSONField()
    updated_at = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "platform_drafts"
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="draft_once_per_person_and_form")]

    def __str__(self) -> str:
        return f"{self.key} of {self.user_id}"
