"""Questions and stories that belong together."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from forums.models.topics import Topic
from usecases.models import UseCase


class TopicUseCase(models.Model):
    """A topic points at a use case: because who asked named it, or because the question links to it (``in_text``)."""

    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="+")
    use_case = models.ForeignKey(UseCase, on_delete=models.CASCADE, related_name="+")
    in_text = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["topic", "use_case"], name="topic_points_at_use_case_once")]
        indexes = [models.Index(fields=["use_case", "-created_at"], name="topic_about_use_case")]

    def __str__(self) -> str:
        return str(self.pk)
