"""The company a person acts for."""

from __future__ import annotations

from typing import Any, NoReturn

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from p2psandbox.platform.files.queries import public_url
from p2psandbox.platform.models import Record, SoftDeletable, SoftDeletableQuerySet, new_id


class Industry(models.TextChoices):
    """What a manufacturer makes; close to the divisions of ISIC section C, in the words people use."""

    AEROSPACE = "aerospace", _("Aerospace")
    AUTOMOTIVE = "automotive", _("Automotive")
    CHEMICALS = "chemicals", _("Chemicals")
    CONSTRUCTION_MATERIALS = "construction_materials", _("Construction materials")
    ELECTRONICS = "electronics", _("Electronics and electrical")
    ENERGY = "energy", _("Energy and utilities")
    FOOD = "food", _("Food and beverage")
    FURNITURE = "furniture", _("Furniture and wood")
    MACHINERY = "machinery", _("Machinery and equipment")
    MEDICAL = "medical", _("Medical devices")
    METALS = "metals", _("Metals and metalworking")
    PACKAGING = "packaging", _("Packaging")
    PAPER = "paper", _("Paper and printing")
    PHARMACEUTICALS = "pharmaceuticals", _("Pharmaceuticals")
    PLASTICS = "plastics", _("Plastics and rubber")
    SOFTWARE = "software", _("Software and automation")
    TEXTILES = "textiles", _("Textiles and leather")
    OTHER = "other", _("Other")


class OrganizationSize(models.TextChoices):
    """Number of people, in the bands of the EU's definition of small and medium enterprises."""

    MICRO = "micro", _("1–9 people")
    SMALL = "small", _("10–49 people")
    MEDIUM = "medium", _("50–249 people")
    LARGE = "large", _("250 people and more")


class OrganizationQuerySet(SoftDeletableQuerySet):
    """Organizations as they are asked for."""


