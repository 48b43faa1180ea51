"""Moderation: what people report, and what moderators decided about it, kept for good."""

from __future__ import annotations

from typing import Any, NoReturn

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from forums.models.posts import Post
from forums.models.topics import Topic
from organizations.models import Organization
from p2psandbox.platform.models import Record, new_id

#: Open reports from so many different organizations hide a post until a moderator has looked at it.
REPORTS_THAT_HIDE = 3


class Reason(models.TextChoices):
    """Why somebody reports a post."""

    SPAM = "spam", _("Advertising or spam")
    RUDE = "rude", _("Rude or insulting")
    UNSAFE = "unsafe", _("Dangerous advice")
    CONFIDENTIAL = "confidential", _("Gives away what a company keeps to itself")
    RIGHTS = "rights", _("Copied without permission")
    OFF_TOPIC = "off_topic", _("Does not belong here")
    OTHER = "other", _("Something else")


class ReportState(models.TextChoices):
    """What became of a report."""

    OPEN = "open", _("Waiting for a moderator")
    UPHELD = "upheld", _("A moderator acted on it")
    DISMISSED = "dismissed", _("A moderator saw no reason to act")


class DecisionKind(models.TextChoices):
    """What was done. Every kind but the moves has one that takes it back: see :data:`OPPOSITE`."""

    HIDE = "hide", _("Post hidden")
    UNHIDE = "unhide", _("Post shown again")
    WARN = "warn", _("Author warned")
    UNWARN = "unwarn", _("Warning taken back")
    LOCK = "lock", _("Topic locked")
    UNLOCK = "unlock", _("Topic unlocked")
    PIN = "pin", _("Topic pinned")
    UNPIN = "unpin", _("Topic unpinned")
    MOVE = "move", _("Topic moved")
    DELETE = "delete", _("Deleted")
    RESTORE = "restore", _("Restored")
    SUSPEND = "suspend", _("Account suspended")
    UNSUSPEND = "unsuspend", _("Account reinstated")
    DISMISS = "dismiss", _("Reports dismissed")
    REOPEN = "reopen", _("Reports opened again")


class Rule(models.TextChoices):
    """Who decided where no person did."""

    THREE_REPORTS = "three_reports", _("Reports from three organizations")


_PAIRS = (
    (DecisionKind.HIDE, DecisionKind.UNHIDE),
    (DecisionKind.WARN, DecisionKind.UNWARN),
    (DecisionKind.LOCK, DecisionKind.UNLOCK),
    (DecisionKind.PIN, DecisionKind.UNPIN),
    (DecisionKind.DELETE, DecisionKind.RESTORE),
    (DecisionKind.SUSPEND, DecisionKind.UNSUSPEND),
    (DecisionKind.DISMISS, DecisionKind.REOPEN),
)
#: Which kind takes which back. A move is taken back by another move.
OPPOSITE: dict[str, DecisionKind] = {
    DecisionKind.MOVE: DecisionKind.MOVE,
    **{kind.value: other for pair in _PAIRS for kind, other in (pair, pair[::-1])},
}


class DecisionQuerySet(models.QuerySet[Any]):
    """Decisions are written once. The database refuses the rest too, by a trigger."""

    def update(self, **changes: Any) -> NoReturn:
        raise TypeError("A decision is never changed: take it back by another.")

    def delete(self) -> NoReturn:
        raise TypeError("A decision is never deleted: take it back by another.")


class Decision(models.Model):
    """What a moderator or a rule did, about which post or topic, whom it befell and why. Written once.

    ``person`` is who wrote it (or whose account it is) and reads ``reason``. ``actor`` is nobody where ``rule`` names
    one, or an operator acted from the command line. ``facts`` holds what taking it back needs (the former category,
    that the post was the best answer). Written by :func:`forums.actions.decisions.record`.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    at = models.DateTimeField(default=timezone.now)
    kind = models.CharField(_("decision"), max_length=10, choices=DecisionKind)
    post = models.ForeignKey(
        Post, on_delete=models.PROTECT, related_name="decisions", null=True, blank=True, db_index=False
    )
    topic = models.ForeignKey(
        Topic, on_delete=models.PROTECT, related_name="decisions", null=True, blank=True, db_index=False
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True, db_index=False
    )
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True, db_index=False
    )
    rule = models.CharField(max_length=20, choices=Rule, blank=True)
    reason = models.TextField(_("reason"), max_length=1000, blank=True)
    takes_back = models.OneToOneField(
        "self", on_delete=models.PROTECT, related_name="taken_back_by", null=True, blank=True
    )
    facts = models.JSONField(default=dict, blank=True)

    objects = DecisionQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-id"]
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=DecisionKind.values), name="decision_kind_is_known"),
            models.CheckConstraint(condition=Q(rule="") | Q(actor__isnull=True), name="decision_by_a_rule_or_a_person"),
            models.CheckConstraint(
                condition=Q(topic__isnull=False) | Q(person__isnull=False), name="decision_is_about_something"
            ),
        ]
        indexes = [
            models.Index(fields=["post", "-at"], name="decision_by_post"),
            models.Index(fields=["topic", "-at"], name="decision_by_topic"),
            models.Index(fields=["person", "-at", "-id"], name="decision_by_person"),
            models.Index(fields=["-at", "-id"], name="decision_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.at:%Y-%m-%d})"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError("A decision is never changed: take it back by another.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError("A decision is never deleted: take it back by another.")

    @property
    def explanation(self) -> str:
        """The reason for the person's eyes, in their language where a rule decided."""
        if self.rule == Rule.THREE_REPORTS and not self.reason:
            return _now("People of three organizations reported it. A moderator will look at it.")
        return str(self.reason)


class Report(Record):
    """One person says that a post needs a moderator. ``organization`` is the reporter's company at the time."""

    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="reports", db_index=False)
    reporter = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="+", null=True, blank=True, db_index=False
    )
    reason = models.CharField(_("reason"), max_length=16, choices=Reason)
    note = models.TextField(_("note"), max_length=1000, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=ReportState, default=ReportState.OPEN)
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="reports", null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        constraints = [
            models.UniqueConstraint(fields=["post", "reporter"], name="report_once_per_person"),
            models.CheckConstraint(condition=Q(reason__in=Reason.values), name="report_reason_is_known"),
            models.CheckConstraint(condition=Q(state__in=ReportState.values), name="report_state_is_known"),
            models.CheckConstraint(
                condition=Q(state="open", decision__isnull=True, settled_at__isnull=True)
                | (~Q(state="open") & Q(decision__isnull=False, settled_at__isnull=False)),
                name="report_settled_by_a_decision",
            ),
        ]
        indexes = [models.Index(fields=["created_at"], condition=Q(state="open"), name="report_queue")]

    def __str__(self) -> str:
        return f"{self.get_reason_display()} ({self.get_state_display()})"


class ReportedPost(Post):
    """A post as moderators find it in their queue: its reports and decisions on one page."""

    class Meta:
        proxy = True
        verbose_name = _("reported post")
        verbose_name_plural = _("reported posts")
