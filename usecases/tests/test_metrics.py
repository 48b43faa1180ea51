"""Standard metrics: found by name in two languages, converted exactly, refused where they make no sense."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st
from rest_framework.test import APIClient

from accounts.models import User
from p2psandbox.platform.errors import Invalid
from usecases.actions import drafts, lifecycle
from usecases.metrics import converted, definitions, meant, measured, named, problems, unit_of
from usecases.models import UseCase, UseCaseMetric
from usecases.outcomes import direction
from usecases.queries import outcome_filter
from usecases.tests.factories import draft, published

both = pytest.mark.django_db(databases="__all__")


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Scrap rate", "scrap_rate"),
        ("scrap-rate", "scrap_rate"),
        ("Scrap rate on line 3", "scrap_rate"),
        ("نسبة الهدر", "scrap_rate"),
        ("هدر", "scrap_rate"),
        ("Unplanned downtime", "downtime"),
        ("OEE", "oee"),
        ("Set-up time", "changeover_time"),
        ("CO₂ emissions", "co2_emissions"),
    ],
)
def test_a_name_finds_its_metric(name: str, key: str) -> None:
    found = meant(name)
    assert found is not None
    assert found.key == key


@pytest.mark.parametrize("name", ["", "Energy saving", "Reduction of scrap", "Visitors at the open day"])
def test_gains_and_names_of_ones_own_find_none(name: str) -> None:
    assert meant(name) is None


def test_every_metric_says_what_it_takes_and_has_a_name_in_both_languages() -> None:
    spellings: dict[str, str] = {}
    for key, one in definitions().items():
        unit = unit_of(one.unit)
        assert unit is not None, key
        assert one.takes(unit.dimension), key
        with translation.override("ar"):
            assert one.name == one.ar != one.en
        for name in (one.en, one.ar, *one.synonyms):
            found = named(name)
            assert found is one, f"{name} is {spellings.get(name)} and {key}"


def test_the_direction_is_said_once() -> None:
    for one in definitions().values():
        assert direction(one.en) == direction(one.ar) == one.direction, one.key
    assert direction("Energy saving") == 1
    assert direction("Breakdowns of the old press") == -1


@pytest.mark.parametrize(
    ("value", "given", "wanted", "expected"),
    [
        ("1.5", "h", "min", "90"),
        ("90", "minutes", "hours", "1.5"),
        ("2", "days", "h", "48"),
        ("36", "MJ", "kWh", "10"),
        ("1", "MWh", "kWh", "1000"),
        ("2500", "kg", "t", "2.5"),
        ("3", "m³", "l", "3000"),
        ("1", "%", "ppm", "10000"),
        ("3.6", "MJ/piece", "kWh per unit", "1"),
        ("60", "units/h", "pcs/min", "1"),
        ("3", "ساعات", "دقيقة", "180"),
    ],
)
def test_conversions_are_exact(value: str, given: str, wanted: str, expected: str) -> None:
    one, other = unit_of(given), unit_of(wanted)
    assert one is not None
    assert other is not None
    assert converted(Decimal(value), one, other) == Decimal(expected)


@pytest.mark.parametrize(("one", "other"), [("kWh", "h"), ("EUR", "USD"), ("h", "h/month"), ("kg", "l")])
def test_what_is_of_another_kind_is_not_converted(one: str, other: str) -> None:
    first, second = unit_of(one), unit_of(other)
    assert first is not None
    assert second is not None
    assert converted(Decimal(1), first, second) is None


@given(st.text(max_size=40))
def test_no_unit_and_no_name_stumbles(text: str) -> None:
    unit_of(text)
    named(text)
    meant(text)


@pytest.mark.parametrize(
    ("name", "unit", "baseline", "result", "key", "change"),
    [
        ("Scrap rate", "%", "8", "5", "scrap_rate", "-37.5"),
        ("Scrap rate", "%", None, "-20", "scrap_rate", "-20"),
        ("Scrap rate", "%", None, "5", "scrap_rate", None),
        ("Throughput", "%", None, "15", "throughput", "15"),
        ("Cycle time", "%", None, "15", "cycle_time", None),
        ("Downtime", "h", "0", "4", "downtime", None),
        ("Downtime cost", "EUR", "100", "50", "", "-50"),
        ("Temperature", "°C", "-10", "-5", "", "50"),
    ],
)
def test_the_change_is_worked_out(
    name: str, unit: str, baseline: str | None, result: str | None, key: str, change: str | None
) -> None:
    figures = [None if value is None else Decimal(value) for value in (baseline, result)]
    found = measured(name, unit, *figures)
    assert found.key == key
    assert found.change == (None if change is None else Decimal(change))


@pytest.mark.parametrize(
    ("name", "unit", "baseline", "result", "field"),
    [
        ("Scrap rate", "kWh", 8, 5, "unit"),
        ("Downtime", "kWh", 8, 5, "unit"),
        ("Energy per unit", "hours", 8, 5, "unit"),
        ("Downtime", "h", -8, 5, "baseline"),
        ("OEE", "%", 60, 160, "result"),
        ("Scrap rate", "ppm", 2000000, 5, "baseline"),
    ],
)
def test_what_makes_no_sense_is_named_by_field(name: str, unit: str, baseline: int, result: int, field: str) -> None:
    assert list(problems(name, unit, Decimal(baseline), Decimal(result))) == [field]


def test_what_somebody_defines_themselves_is_theirs() -> None:
    assert problems("Temperature of the hall", "°C", Decimal(-5), Decimal(999)) == {}
    assert problems("Scrap rate", "trays a week", Decimal(5), Decimal(3)) == {}
    assert problems("Scrap rate", "%", None, Decimal(-20)) == {}


@both
def test_a_story_with_a_figure_that_makes_no_sense_is_not_handed_in(ben: User) -> None:
    metrics = [
        {"name": "Scrap rate", "unit": "kWh", "baseline": 8, "result": 5},
        {"name": "OEE", "unit": "%", "baseline": 60, "result": 160},
    ]
    row = draft(ben, metrics=metrics)
    with pytest.raises(Invalid) as refused:
        lifecycle.submit(actor=ben.actor, use_case_id=row.pk)
    assert set(refused.value.fields) == {"metrics.0.unit", "metrics.1.result"}
    [said] = refused.value.fields["metrics.0.unit"]
    assert "kWh cannot be compared with %" in str(said)


@both
def test_key_and_change_are_stored_with_every_write(ben: User) -> None:
    row = draft(ben)
    assert UseCaseMetric.objects.values_list("key", "change").get() == ("downtime", Decimal(-70))
    own: dict[str, Any] = {"metrics": [{"name": "Our own index", "baseline": 4, "result": 5}]}
    drafts.save_draft(actor=ben.actor, use_case_id=row.pk, changes=own)
    assert UseCaseMetric.objects.values_list("key", "change").get() == ("", Decimal(25))


def scrap(result: str) -> dict[str, Any]:
    return {"metrics": [{"name": "Scrap rate", "unit": "%", "baseline": "10", "result": result}]}


@both
@pytest.mark.parametrize(
    ("expression", "found"),
    [
        ("scrap_rate:lt:-20", {"much"}),
        ("scrap_rate:lte:-20", {"much", "exactly"}),
        ("scrap_rate:gt:-20", {"little"}),
        ("oee:gt:0", set()),
    ],
)
def test_lists_are_narrowed_by_outcome(expression: str, found: set[str], ben: User, ada: User, lina: User) -> None:
    for title, result in (("much", "5"), ("exactly", "8"), ("little", "9")):
        published(ben, ada, title=f"Scrap went down {title}", **scrap(result))
    draft(ben, **scrap("1"))
    api = APIClient()
    api.force_authenticate(lina)
    rows = api.get("/api/v1/use-cases", {"outcome": expression, "industry": "metals"}).json()["results"]
    assert {row["title"].rpartition(" ")[2] for row in rows} == found
    assert api.get("/api/v1/use-cases", {"outcome": expression, "industry": "food"}).json()["count"] == 0


@both
@pytest.mark.parametrize(
    "expression", ["scrap", "scrap_rate", "scrap_rate:lt", "nothing:lt:5", "scrap_rate:is:5", "scrap_rate:lt:x", ":::"]
)
def test_what_cannot_be_read_is_refused_with_what_is_allowed(expression: str, lina: User) -> None:
    api = APIClient()
    api.force_authenticate(lina)
    response = api.get("/api/v1/use-cases", {"outcome": expression})
    assert response.status_code == 400
    [error] = response.json()["errors"]
    assert error["attr"] == "outcome"
    assert "scrap_rate" in error["detail"]


@both
def test_the_page_asks_in_two_fields(client: Client, ben: User, ada: User, lina: User) -> None:
    much: UseCase = published(ben, ada, title="Much less scrap", **scrap("5"))
    little = published(ben, ada, title="A little less scrap", **scrap("9"))
    client.force_login(lina)
    page = client.get("/use-cases/?metric=scrap_rate&by=20").content.decode()
    assert much.title in page
    assert little.title not in page
    assert "Scrap rate \N{MINUS SIGN}20\N{NO-BREAK SPACE}% or better" in page
    page = client.get("/use-cases/?outcome=scrap_rate:lt:-20").content.decode()
    assert much.title in page
    assert little.title not in page
    assert "could not be read" in client.get("/use-cases/?outcome=nonsense").content.decode()
    assert str(outcome_filter("oee:gte:10")) == "OEE +10\N{NO-BREAK SPACE}% or better"
