"""What readers leave at a story."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from accounts.models import User
from usecases.models.stories import UseCase


class UseCaseLike(models.Model):
    """Somebody found a story useful."""

    use_case = models.ForeignKey(UseCase, on_delete=models.CASCADE, related_name="likes")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["use_case", "user"], name="use_case_like_once")]

    def __str__(self) -> str:
        return str(self.pk)


class UseCaseBookmark(models.Model):
    """Somebody keeps a story for later."""

    use_case = models.ForeignKey(UseCase, on_delete=models.CASCADE, related_name="bookmarks")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["use_case", "user"], name="use_case_bookmark_once")]

    def __str__(self) -> str:
        return str(self.pk)
