"""What people were told, and how they want to be told."""

from __future__ import annotations

from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts.models import User
from messaging.kinds import Email, Kind
from p2psandbox.platform.models import Record

#: Of how many events a notification remembers which they were and who caused them.
EVENTS_KEPT = 50


class NotificationQuerySet(models.QuerySet["Notification"]):
    """Notifications as they are asked for."""

    def listed_for(self, person_id: UUID | None) -> NotificationQuerySet:
        """Those this person sees in their list."""
        return self.filter(recipient_id=person_id, in_app=True)

    def unread(self) -> NotificationQuerySet:
        return self.filter(read_at__isnull=True)


class Notification(Record):
    """What happened in one thread, of one kind, since its recipient last looked: one row however often.

    ``thread`` names what it is about (``topic:<uuid>``), ``url`` leads to the first event. The newest events stand in
    ``events`` and who caused them, at the same place, in ``actors``; ``count`` counts all of them. ``title`` is the
    thread's, as everybody who is told may see it: never the text of a post or a message.

    Who wants mail alone has rows too, which their list leaves out (``in_app``). ``mail`` is the frequency asked for,
    ``mail_due_at`` when the next mail about it goes out, ``mailed_count`` how many events mails told of.
    """

    recipient = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=24, choices=Kind)
    thread = models.CharField(max_length=100)
    title = models.CharField(max_length=200)
    url = models.CharField(max_length=500)
    events = ArrayField(models.UUIDField())
    actors = ArrayField(models.UUIDField(null=True))
    count = models.PositiveIntegerField(default=1)
    first_event_at = models.DateTimeField()
    last_event_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)
    in_app = models.BooleanField(default=True)
    mail = models.CharField(max_length=8, choices=Email, default=Email.OFF)
    mail_due_at = models.DateTimeField(null=True, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True)
    mailed_count = models.PositiveIntegerField(default=0)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        ordering = ["-last_event_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["recipient", "kind", "thread"],
                condition=Q(read_at__isnull=True),
                name="notification_open_once_per_thread",
            ),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="notification_kind_is_known"),
            models.CheckConstraint(condition=Q(mail__in=Email.values), name="notification_mail_is_known"),
            models.CheckConstraint(condition=Q(count__gte=1), name="notification_counts_from_one"),
            models.CheckConstraint(condition=~Q(thread="") & ~Q(title=""), name="notification_is_about_something"),
            models.CheckConstraint(
                condition=Q(url__startswith="/") & ~Q(url__startswith="//"), name="notification_leads_to_this_site"
            ),
            models.CheckConstraint(
                condition=Q(mail_due_at__isnull=True) | Q(read_at__isnull=True), name="notification_mailed_while_unread"
            ),
        ]
        indexes = [
            models.Index(
                fields=["recipient", "-last_event_at", "-id"], name="notification_list", condition=Q(in_app=True)
            ),
            models.Index(
                fields=["recipient", "-last_event_at", "-id"],
                name="notification_unread",
                condition=Q(in_app=True, read_at__isnull=True),
            ),
            models.Index(fields=["thread"], name="notification_by_thread"),
            models.Index(
                fields=["recipient", "mail_due_at"],
                name="notification_mail_due",
                condition=Q(mail_due_at__isnull=False),
            ),
            models.Index(
                fields=["updated_at"],
                name="notification_settled",
                condition=Q(read_at__isnull=False) | Q(in_app=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.thread}"

    def get_absolute_url(self) -> str:
        """The page that marks it read and leads on."""
        return reverse("messaging:notification", args=[self.pk])

    @property
    def people(self) -> list[UUID]:
        """Who caused it, the latest first, each once."""
        return list(dict.fromkeys(actor for actor in self.actors if actor is not None))


class NotificationPreference(Record):
    """How one person wants to be told of one kind; without a row, what :data:`messaging.kinds.ABOUT` says holds."""

    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="notification_preferences")
    kind = models.CharField(max_length=24, choices=Kind)
    in_app = models.BooleanField()
    email = models.CharField(max_length=8, choices=Email)

    class Meta:
        ordering = ["person", "kind"]
        constraints = [
            models.UniqueConstraint(fields=["person", "kind"], name="notification_preference_once_per_kind"),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="notification_preference_kind_is_known"),
            models.CheckConstraint(condition=Q(email__in=Email.values), name="notification_preference_email_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.email}"
