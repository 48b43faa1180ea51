"""What was taken over from elsewhere."""

from __future__ import annotations

from django.db import models

from forums.models.topics import Topic
from p2psandbox.platform.models import Record


class ImportedThread(Record):
    """A thread taken over from a file, so that taking the file again makes no second one."""

    key = models.CharField(max_length=64, unique=True)
    source = models.CharField(max_length=500, blank=True)
    licence = models.CharField(max_length=500, blank=True)
    topic = models.OneToOneField(Topic, on_delete=models.PROTECT, related_name="imported")

    def __str__(self) -> str:
        return self.source or self.key
