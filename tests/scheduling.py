"""How many of xdist's workers run the tests, and in which order: much of their time they wait for other processes."""

from __future__ import annotations

import os
from itertools import groupby

import pytest

MOST_WORKERS = 8


@pytest.hookimpl(tryfirst=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Return how many workers ``-n logical`` means: three for two cores."""
    return min(MOST_WORKERS, max(1, (os.cpu_count() or 1) * 3 // 2))


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mix the files that start processes and browsers with those that only compute, and be through with them early.

    One after the other they would wait together, or three browsers at once would take the machine from each other; and
    files that take minutes would hold up the end of a run. xdist hands out files in this order, since
    ``--no-loadscope-reorder`` keeps it from sorting them by their number of tests.
    """
    files = [list(group) for _path, group in groupby(items, key=lambda item: item.path)]
    slow = [group for group in files if _starts_processes(group[0])]
    quick = [group for group in files if not _starts_processes(group[0])]
    slow.sort(key=lambda group: "journeys" in group[0].nodeid)
    between = 2 * len(quick) // 3 // max(1, len(slow))  # the last third is quick files alone
    mixed = []
    for number, group in enumerate(slow):
        mixed += [group, *quick[number * between : (number + 1) * between]]
    mixed += quick[len(slow) * between :]
    items[:] = [item for group in mixed for item in group]


def _starts_processes(item: pytest.Item) -> bool:
    return item.nodeid.startswith("tests/") and not item.nodeid.startswith("tests/permissions/")
