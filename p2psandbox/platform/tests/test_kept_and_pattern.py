"""What is rendered once: parts of plain values, and whole pages with places."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy

from p2psandbox.platform.pages.kept import kept
from p2psandbox.platform.pages.pattern import Pattern

ROW = {
    "url": "/x/",
    "title": "Press <stops>",
    "replies": 1,
    "tags": [("plc", "/?tag=plc")],
    "answered": False,
    "last_activity": datetime(2026, 3, 1, 23, 30, tzinfo=UTC),
}


def _row(**changes: object) -> str:
    return kept("components/topic_row.html", row={**ROW, **changes})


def test_the_same_values_are_rendered_once() -> None:
    assert _row() is _row()
    assert "Press &lt;stops&gt;" in _row()


@pytest.mark.parametrize(
    "change", [{"title": "Press stops"}, {"replies": 2}, {"answered": True}, {"tags": []}, {"category": "Drives"}]
)
def test_any_other_value_makes_another_part(change: dict[str, object]) -> None:
    assert _row(**change) != _row()


def test_one_and_true_are_not_the_same_value() -> None:
    assert "<b>1</b>" in _row(replies=1)
    assert "<b>True</b>" in _row(replies=True)


def test_language_and_time_zone_are_part_of_the_name() -> None:
    english = _row()
    with translation.override("ar"):
        assert _row() is not english
    with timezone.override("Asia/Dubai"):
        assert "2 Mar 2026" in _row()
    assert "1 Mar 2026" in _row()


def test_lazy_words_are_named_by_what_they_say() -> None:
    assert _row(category=gettext_lazy("Home")) is _row(category=gettext_lazy("Home"))


def test_a_pattern_is_filled_in_one_go() -> None:
    pattern = Pattern("<a>NAME</a>ID, NAME", {"name": "NAME", "id": "ID"})
    assert pattern.fill({"name": "ID", "id": "NAME"}) == "<a>ID</a>NAME, ID"
    assert pattern.fill({"name": "", "id": ""}) == "<a></a>, "
    assert pattern.names == {"name", "id"}


def test_a_longer_stand_in_wins_over_a_shorter_one_inside_it() -> None:
    assert Pattern("head-x x", {"short": "x", "long": "head-x"}).fill({"short": "1", "long": "2"}) == "2 1"


def test_a_place_without_a_value_is_an_error() -> None:
    with pytest.raises(KeyError):
        Pattern("a NAME", {"name": "NAME"}).fill({})
