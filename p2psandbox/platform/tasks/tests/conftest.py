"""A task and a job of the tests' own, which go wrong as they are told."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from celery import current_app

from p2psandbox.platform.tasks.base import HouseTask, job, task

Effects = list[Exception | None]


@pytest.fixture
def effects() -> Effects:
    """What happens at each call of the tests' own task and job, in order; afterwards nothing goes wrong."""
    return []


def _take(effects: Effects, calls: list[int]) -> None:
    calls.append(1)
    if effects and (error := effects.pop(0)):
        raise error


@pytest.fixture
def calls() -> list[int]:
    return []


@pytest.fixture
def work(effects: Effects, calls: list[int]) -> Iterator[HouseTask]:
    @task("tests.work", retries=2)
    def work(thing_id: str) -> None:
        _take(effects, calls)

    yield work
    current_app.tasks.pop("tests.work", None)


@pytest.fixture
def tick(effects: Effects, calls: list[int]) -> Iterator[HouseTask]:
    @job("tests.tick")
    def tick() -> None:
        _take(effects, calls)

    yield tick
    current_app.tasks.pop("tests.tick", None)
