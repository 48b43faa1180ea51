"""Turns: so many in so long a time."""

from __future__ import annotations

import pytest

from p2psandbox.platform.errors import TooMany
from p2psandbox.platform.guards.cache import GUARDS
from p2psandbox.platform.guards.turns import PREFIX, take_turn


def test_so_many_turns_and_no_more_for_each() -> None:
    for _turn in range(3):
        take_turn("report:ada", most=3, seconds=600)
    with pytest.raises(TooMany) as refused:
        take_turn("report:ada", most=3, seconds=600, message="Wait a little.")
    assert 590 < refused.value.retry_after <= 600
    assert str(refused.value) == "Wait a little."
    take_turn("report:ben", most=3, seconds=600)


def test_turns_are_counted_without_redis_too() -> None:
    assert PREFIX in GUARDS
