"""Every test here may touch both stores, and none may ask the database row by row."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient
from zeal.constants import initialize_app_registry
from zeal.patch import patch

from accounts.models import User
from forums.models import Topic
from forums.tests.factories import ask
from p2psandbox.platform.files.models import StoredFile

initialize_app_registry()
patch()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let tests of this app use both stores unless they say otherwise."""
    for item in items:
        if "/forums/tests/" in str(item.path) and item.get_closest_marker("django_db") is None:
            item.add_marker(pytest.mark.django_db(databases=["default", "documents"]))


@pytest.fixture(autouse=True)
def _no_query_per_row(settings: Any) -> None:
    """Raise when one request fetches the same relation again and again."""
    settings.MIDDLEWARE = ["zeal.middleware.zeal_middleware", *settings.MIDDLEWARE]


@pytest.fixture
def as_(api_client: APIClient) -> Any:
    """The JSON client in somebody's name: ``as_(ada).get(…)``."""

    def sign_in(person: User) -> APIClient:
        api_client.force_authenticate(person)
        return api_client

    return sign_in


@pytest.fixture
def topic(ada: User) -> Topic:
    return ask(ada)


@pytest.fixture
def sees(client: Client) -> Any:
    """Whether somebody is led on to a file: ``sees(lina, file)``."""

    def look(person: User, file: StoredFile) -> bool:
        client.force_login(person)
        status = client.get(f"/files/{file.pk}/").status_code
        assert status in (302, 404)
        return bool(status == 302)

    return look
