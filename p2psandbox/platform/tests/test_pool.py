"""When every connection to the catalogue is in use: a clear answer soon, and all is well again by itself."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from typing import Any

import psycopg
import psycopg_pool
import pytest
from django.db import OperationalError, connection, connections
from django.test import Client

from p2psandbox.platform.databases import is_out_of_reach

pytestmark = pytest.mark.django_db(databases="__all__")


@contextmanager
def all_in_use() -> Iterator[psycopg_pool.ConnectionPool[Any]]:
    """Hold every connection the pool may have, and let nobody wait long for one."""
    pool = connection.pool  # type: ignore[attr-defined]  # the PostgreSQL backend's
    patience, pool.timeout = pool.timeout, 0.2
    with ExitStack() as held:
        held.callback(setattr, pool, "timeout", patience)
        while pool.get_stats()["pool_size"] < pool.max_size or pool.get_stats()["pool_available"]:
            held.enter_context(pool.connection())
        yield pool


def ask(client: Client, path: str) -> Any:
    """Ask from a thread of its own, as a web server does: it needs a connection of its own."""

    def there() -> Any:
        try:
            return client.get(path)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(there).result()


@pytest.fixture
def visitor() -> Client:
    return Client(raise_request_exception=False)


def test_a_page_says_that_it_passes_and_comes_back(visitor: Client) -> None:
    with all_in_use() as pool:
        answer = ask(visitor, "/use-cases/")
        assert (answer.status_code, answer["Retry-After"]) == (503, "30")
        assert "Try again in a minute" in answer.content.decode()
        assert pool.get_stats()["requests_errors"] >= 1
    assert ask(visitor, "/use-cases/").status_code == 200


def test_the_json_api_says_so_in_its_own_shape(visitor: Client) -> None:
    with all_in_use():
        answer = ask(visitor, "/api/v1/use-cases")
        assert (answer.status_code, answer["Retry-After"]) == (503, "30")
        assert answer.json()["errors"][0]["code"] == "unavailable"
    assert ask(visitor, "/api/v1/use-cases").status_code == 200


def test_health_and_its_like_wait_for_no_connection_of_the_pool(visitor: Client) -> None:
    with all_in_use():
        assert ask(visitor, "/health").status_code == 200


def test_only_what_passes_by_itself_is_taken_for_it() -> None:
    assert is_out_of_reach(psycopg_pool.PoolTimeout())
    assert is_out_of_reach(psycopg.errors.lookup("57P01")())
    assert not is_out_of_reach(psycopg.errors.lookup("57014")())  # a statement that took too long
    assert not is_out_of_reach(psycopg.errors.lookup("23505")())  # something stands there already
    assert not is_out_of_reach(OperationalError())
    assert not is_out_of_reach(None)


def test_a_pool_is_as_large_as_the_settings_say() -> None:
    assert connection.pool.max_size == connections["default"].settings_dict["OPTIONS"]["pool"]["max_size"]  # type: ignore[attr-defined]
