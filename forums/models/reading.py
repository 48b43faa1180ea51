"""What a topic is to one person: how far they read it, whether they keep it, how closely they follow it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from forums.models.topics import Topic


class Watch(models.TextChoices):
    """How much a person wants to hear of a topic."""

    WATCHING = "watching", _("Watching")
    NORMAL = "normal", _("Normal")
    MUTED = "muted", _("Muted")


class TopicReader(models.Model):
    """One person and one topic. ``read_number`` is the highest post number they were shown, 0 for none."""

    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="readers", db_index=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    read_number = models.PositiveIntegerField(default=0)
    read_at = models.DateTimeField(null=True)
    bookmarked_at = models.DateTimeField(null=True)
    watch = models.CharField(max_length=10, choices=Watch, default=Watch.NORMAL)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "topic"], name="topic_reader_once"),
            models.CheckConstraint(condition=Q(watch__in=Watch.values), name="topic_reader_watch_is_known"),
        ]
        indexes = [
            models.Index("topic", condition=Q(watch=Watch.WATCHING), name="topic_watchers"),
            models.Index(
                "user", F("bookmarked_at").desc(), condition=Q(bookmarked_at__isnull=False), name="topic_bookmarks"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} reads {self.topic_id}"
