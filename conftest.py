"""Fixtures every test may use."""

from __future__ import annotations

import os
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connections
from django.utils import translation

pytest_plugins = ["tests.cast"]


def pytest_configure(config: pytest.Config) -> None:
    """Give each xdist worker a Redis database of its own, so that clearing one cache empties no other."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
    settings.CACHES["default"]["LOCATION"] = f"{os.environ['REDIS_URL'].rstrip('/')}/{2 + int(worker)}"


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Let tests that touch both stores roll PostgreSQL back instead of flushing everything.

    Django flushes all databases of a test when one of them has no transactions. The library needs no rollback:
    what a test left there is an orphan that no row of the catalogue leads to, which is the product's own rule.
    """
    documents = connections["documents"]
    documents.features.supports_transactions = True
    # Made from the models, in a moment: tests/test_migrations.py takes every step of the migrations.
    documents.settings_dict["TEST"]["MIGRATE"] = False


@pytest.fixture(autouse=True)
def _fresh_start() -> None:
    """Start each test with an empty cache and in English: no limit, page or language leaks from another."""
    cache.clear()
    translation.activate(settings.LANGUAGE_CODE)


@pytest.fixture
def api_client() -> Any:
    """A client of the JSON API that checks CSRF as the real one does not need to."""
    from rest_framework.test import APIClient

    return APIClient()
