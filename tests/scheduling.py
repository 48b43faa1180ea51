"""Which worker runs what, and when: tests that mostly wait start first, beside those that compute.

A file's tests stay on one worker, so that what a module sets up is set up once. The journeys share a running
product, which takes long to start, so they form a few groups instead of one per file.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

#: What takes long and mostly waits for other processes, the longest first. All else follows as it was collected.
LONGEST = (
    "tests/runtime/test_workers.py",
    "tests/journeys/",
    "tests/runtime/",
    "tests/test_migrations.py",
    "tests/permissions/",
    "tests/test_benchmarks.py",
    "forums/tests/test_two_stores.py",
    "usecases/tests/test_crash.py",
)
#: How many products are started for the journeys.
PRODUCTS = 2
#: A worker waits about as long as it computes.
WORKERS_PER_CORE, MOST_WORKERS = 2, 8


@pytest.hookimpl(tryfirst=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Return how many workers ``-n logical`` means."""
    return min(MOST_WORKERS, WORKERS_PER_CORE * (os.cpu_count() or 1))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Order the tests and put each into the group that one worker runs."""
    journeys = sorted({path for item in items if (path := _path(config, item)).startswith("tests/journeys/")})
    for item in items:
        path = _path(config, item)
        group = f"journeys-{journeys.index(path) % PRODUCTS}" if path in journeys else path
        item.add_marker(pytest.mark.xdist_group(group))
    items.sort(key=lambda item: _rank(_path(config, item)))


def _path(config: pytest.Config, item: pytest.Item) -> str:
    return Path(item.path).relative_to(config.rootpath).as_posix()


def _rank(path: str) -> int:
    return next((rank for rank, start in enumerate(LONGEST) if path.startswith(start)), len(LONGEST))
