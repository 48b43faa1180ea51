"""Two to four stories side by side."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from accounts.models import User
from p2psandbox.platform.errors import Invalid, NotFound
from usecases.models import UseCase
from usecases.queries.comparing import compare
from usecases.tests.factories import draft, published

pytestmark = pytest.mark.django_db(databases="__all__")


def metric(name: str, unit: str, baseline: Any, result: Any) -> dict[str, Any]:
    return {"name": name, "unit": unit, "baseline": baseline, "result": result, "period": "6 months"}


@pytest.fixture
def hours(ben: User, ada: User) -> UseCase:
    figures = [metric("Downtime", "h", 10, 5), metric("Our index", "", "poor", "good")]
    return published(ben, ada, title="Sensors told in hours", metrics=figures, vendor="Sensorix")


@pytest.fixture
def minutes(kamal: User) -> UseCase:
    figures = [metric("OEE", "%", 60, 72), metric("Unplanned downtime", "minutes", 900, 240)]
    return published(kamal, kamal, title="Sensors told in minutes", metrics=figures)


def test_figures_are_brought_into_the_first_ones_unit(hours: UseCase, minutes: UseCase, lina: User) -> None:
    found = compare(lina.actor, [hours.pk, minutes.pk])
    assert [line.name for line in found.lines][:1] == ["Downtime"]
    first, second = found.lines[0].cells
    assert first is not None
    assert second is not None
    assert (first.baseline, first.result, first.is_converted) == (10, 5, False)
    assert (second.baseline, second.result, second.unit) == (15, 4, "h")
    assert (second.is_converted, second.given_unit) == (True, "minutes")
    assert second.change == Decimal("-73.3333")
    assert [line.cells.count(None) for line in found.lines] == [0, 1, 1]


def test_units_that_do_not_meet_stay_as_they_are(ben: User, ada: User, lina: User) -> None:
    euros = published(ben, ada, metrics=[metric("Energy cost", "EUR", 100, 80)])
    dollars = published(ben, ada, metrics=[metric("Energy cost", "USD", 100, 70)])
    [line] = compare(lina.actor, [euros.pk, dollars.pk]).lines
    assert line.unit == ""
    assert [(cell.unit, cell.result) for cell in line.cells if cell] == [("EUR", 80), ("USD", 70)]


def test_two_to_four_and_only_what_one_may_see(hours: UseCase, minutes: UseCase, ben: User, lina: User) -> None:
    for ids in ([], [hours.pk], [hours.pk, hours.pk]):
        with pytest.raises(Invalid):
            compare(lina.actor, ids)
    secret = draft(ben)
    with pytest.raises(NotFound):
        compare(lina.actor, [hours.pk, secret.pk])


def test_two_statements_whatever_is_compared(
    hours: UseCase, minutes: UseCase, lina: User, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(2):
        compare(lina.actor, [hours.pk, minutes.pk])


def test_json_says_what_is_missing_and_what_was_converted(hours: UseCase, minutes: UseCase, lina: User) -> None:
    api = APIClient()
    api.force_authenticate(lina)
    data = api.get("/api/v1/use-cases/compare", {"ids": f"{hours.pk},{minutes.pk}"}).json()
    assert [row["title"] for row in data["use_cases"]] == [hours.title, minutes.title]
    downtime = data["metrics"][0]
    assert (downtime["key"], downtime["unit"], downtime["better"]) == ("downtime", "h", "lower")
    assert (downtime["values"][1]["result"], downtime["values"][1]["converted"]) == (4.0, True)
    oee = next(one for one in data["metrics"] if one["key"] == "oee")
    assert oee["values"][0] is None
    assert api.get("/api/v1/use-cases/compare").status_code == 400
    assert api.get("/api/v1/use-cases/compare?ids=x").status_code == 400
    both = f"/api/v1/use-cases/compare?ids={hours.pk}&ids={minutes.pk}"
    assert api.get(both).status_code == 200


def test_a_reader_puts_stories_aside_and_compares_them(
    client: Client, hours: UseCase, minutes: UseCase, lina: User
) -> None:
    client.force_login(lina)
    assert "Choose two to four" in client.get("/use-cases/compare/").content.decode()
    first = client.post(f"/use-cases/{hours.pk}/do/compare/")
    assert first["Location"] == hours.get_absolute_url()
    assert "Take out of the comparison" in client.get(hours.get_absolute_url()).content.decode()
    second = client.post(f"/use-cases/{minutes.pk}/do/compare/")
    page = client.get(second["Location"]).content.decode()
    for words in (hours.title, minutes.title, "given in minutes", "Sensorix", "not given"):
        assert words in page
    assert client.get("/use-cases/compare/").status_code == 200
    client.post(f"/use-cases/{hours.pk}/do/compare/", {"off": "1"})
    assert "Choose two to four" in client.get("/use-cases/compare/").content.decode()
    assert client.get("/use-cases/compare/?ids=%00nonsense").status_code == 400
    assert f'value="{minutes.pk}" form="compare" checked' in client.get("/use-cases/").content.decode()
