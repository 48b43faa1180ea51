"""What happened to a story, and where it came from."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from accounts.models import User
from organizations.models import Organization
from usecases.models.choices import Status, Step
from usecases.models.imports import ImportRun
from usecases.models.stories import UseCase


class UseCaseTransition(models.Model):
    """One step in a story's life: who took it, when, with which words, about which revision."""

    use_case = models.ForeignKey(UseCase, on_delete=models.CASCADE, related_name="transitions")
    step = models.CharField(max_length=12, choices=Step)
    from_status = models.CharField(max_length=12, choices=Status, blank=True)
    to_status = models.CharField(max_length=12, choices=Status)
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    note = models.TextField(max_length=2000, blank=True)
    revision_id = models.UUIDField(null=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["use_case", "created_at", "id"]
        indexes = [models.Index(fields=["use_case", "created_at"], name="use_case_history")]

    def __str__(self) -> str:
        return self.step


class ImportedUseCase(models.Model):
    """Where an imported story came from, so that importing again makes no second one.

    ``kept`` holds what the record said and the product has no place for (its own words for industry,
    licence, language); ``run`` and ``place`` say from which file of the page, and from where in it.
    """

    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=64)
    use_case = models.ForeignKey(UseCase, on_delete=models.CASCADE, related_name="+")
    source_url = models.TextField(blank=True)
    kept = models.JSONField(default=dict)
    run = models.ForeignKey(ImportRun, on_delete=models.SET_NULL, null=True, related_name="stories")
    place = models.CharField(max_length=40, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "key"], name="use_case_imported_once")]

    def __str__(self) -> str:
        return self.key
