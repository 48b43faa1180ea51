"""Asking whom to talk to about a story, and what came of it."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from organizations.models import Organization
from p2psandbox.platform.models import Record
from usecases.models.stories import UseCase


class RequestState(models.TextChoices):
    """Where a contact request stands: ``open → accepted | declined | withdrawn``."""

    OPEN = "open", _("Waiting for an answer")
    ACCEPTED = "accepted", _("Accepted")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class ContactRequest(Record):
    """One person of one organization asks the makers of one story for their contact.

    ``organization`` is the asker's when they asked: an accepted request holds for that person as long as they act for
    that company. ``given`` names the parts of the contact that were there when it was accepted (never their values),
    ``seen_at`` is when the asker first saw it; ``answer`` are the words that went back.
    """

    use_case = models.ForeignKey(UseCase, on_delete=models.CASCADE, related_name="contact_requests")
    asker = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    message = models.TextField(max_length=2000)
    state = models.CharField(max_length=10, choices=RequestState, default=RequestState.OPEN)
    answer = models.TextField(max_length=2000, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    given = ArrayField(models.CharField(max_length=10), default=list, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("contact request")
        verbose_name_plural = _("contact requests")
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=RequestState.values), name="contact_request_state_is_known"),
            models.CheckConstraint(
                condition=Q(state="open", answered_at__isnull=True) | (~Q(state="open") & Q(answered_at__isnull=False)),
                name="contact_request_answered_has_a_time",
            ),
            models.UniqueConstraint(
                fields=["use_case", "asker", "organization"],
                condition=Q(state__in=["open", "accepted"]),
                name="contact_request_one_open_each",
            ),
        ]
        indexes = [
            models.Index(fields=["asker", "-created_at"], name="contact_request_sent"),
            models.Index(fields=["use_case", "state", "-created_at"], name="contact_request_received"),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def is_open(self) -> bool:
        return self.state == RequestState.OPEN
