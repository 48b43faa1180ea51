"""How many of xdist's workers run the tests: about a third of their time they wait for other processes."""

from __future__ import annotations

import os

import pytest

MOST_WORKERS = 8


@pytest.hookimpl(tryfirst=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Return how many workers ``-n logical`` means: three for two cores."""
    return min(MOST_WORKERS, max(1, (os.cpu_count() or 1) * 3 // 2))
