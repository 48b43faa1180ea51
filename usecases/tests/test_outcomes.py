"""Figures out of words, and the headline they make."""

from __future__ import annotations

from decimal import Decimal
from types import SimpleNamespace

import pytest

from usecases.content import Content
from usecases.outcomes import (
    Metric,
    change_percent,
    direction,
    figure,
    headline,
    in_period,
    json_value,
    number,
    outcome_of,
)


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("8", "8"), ("-38", "-38"), ("−38", "-38"), ("4.25", "4.25"), ("4,5", "4.5"), ("30,000", "30000"),
        ("1,234,567.5", "1234567.5"), ("٣٨", "38"), ("٤٫٥", "4.5"), ("0", "0"),
    ],
)  # fmt: skip
def test_a_number_is_read_however_people_write_it(typed: str, value: str) -> None:
    assert number(typed) == Decimal(value)


@pytest.mark.parametrize("typed", ["", "under 20 minutes", "4-5", "8 %", "1e5", "NaN", "inf", "9" * 40, "--1"])
def test_words_stay_words(typed: str) -> None:
    assert number(typed) is None


def test_the_change_is_relative_to_the_baseline() -> None:
    assert change_percent(Decimal(8), Decimal(5)) == Decimal(-38)
    assert change_percent(Decimal(100), Decimal(103)) == Decimal("3.0")
    assert change_percent(Decimal(-4), Decimal(-2)) == Decimal(50)


def test_there_is_no_change_from_nothing() -> None:
    assert change_percent(Decimal(0), Decimal(5)) is None
    assert change_percent(None, Decimal(5)) is None


@pytest.mark.parametrize(
    ("name", "better"),
    [
        ("Scrap rate", -1), ("Unplanned downtime", -1), ("OEE", 1), ("Uptime", 1), ("Cost savings", 1),
        ("هدر المواد", -1), ("الإنتاج", 1), ("Colour", 0),
    ],
)  # fmt: skip
def test_the_name_says_which_way_is_better(name: str, better: int) -> None:
    assert direction(name) == better


def test_the_first_figure_becomes_the_headline() -> None:
    metrics = (
        Metric(name="Mood", result="better"),
        Metric(name="Scrap", unit="%", baseline="8", result="5", period="6 months"),
    )
    top = headline(metrics, "words")
    assert (top.name, top.change, top.unit, top.period, top.improved) == ("Scrap", Decimal(-38), "%", "6 months", True)


def test_without_figures_the_words_are_the_headline() -> None:
    assert headline((Metric(name="Set-up", result="under 20 minutes"),), "x").text == "under 20 minutes"
    assert headline((), "What came of it").text == "What came of it"


def test_a_card_shows_the_change_with_sign_and_period() -> None:
    columns = SimpleNamespace(**Content(metrics=(Metric("Scrap", "%", "8", "5", "6 months"),)).columns())
    outcome = outcome_of(columns)
    assert outcome is not None
    assert (outcome["change"], outcome["period"]) == ("−38\u00a0%", "in 6 months")
    assert (outcome["baseline"], outcome["result"], outcome["improved"]) == (8, 5, True)


def test_long_words_do_not_pose_as_a_figure() -> None:
    columns = Content(metrics=(Metric(name="Effect", result="the same processes at every one of our sites"),)).columns()
    assert outcome_of(SimpleNamespace(**columns)) is None


def test_figures_are_grouped_and_signed() -> None:
    assert figure(Decimal("30000.000000"), "kWh") == "30,000\u00a0kWh"
    assert figure(Decimal(12), "%", signed=True) == "+12\u00a0%"
    assert figure(Decimal(0)) == "0"


def test_json_gets_numbers_where_numbers_were_typed() -> None:
    assert json_value("8") == 8
    assert json_value("4,5") == 4.5
    assert json_value("under 20 minutes") == "under 20 minutes"
    assert json_value("") is None


def test_a_period_in_another_script_stays_as_it_was_typed() -> None:
    assert in_period("6 months") == "in 6 months"
    assert in_period("6 أشهر") == "6 أشهر"
    assert in_period("per year") == "per year"


def test_a_long_unit_moves_behind_the_figure() -> None:
    columns = SimpleNamespace(**Content(metrics=(Metric("Releases", "deployments/year", "", "30,000"),)).columns())
    outcome = outcome_of(columns)
    assert outcome is not None
    assert (outcome["change"], outcome["period"]) == ("30,000", "deployments/year")