class Organization(Record, SoftDeletable):
    """A company. Its name and slug are unique without regard to case, and public."""

    name = models.CharField(max_length=120)
    slug = models.SlugField(max_length=130, unique=True, allow_unicode=True)
    industry = models.CharField(max_length=40, choices=Industry, blank=True)
    size = models.CharField(max_length=10, choices=OrganizationSize, blank=True)
    website = models.URLField(blank=True)
    description = models.TextField(max_length=4000, blank=True)
    country = models.CharField(max_length=2, blank=True, help_text=_("ISO 3166-1 alpha-2 code"))
    city = models.CharField(max_length=100, blank=True)
    address = models.CharField(max_length=300, blank=True)
    founded = models.PositiveSmallIntegerField(null=True, blank=True)
    certifications = ArrayField(models.CharField(max_length=80), default=list, blank=True)
    capabilities = ArrayField(models.CharField(max_length=80), default=list, blank=True)
    verified_at = models.DateTimeField(null=True, blank=True)
    logo_key = models.CharField(max_length=64, blank=True)
    #: The name as lists are searched in it.
    words = models.GeneratedField(expression=Lower("name"), output_field=models.TextField(), db_persist=True)

    objects = OrganizationQuerySet.as_manager()

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(Lower("name"), name="organization_name_unique"),
            models.CheckConstraint(
                condition=models.Q(country="") | models.Q(country__regex=r"^[A-Z]{2}$"),
                name="organization_country_is_iso_code",
            ),
            models.CheckConstraint(condition=~models.Q(name=""), name="organization_has_a_name"),
        ]
        indexes = [
            models.Index(fields=["industry", "country"], name="organization_facets"),
            models.Index(fields=["-created_at", "-id"], name="organization_newest"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_verified(self) -> bool:
        return self.verified_at is not None

    @property
    def logo_url(self) -> str | None:
        """Address of the logo (fits into 160 px), ``None`` without one."""
        return public_url(self.logo_key)

    @property
    def large_logo_url(self) -> str | None:
        """Address of the logo for whoever shares the page (fits into 640 px)."""
        return public_url(self.logo_key, "large")

    def get_absolute_url(self) -> str:
        return reverse("organizations:detail", args=[self.slug])


class VerificationState(models.TextChoices):
    """What became of a request."""

    PENDING = "pending", _("Waiting for a moderator")
    APPROVED = "approved", _("Verified")
    REFUSED = "refused", _("Refused")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class VerificationRequest(Record):
    """An organization asks to be verified and shows who it is; a moderator decides. Its documents are files."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="verification_requests")
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    registration = models.CharField(_("registration number"), max_length=80)
    note = models.TextField(max_length=1000, blank=True)
    state = models.CharField(max_length=10, choices=VerificationState, default=VerificationState.PENDING)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.TextField(max_length=1000, blank=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization"],
                condition=models.Q(state="pending"),
                name="verification_one_pending_per_organization",
            ),
            models.CheckConstraint(
                condition=models.Q(state="pending", decided_at__isnull=True)
                | models.Q(decided_at__isnull=False) & ~models.Q(state="pending"),
                name="verification_decided_or_pending",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="refused") | ~models.Q(reason=""), name="verification_refused_with_a_reason"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=VerificationState.values), name="verification_state_is_known"
            ),
        ]
        indexes = [models.Index(fields=["state", "created_at"], name="verification_queue")]

    def __str__(self) -> str:
        return f"{self.organization} ({self.get_state_display()})"


class Deed(models.TextChoices):
    """What somebody did in the administration of a company."""

    INVITATION_SENT = "invitation_sent", _("Invitation sent")
    INVITATION_RESENT = "invitation_resent", _("Invitation sent again")
    INVITATION_CANCELLED = "invitation_cancelled", _("Invitation cancelled")
    INVITATION_ACCEPTED = "invitation_accepted", _("Invitation accepted")
    ROLE_CHANGED = "role_changed", _("Role changed")
    MEMBER_EDITED = "member_edited", _("Name or job title changed")
    MEMBER_DEACTIVATED = "member_deactivated", _("Member deactivated")
    MEMBER_REINSTATED = "member_reinstated", _("Member reinstated")
    MEMBER_REMOVED = "member_removed", _("Member removed")
    MEMBER_RESTORED = "member_restored", _("Removed member brought back")
    ORGANIZATION_EDITED = "organization_edited", _("Organization's profile changed")
    LOGO_CHANGED = "logo_changed", _("Logo changed")
    VERIFICATION_REQUESTED = "verification_requested", _("Verification asked for")
    ORGANIZATION_VERIFIED = "organization_verified", _("Organization verified")
    VERIFICATION_REFUSED = "verification_refused", _("Verification refused")
    VERIFICATION_WITHDRAWN = "verification_withdrawn", _("Verification withdrawn")


class AppendOnlyQuerySet(models.QuerySet[Any]):
    """Rows that are written once. The database refuses the rest too, by a trigger."""

    def update(self, **changes: Any) -> NoReturn:
        raise TypeError("The audit trail is never changed.")

    def delete(self) -> NoReturn:
        raise TypeError("The audit trail is never deleted.")


class AuditEntry(models.Model):
    """One line of a company's audit trail: who did what to whom, and when. Written once, never changed.

    People and things are kept by id and by the name they had then, without foreign keys: the line stays as it
    was, whatever becomes of them. ``details`` holds plain facts (``{"from": "member", "to": "admin"}``), nothing
    private. Written by ``organizations.audit.record``.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organization = models.ForeignKey(
        Organization, on_delete=models.DO_NOTHING, db_constraint=False, related_name="audit_entries"
    )
    at = models.DateTimeField(default=timezone.now)
    what = models.CharField(max_length=40, choices=Deed)
    actor_id = models.UUIDField(null=True, blank=True)
    actor_name = models.CharField(max_length=254, blank=True)
    subject_id = models.UUIDField(null=True, blank=True)
    subject_name = models.CharField(max_length=254, blank=True)
    details = models.JSONField(default=dict, blank=True)

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-id"]
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit trail")
        indexes = [models.Index(fields=["organization", "-at", "-id"], name="audit_by_organization")]

    def __str__(self) -> str:
        return f"{self.what} {self.subject_name}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError("The audit trail is never changed.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError("The audit trail is never deleted.")
