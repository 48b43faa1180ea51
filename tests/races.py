"""Two at the same moment: what the tests of races share."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connections


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Start all acts at the same moment, each with connections of its own; return what each returned or raised."""
    start = threading.Barrier(len(acts))
    found: list[Any] = [None] * len(acts)

    def run(place: int, act: Callable[[], Any]) -> None:
        try:
            start.wait(timeout=60)
            found[place] = act()
        except Exception as error:
            found[place] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(place, act)) for place, act in enumerate(acts)]
    with _patient():
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=120)
    return found


@contextmanager
def _patient() -> Iterator[None]:
    """Let nobody give up waiting for a connection: a race is about locks, however slow the machine is."""
    pool = connections["default"].pool  # type: ignore[attr-defined]  # the PostgreSQL backend's
    patience, pool.timeout = pool.timeout, 60
    try:
        yield
    finally:
        pool.timeout = patience
