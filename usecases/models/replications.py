"""What became of a story elsewhere: another organization tried it too."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from organizations.models import Organization
from p2psandbox.platform.models import Record
from usecases.models.stories import UseCase


class ReplicationOutcome(models.TextChoices):
    """What came of trying it."""

    SAME = "same", _("It worked for us too")
    PARTLY = "partly", _("It worked in part")
    FAILED = "failed", _("It did not work for us")


class ReplicationState(models.TextChoices):
    """Where a report stands: ``in review → published``, ``in review → sent back``, and ``withdrawn`` from any."""

    IN_REVIEW = "in_review", _("In review")
    SENT_BACK = "sent_back", _("Sent back")
    PUBLISHED = "published", _("Published")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Replication(Record):
    """One organization's report on trying what a story of another one describes.

    Its words are short and plain, so they stand here and not in the library: one report is one row, and a list of
    them needs no second store. ``metrics`` are the reporter's own figures, as a story has them (name, unit, baseline,
    result, period, method). ``note`` says what to change when it was sent back.
    """

    use_case = models.ForeignKey(UseCase, on_delete=models.CASCADE, related_name="replications")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=6, choices=ReplicationOutcome)
    summary = models.TextField(max_length=2000)
    context = models.TextField(max_length=2000, blank=True)
    metrics = models.JSONField(default=list, blank=True)
    state = models.CharField(max_length=10, choices=ReplicationState, default=ReplicationState.IN_REVIEW)
    note = models.TextField(max_length=2000, blank=True)
    submitted_at = models.DateTimeField()
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("replication")
        verbose_name_plural = _("replications")
        ordering = ["-published_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome__in=ReplicationOutcome.values), name="replication_outcome_is_known"
            ),
            models.CheckConstraint(condition=Q(state__in=ReplicationState.values), name="replication_state_is_known"),
            models.CheckConstraint(
                condition=~Q(state="published") | Q(published_at__isnull=False), name="replication_published_has_a_time"
            ),
            models.UniqueConstraint(
                fields=["use_case", "organization"],
                condition=~Q(state="withdrawn"),
                name="replication_one_per_organization",
            ),
        ]
        indexes = [
            models.Index(fields=["use_case", "state", "-published_at"], name="replication_of_use_case"),
            models.Index(fields=["organization", "state"], name="replication_by_organization"),
            models.Index(fields=["-published_at", "-id"], condition=Q(state="published"), name="replication_newest"),
        ]

    def __str__(self) -> str:
        return self.get_outcome_display()

    @property
    def is_published(self) -> bool:
        return self.state == ReplicationState.PUBLISHED
