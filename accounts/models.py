"""The person: who they are, which company they act for, and what they may do there."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.contrib.postgres.fields import ArrayField
from django.db import models, transaction
from django.db.models import Value
from django.db.models.functions import Concat, Lower
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from organizations.models import Organization
from p2psandbox.platform.files.queries import public_url
from p2psandbox.platform.models import Record, SoftDeletable
from p2psandbox.platform.permissions import Actor, Role


class MemberRole(models.TextChoices):
    """What a person is within their organization."""

    MEMBER = "member", _("Member")
    ADMIN = "admin", _("Admin")


class UserManager(BaseUserManager["User"]):
    """Makes people; the product's own sign-up goes through ``accounts.actions``."""

    @classmethod
    def normalize_email(cls, email: str | None) -> str:
        """Addresses are compared and kept in lower case."""
        return (email or "").strip().lower()

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email=self.normalize_email(username))

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Store a person with a hashed password (unusable when ``None``)."""
        user = self.model(email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Store a moderator who may do everything in Django admin, with a confirmed address."""
        from allauth.account.models import EmailAddress  # needs this model

        fields = {"first_name": "Platform", "last_name": "Moderator", **fields}
        with transaction.atomic(using=self._db):
            user = self.create_user(
                email, password, is_staff=True, is_superuser=True, email_verified_at=timezone.now(), **fields
            )
            EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)
        return user


