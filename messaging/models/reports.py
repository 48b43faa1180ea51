"""What people report to moderators about messages, and what came of it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from messaging.models.conversations import Message
from p2psandbox.platform.models import Record


class MessageReason(models.TextChoices):
    """Why somebody reports a message."""

    SPAM = "spam", _("Advertising or spam")
    RUDE = "rude", _("Rude or insulting")
    THREAT = "threat", _("Threatens or pesters me")
    FRAUD = "fraud", _("Wants money, passwords or secrets")
    OTHER = "other", _("Something else")


class MessageReportState(models.TextChoices):
    """What became of a report."""

    OPEN = "open", _("Waiting for a moderator")
    DISMISSED = "dismissed", _("A moderator saw no reason to act")
    WARNED = "warned", _("The sender was warned")
    SUSPENDED = "suspended", _("The sender's account was suspended")


class MessageReport(Record):
    """Somebody asks moderators to look at a message they got. ``reply`` is what the decision says to its sender."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="reports", db_index=False)
    reporter = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    reason = models.CharField(max_length=12, choices=MessageReason)
    note = models.CharField(max_length=1000, blank=True)
    state = models.CharField(max_length=12, choices=MessageReportState, default=MessageReportState.OPEN)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    reply = models.CharField(max_length=1000, blank=True)

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["message", "reporter"], name="message_report_once"),
            models.CheckConstraint(condition=Q(reason__in=MessageReason.values), name="message_report_reason_is_known"),
            models.CheckConstraint(
                condition=Q(state__in=MessageReportState.values), name="message_report_state_is_known"
            ),
            models.CheckConstraint(
                condition=Q(state=MessageReportState.OPEN, settled_at__isnull=True)
                | ~Q(state=MessageReportState.OPEN) & Q(settled_at__isnull=False),
                name="message_report_settled_has_a_time",
            ),
        ]
        indexes = [models.Index(fields=["state", "created_at"], name="message_report_queue")]

    def __str__(self) -> str:
        return f"{self.reason}: {self.message_id}"
