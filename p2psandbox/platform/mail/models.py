"""Mail waiting to be sent, and what remains of mail that was."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from p2psandbox.platform.models import Record


def first_look() -> datetime:
    """Return when the sweeper may first touch a new mail: its own task has had its chance by then."""
    return timezone.now() + timedelta(minutes=2)


class BouncedAddress(Record):
    """An address mail comes back from: what nobody asked for is not sent there until somebody says that it works."""

    email = models.EmailField(max_length=254, unique=True, help_text=_("in lower case"))
    reason = models.CharField(max_length=120, blank=True)

    class Meta:
        app_label = "platform"
        verbose_name_plural = "bounced addresses"
        constraints = [
            models.CheckConstraint(condition=models.Q(email=Lower("email")), name="bounced_address_is_lower_case")
        ]

    def __str__(self) -> str:
        return self.email


class OutboxMail(Record):
    """One mail to one person: a row first, sent second, so that none is lost.

    Once it is sent (or given up), recipient, subject and bodies are blanked: nothing private stays.
    """

    template = models.CharField(max_length=80)
    to = models.CharField(max_length=254)
    subject = models.CharField(max_length=300)
    text = models.TextField()
    html = models.TextField()
    request_id = models.CharField(max_length=64, blank=True)
    unsubscribe_url = models.CharField(
        max_length=500, blank=True, help_text=_("takes a POST that ends such mail, from the reader's mail program")
    )
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(default=first_look)
    last_error = models.CharField(max_length=120, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    given_up_at = models.DateTimeField(null=True, blank=True)
    handed_over_at = models.DateTimeField(
        null=True, blank=True, help_text=_("when the mail server got the last of it, until it has answered")
    )
    held_at = models.DateTimeField(
        null=True, blank=True, help_text=_("it may have arrived; not sent again before somebody says so")
    )

    class Meta:
        app_label = "platform"
        indexes = [
            models.Index(
                fields=["next_try_at"],
                name="outbox_mail_waiting",
                condition=models.Q(sent_at__isnull=True, given_up_at__isnull=True, held_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"{self.template} {self.id}"
