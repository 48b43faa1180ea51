"""How many of xdist's workers run the tests, and in which order: much of their time they wait for other processes."""

from __future__ import annotations

import os

import pytest

MOST_WORKERS = 8


@pytest.hookimpl(tryfirst=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Return how many workers ``-n logical`` means: three for two cores."""
    return min(MOST_WORKERS, max(1, (os.cpu_count() or 1) * 3 // 2))


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what starts processes and browsers: files that take minutes would hold up the end of a run."""
    items.sort(key=lambda item: not item.nodeid.startswith("tests/"))
