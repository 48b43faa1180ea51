"""The person: who they are, which company they act for, and what they may do there."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.contrib.postgres.fields import ArrayField
from django.db import models, transaction
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from organizations.models import Organization
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
    is_staff = models.BooleanField(_("moderator"), default=False)
    email_verified_at = models.DateTimeField(null=True, blank=True)

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
        indexes = [models.Index(fields=["organization", "role"], name="user_by_organization_role")]

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
        """Address of the picture, or ``None`` for the initials."""
        return None

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
