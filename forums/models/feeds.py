"""Feeds: the private address under which one person's feed reader asks."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone


class FeedAddress(models.Model):
    """One person's feed address. The token in it is made from ``seed`` and the site's secret key.

    ``token_hash`` is what it is found by: whoever reads this table learns no address. See :mod:`forums.feed_tokens`.
    """

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="feed_address", primary_key=True
    )
    seed = models.CharField(max_length=43)
    token_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"feed address of {self.person_id}"
