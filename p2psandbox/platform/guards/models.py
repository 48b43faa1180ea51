"""Where guards are kept while Redis is away."""

from __future__ import annotations

from django.db import models


class Guard(models.Model):
    """An entry of Django's cache in a database: its three columns are what ``DatabaseCache`` expects."""

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)

    class Meta:
        app_label = "platform"
        db_table = "platform_guards"

    def __str__(self) -> str:
        return self.cache_key