class User(Record, SoftDeletable, AbstractBaseUser, PermissionsMixin):
    """A person. Members and admins belong to one organization; platform staff may belong to none.

    ``email_verified_at`` mirrors allauth's verified primary address, so that a request needs no second query.
    ``suspended_at`` says that a moderator switched the account off: the company's admins cannot switch it on again.
    """

    email = models.EmailField(_("email address"), max_length=254, unique=True)
    first_name = models.CharField(_("first name"), max_length=100)
    last_name = models.CharField(_("last name"), max_length=100)
    job_title = models.CharField(_("job title"), max_length=120, blank=True)
    bio = models.TextField(_("about me"), max_length=2000, blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    expertise = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    language = models.CharField(_("language"), max_length=8, default="en")
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC")
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="people", null=True, blank=True
    )
    role = models.CharField(max_length=10, choices=MemberRole, default=MemberRole.MEMBER)
    is_active = models.BooleanField(default=True)
    suspended_at = models.DateTimeField(null=True, blank=True, editable=False)
    is_staff = models.BooleanField(_("moderator"), default=False)
    email_verified_at = models.DateTimeField(null=True, blank=True)
    avatar_key = models.CharField(max_length=64, blank=True)
    #: What the directory is searched in: comparing texts without regard to case costs ten times as much on reading.
    words = models.GeneratedField(
        expression=Lower(Concat("first_name", Value(" "), "last_name", Value(" "), "job_title")),
        output_field=models.TextField(),
        db_persist=True,
    )

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["first_name", "last_name"]

    objects = UserManager()

    class Meta:
        ordering = ["first_name", "last_name", "id"]
        constraints = [
            models.CheckConstraint(condition=models.Q(email=Lower("email")), name="user_email_is_lower_case"),
            models.CheckConstraint(
                condition=models.Q(organization__isnull=False) | models.Q(is_staff=True),
                name="user_belongs_to_an_organization_or_is_staff",
            ),
            models.CheckConstraint(condition=models.Q(role__in=MemberRole.values), name="user_role_is_known"),
        ]
        indexes = [
            models.Index(fields=["organization", "role"], name="user_by_organization_role"),
            models.Index(
                fields=["organization", "first_name", "last_name", "id"],
                name="user_by_organization_name",
                condition=models.Q(deleted_at__isnull=True),
            ),
            models.Index(  # the directory of people, in its order
                fields=["first_name", "last_name", "id"],
                name="user_by_name",
                condition=models.Q(deleted_at__isnull=True, is_active=True, email_verified_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.get_full_name()

    def get_full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    def get_short_name(self) -> str:
        return self.first_name

    @property
    def initials(self) -> str:
        return (self.first_name[:1] + self.last_name[:1]).upper()

    @property
    def avatar_url(self) -> str | None:
        """Address of the picture (96 px square), or ``None`` for the initials."""
        return public_url(self.avatar_key)

    @property
    def large_avatar_url(self) -> str | None:
        """Address of the picture in 384 px, or ``None``."""
        return public_url(self.avatar_key, "large")

    @property
    def is_email_verified(self) -> bool:
        return self.email_verified_at is not None

    @cached_property
    def actor(self) -> Actor:
        """What queries and actions know of this person at this request."""
        if not self.is_active or self.deleted_at is not None:
            role = Role.VISITOR
        elif self.email_verified_at is None:
            role = Role.UNVERIFIED
        elif self.is_staff:
            role = Role.MODERATOR
        else:
            role = Role(self.role)
        if role is Role.VISITOR:
            return Actor(role)
        return Actor(role, id=self.pk, organization_id=self.organization_id)


class InvitationStatus(models.TextChoices):
    """Where an invitation stands: told by its facts, never stored."""

    PENDING = "pending", _("Pending")
    ACCEPTED = "accepted", _("Accepted")
    EXPIRED = "expired", _("Expired")
    CANCELLED = "cancelled", _("Cancelled")


class InvitationQuerySet(models.QuerySet["Invitation"]):
    """Invitations as they are asked for."""

    def open(self) -> InvitationQuerySet:
        """Neither accepted nor cancelled: pending or expired."""
        return self.filter(accepted_at__isnull=True, cancelled_at__isnull=True)

    def in_status(self, status: str) -> InvitationQuerySet:
        """Return those that stand at ``status`` at this moment."""
        return self.filter(status_is(status, now=timezone.now()))


def status_is(status: str, *, now: datetime) -> models.Q:
    """Return the condition under which an invitation stands at ``status`` at ``now``."""
    if status == InvitationStatus.ACCEPTED:
        return models.Q(accepted_at__isnull=False)
    if status == InvitationStatus.CANCELLED:
        return models.Q(cancelled_at__isnull=False)
    unanswered = models.Q(accepted_at__isnull=True, cancelled_at__isnull=True)
    in_time = models.Q(expires_at__gt=now)
    return unanswered & (in_time if status == InvitationStatus.PENDING else ~in_time)


class Invitation(Record):
    """An admin asks somebody at an address to join the company.

    The token in the mailed link is stored as its SHA-256 hash only. An address has one open invitation of an
    organization; inviting it again sends that one again, with a new token.
    """

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="invitations")
    email = models.EmailField(_("email address"), max_length=254)
    role = models.CharField(max_length=10, choices=MemberRole, default=MemberRole.MEMBER)
    message = models.TextField(max_length=500, blank=True)
    invited_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    token_hash = models.CharField(max_length=64, unique=True)
    sent_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    resent_count = models.PositiveSmallIntegerField(default=0)
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    cancelled_at = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["-sent_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "email"],
                condition=models.Q(accepted_at__isnull=True, cancelled_at__isnull=True),
                name="invitation_open_once_per_address",
            ),
            models.CheckConstraint(condition=models.Q(email=Lower("email")), name="invitation_email_is_lower_case"),
            models.CheckConstraint(
                condition=models.Q(accepted_at__isnull=True) | models.Q(cancelled_at__isnull=True),
                name="invitation_is_accepted_or_cancelled",
            ),
            models.CheckConstraint(condition=models.Q(role__in=MemberRole.values), name="invitation_role_is_known"),
        ]
        indexes = [models.Index(fields=["organization", "-sent_at", "-id"], name="invitation_by_organization")]

    def __str__(self) -> str:
        return self.email

    @property
    def status(self) -> InvitationStatus:
        """Where the invitation stands now."""
        if self.accepted_at is not None:
            return InvitationStatus.ACCEPTED
        if self.cancelled_at is not None:
            return InvitationStatus.CANCELLED
        return InvitationStatus.PENDING if self.expires_at > timezone.now() else InvitationStatus.EXPIRED

    @property
    def is_open(self) -> bool:
        """Neither accepted nor cancelled: it can be sent again or cancelled."""
        return self.accepted_at is None and self.cancelled_at is None
