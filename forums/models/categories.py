"""Categories: the shelves topics stand on."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from p2psandbox.platform.models import Record


class Colour(models.TextChoices):
    """Hues of the design system a category may wear; never the only sign of what it is."""

    PETROL = "petrol", _("Petrol")
    MOSS = "moss", _("Moss")
    CLAY = "clay", _("Clay")
    PLUM = "plum", _("Plum")
    SLATE = "slate", _("Slate")
    OCHRE = "ochre", _("Ochre")


class Category(Record):
    """A shelf for topics. ``topic_count`` counts those that are not deleted."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    slug = models.SlugField(max_length=90, unique=True)
    description = models.CharField(_("description"), max_length=300, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    colour = models.CharField(_("colour"), max_length=10, choices=Colour, default=Colour.PETROL)
    topic_count = models.IntegerField(default=0, editable=False)

    class Meta:
        ordering = ["position", "name"]
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        constraints = [
            models.CheckConstraint(condition=Q(topic_count__gte=0), name="category_topics_not_negative"),
            models.CheckConstraint(condition=Q(colour__in=Colour.values), name="category_colour_is_known"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("forums:category", args=[self.slug])
