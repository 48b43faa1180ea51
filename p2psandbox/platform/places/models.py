"""Cities and everything they are called."""

from __future__ import annotations

from django.contrib.postgres.indexes import BTreeIndex, OpClass
from django.db import models
from django.db.models import F
from django.db.models.functions import Left

#: The tag of everything kept that was read from these tables.
CITIES = "cities"


class City(models.Model):
    """A city or town as GeoNames has it. ``region`` is named for the United States only, else empty.

    ``name`` is GeoNames' own, in Latin letters as a rule; ``name_ar`` the Arabic one, empty where none is known.
    ``release`` says which data it was loaded from.
    """

    id = models.PositiveBigIntegerField(primary_key=True, help_text="GeoNames id")
    name = models.CharField(max_length=200)
    folded = models.CharField(max_length=200, help_text="Without accents and capitals")
    name_ar = models.CharField(max_length=200, blank=True)
    country = models.CharField(max_length=2)
    region = models.CharField(max_length=100, blank=True)
    latitude = models.FloatField()
    longitude = models.FloatField()
    population = models.PositiveIntegerField()
    release = models.CharField(max_length=20)

    class Meta:
        db_table = "platform_cities"
        verbose_name_plural = "cities"
        ordering = ["-population", "id"]
        indexes = [models.Index(fields=["latitude", "longitude"], name="city_position")]

    def __str__(self) -> str:
        return f"{self.name}, {self.country}"


class CityName(models.Model):
    """One spelling somebody may type, folded. Repeats its city's country and population, to be read in order.

    A short beginning fits tens of thousands of names, so the first one, two and three letters have an index each
    with the largest cities first; the whole name has one for prefixes.
    """

    city = models.ForeignKey(City, on_delete=models.CASCADE, related_name="names")
    key = models.CharField(max_length=200)
    country = models.CharField(max_length=2)
    population = models.PositiveIntegerField()

    class Meta:
        db_table = "platform_city_names"
        constraints = [models.UniqueConstraint(fields=["city", "key"], name="city_name_once")]
        indexes = [
            BTreeIndex(OpClass(F("key"), name="text_pattern_ops"), name="city_name_prefix"),
            *(
                models.Index(Left("key", length), F("population").desc(), name=f"city_name_first_{length}")
                for length in (1, 2, 3)
            ),
        ]

    def __str__(self) -> str:
        return self.key
