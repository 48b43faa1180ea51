"""The company a person acts for."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from p2psandbox.platform.models import Record, SoftDeletable, SoftDeletableQuerySet


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
        indexes = [models.Index(fields=["industry", "country"], name="organization_facets")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_verified(self) -> bool:
        return self.verified_at is not None

    def get_absolute_url(self) -> str:
        return reverse("organizations:detail", args=[self.slug])
