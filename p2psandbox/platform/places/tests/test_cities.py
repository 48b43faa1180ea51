"""Cities by name."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils.translation import override
from rest_framework.test import APIClient

from p2psandbox.platform.places import loading, queries
from p2psandbox.platform.places.models import City, CityName
from p2psandbox.platform.places.names import key_of
from p2psandbox.platform.places.tests.factories import WORLD, CityFactory, some_cities

pytestmark = pytest.mark.django_db
CITIES = reverse("api:places_cities")


@pytest.fixture
def world() -> None:
    some_cities()


def named(text: str, country: str = "") -> list[str]:
    return [found.city.name for found in queries.cities(text, country)]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("Leipzig", "Leipzig"),
        ("leip", "Leipzig"),
        ("LIPS", "Leipzig"),
        ("saint e", "Saint-Étienne"),
        ("Saint-Ét", "Saint-Étienne"),
        ("القاهرة", "Cairo"),
        ("القاهره", "Cairo"),
        ("الاسك", "Alexandria"),
        ("الإِسْكَنْدَرِيَّة", "Alexandria"),
        ("اسکندر", "Alexandria"),
        ("عمّان", "Amman"),
        ("nukualofa", "Nuku‘alofa"),
    ],
)
def test_a_city_is_found_however_its_name_is_typed(typed: str, expected: str, world: None) -> None:
    assert named(typed)[0] == expected


@pytest.mark.parametrize("typed", ["", "  ", "-", "xyzzy", "%", "_", "\x00", "leipzig x", "'; DROP TABLE"])
def test_what_no_city_is_called_finds_none(typed: str, world: None) -> None:
    assert named(typed) == []


def test_the_largest_come_first_and_a_country_narrows(world: None) -> None:
    assert named("fran") == ["Frankfurt am Main", "Frankfurt (Oder)"]
    assert named("al") == ["Cairo", "Alexandria"]
    assert named("al", "eg") == ["Cairo", "Alexandria"]
    assert named("al", "DE") == []


def test_at_most_ten_are_offered_each_once() -> None:
    for number in range(12):
        city = CityFactory(name=f"Neustadt {number}", population=10_000 + number)
        CityName.objects.create(city=city, key=f"neustadt an der {number}", country="DE", population=city.population)
    found = named("neu")
    assert len(found) == len(set(found)) == 10
    assert found[0] == "Neustadt 11"


def test_names_are_arabic_for_who_types_or_reads_arabic(world: None) -> None:
    assert queries.cities("القاه")[0].name == "القاهرة"
    assert queries.cities("cair")[0].name == "Cairo"
    with override("ar"):
        assert queries.cities("cair")[0].name == "القاهرة"


def test_a_lookup_is_two_statements_and_none_when_asked_again(world: None, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(2):
        first = queries.cities("fran")
    with django_assert_num_queries(0):
        assert queries.cities("Frán") == first


def test_what_was_found_is_forgotten_when_cities_are_loaded_anew(
    world: None, django_capture_on_commit_callbacks: Any
) -> None:
    assert named("leip") == ["Leipzig"]
    with django_capture_on_commit_callbacks(execute=True):
        loading.store([])
    assert named("leip") == []


def test_everybody_may_ask(world: None, api_client: APIClient) -> None:
    answer = api_client.get(CITIES, {"q": "Leipz", "country": "DE"})
    assert answer.status_code == 200
    assert answer.json() == [
        {
            "id": 2879139, "name": "Leipzig", "region": None, "country": "DE",
            "latitude": 51.33962, "longitude": 12.37129,
        }
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("params", "attr"),
    [({}, "q"), ({"q": "x" * 101}, "q"), ({"q": "a", "country": "DEU"}, "country"), ({"q": "a", "limit": 9}, "limit")],
)
def test_what_cannot_be_read_is_refused(params: dict[str, Any], attr: str, api_client: APIClient) -> None:
    answer = api_client.get(CITIES, params)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["attr"] == attr


def test_a_typed_city_has_a_position_only_with_its_country(world: None) -> None:
    point = queries.position_of("اسكندرية", "EG") or queries.position_of("الاسكندرية", "EG")
    assert point is not None
    assert round(point.latitude) == 31
    assert queries.position_of("Leipzig", "") is None
    assert queries.position_of("Leipzig", "JO") is None


def test_all_spellings_of_a_city_are_known(world: None) -> None:
    assert {"cairo", "al qahirah", key_of("القاهرة")} <= set(queries.spellings("Le Caire"))


def test_loading_again_changes_nothing_and_says_so(world: None) -> None:
    before = list(City.objects.values_list("pk", flat=True))
    said = StringIO()
    call_command("load_cities", stdout=said)
    assert "there already" in said.getvalue()
    assert list(City.objects.values_list("pk", flat=True)) == before


def test_newer_data_takes_the_place_of_the_old(world: None) -> None:
    City.objects.update(release="older")
    assert not loading.is_loaded()
    assert loading.store(WORLD[:2]) == 2
    assert loading.is_loaded()
    assert named("cairo") == []


def test_the_package_s_data_has_arabic_names_and_small_towns() -> None:
    cities = {one["geonameid"]: one for one in loading._records()}
    assert len(cities) > 60_000
    berlin = cities[2950159]
    assert (loading.arabic_name(berlin["alternatenames"]), berlin["region"]) == ("برلين", "")
    assert {"berlin", key_of("برلين")} <= loading.keys_of(berlin)
    assert cities[5128581]["region"] == "New York"
    assert sum(one["population"] < 15_000 for one in cities.values()) > 20_000
