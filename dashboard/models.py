"""What is worked out now and then and read often: how much is going on around a topic or a use case."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from forums.models import Topic
from usecases.models import UseCase


class Window(models.TextChoices):
    """Over how long a time it is looked at."""

    DAY = "day", _("Today")
    WEEK = "week", _("This week")
    MONTH = "month", _("This month")


class TrendingScore(models.Model):
    """The score of one topic or use case in one window, with its parts; see docs/trending.md.

    Written by ``dashboard.trending.recompute`` only, which replaces all of them.
    """

    window = models.CharField(max_length=5, choices=Window)
    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="+", null=True, blank=True)
    use_case = models.ForeignKey(UseCase, on_delete=models.CASCADE, related_name="+", null=True, blank=True)
    score = models.FloatField()
    parts = models.JSONField(default=dict)
    computed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(topic__isnull=False, use_case__isnull=True) | Q(topic__isnull=True, use_case__isnull=False),
                name="trending_is_about_one_thing",
            ),
            models.CheckConstraint(condition=Q(window__in=Window.values), name="trending_window_is_known"),
            models.UniqueConstraint(fields=["window", "topic"], name="trending_topic_once"),
            models.UniqueConstraint(fields=["window", "use_case"], name="trending_use_case_once"),
        ]
        indexes = [models.Index("window", F("score").desc(), name="trending_best")]

    def __str__(self) -> str:
        return f"{self.score:.2f} ({self.window})"

    @property
    def about(self) -> Topic | UseCase:
        """What it is the score of."""
        found: Topic | UseCase | None = self.topic or self.use_case
        assert found is not None  # trending_is_about_one_thing
        return found
