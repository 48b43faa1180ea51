"""Aggregates kept in Redis under tags: a write makes everything that was built on its tags stale at once.

Each tag has a version; what is kept carries the versions of its tags as they were *before* it was made. A write gives
its tags new versions when it commits, so whoever made something from what stood before misleads nobody, also if they
keep it afterwards. ::

    cachetags.changed("forums")                                    # in an action, within its transaction
    cachetags.cached("totals", make=count, tags=("forums",))       # in a query

Without Redis everything is made anew. A write that commits while Redis does not answer leaves what is kept as it is
for its ``seconds`` at most: choose them accordingly.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from django.core.cache import cache
from django.db import transaction
from django_redis import get_redis_connection
from redis.exceptions import RedisError

from p2psandbox.platform.logging import getLogger

log = getLogger(__name__)

T = TypeVar("T")

#: A version outlives what was kept under it; a tag without one is as good as changed.
_VERSION_SECONDS = 7 * 24 * 3600
_DEFAULT_SECONDS = 15 * 60
#: Seconds between two notes of this process' hits and misses.
_NOTE_EVERY = 5.0
_COUNTS = "p2p:cachetags"


@dataclass(frozen=True, slots=True)
class Counts:
    """How often something kept was still good, of all processes since Redis was emptied."""

    hits: int = 0
    misses: int = 0

    @property
    def hit_rate(self) -> float | None:
        """Share of hits, 0 to 1; ``None`` before anybody asked."""
        asked = self.hits + self.misses
        return round(self.hits / asked, 4) if asked else None


def changed(*tags: str) -> None:
    """Make what was built on these tags stale once the present transaction commits."""
    keys = [key_of(tag) for tag in dict.fromkeys(tags)]
    transaction.on_commit(lambda: _renew(keys), robust=True)


def cached(name: str, *, make: Callable[[], T], tags: Iterable[str], seconds: int = _DEFAULT_SECONDS) -> T:
    """Return what is kept under ``name`` while none of its tags changed, else make it and keep it so long at most.

    ``None`` is kept like anything else. One trip to Redis for a hit. Never ask within a transaction that has
    written: what others must not see yet would be kept for them.
    """
    keys = [key_of(tag) for tag in tags]
    value_key = f"tagged:{name}"
    found = cache.get_many([value_key, *keys])
    versions = tuple(found.get(key) for key in keys)
    kept = found.get(value_key)
    if kept is not None and None not in versions and kept[0] == versions:
        _tally.note(hit=True)
        value: T = kept[1]
        return value
    _tally.note(hit=False)
    versions = tuple(found.get(key) or _begin(key) for key in keys)
    value = make()
    if None not in versions:
        cache.set(value_key, (versions, value), timeout=seconds)
    return value


def key_of(tag: str) -> str:
    """Return the cache key of a tag's version, for whoever compares versions in a ``get_many`` of their own."""
    return f"tag:{tag}"


def versions_of(tags: Iterable[str], found: Mapping[str, Any] | None = None) -> tuple[str, ...] | None:
    """Return the present versions, begun where there are none; ``None`` without Redis."""
    keys = [key_of(tag) for tag in tags]
    found = cache.get_many(keys) if found is None else found
    versions = tuple(found.get(key) or _begin(key) for key in keys)
    return None if None in versions else versions


def counts() -> Counts:
    """Return the hits and misses noted so far, this process' own included; none without Redis."""
    _tally.write()
    try:
        found = get_redis_connection("default").hgetall(_COUNTS)
    except RedisError:
        return Counts()
    return Counts(int(found.get(b"hits", 0)), int(found.get(b"misses", 0)))


def _begin(key: str) -> Any:
    """Give a tag its first version and return the one it has now: another's, if they were faster."""
    cache.add(key, secrets.token_hex(8), timeout=_VERSION_SECONDS)
    return cache.get(key)


def _renew(keys: Iterable[str]) -> None:
    cache.set_many({key: secrets.token_hex(8) for key in keys}, timeout=_VERSION_SECONDS)


class _Tally:
    """Hits and misses of this process, written down together now and then: a trip for each would cost the gain."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._hits = self._misses = 0
        self._due = 0.0

    def note(self, *, hit: bool) -> None:
        with self._lock:
            self._hits += hit
            self._misses += not hit
            due = time.monotonic() >= self._due
        if due:
            self.write()

    def write(self) -> None:
        with self._lock:
            taken = {"hits": self._hits, "misses": self._misses}
            self._hits = self._misses = 0
            self._due = time.monotonic() + _NOTE_EVERY
        try:
            pipe = get_redis_connection("default").pipeline(transaction=False)
            for name, count in taken.items():
                if count:
                    pipe.hincrby(_COUNTS, name, count)
            pipe.execute()
        except RedisError as error:
            log.warning("cache_counts_lost", error=type(error).__name__)


_tally = _Tally()
