"""Every test here may touch both stores."""

from __future__ import annotations

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let tests of this app use both stores unless they say otherwise."""
    for item in items:
        if "/usecases/tests/" in str(item.path) and item.get_closest_marker("django_db") is None:
            item.add_marker(pytest.mark.django_db(databases=["default", "documents"]))
