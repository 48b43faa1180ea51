"""The product's cache: Redis, and for what guards accounts a table in PostgreSQL while Redis does not answer."""

from __future__ import annotations

import sys
import time
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.db import DatabaseCache
from django_redis.cache import RedisCache
from django_redis.exceptions import ConnectionInterrupted

from p2psandbox.platform.guards.models import Guard
from p2psandbox.platform.logging import getLogger

log = getLogger(__name__)

#: Keys of what must be counted or refused even without Redis: failed sign-ins and other limits of django-allauth with
#: their locks, codes of a second factor that were used, names and forms of sign-ups, turns (``guards.turns``). Anything
#: else is for speed.
GUARDS = ("allauth:rl:", "allauth.mfa.", "organization-name:", "sign-up:", "turns:")
#: Seconds without asking Redis again for a guard: a server that swallows packets takes one of them for each question.
PATIENCE = 2.0
#: Seconds between two lines in a process' log that say so: a page asks the cache half a dozen times.
SILENCE = 10.0


class _Reports:
    """Stands in for django-redis' logger, which writes a whole traceback for each question left unanswered."""

    def __init__(self) -> None:
        self._silent_until = 0.0

    def exception(self, message: str) -> None:
        """Say that Redis does not answer, once in a while."""
        error = sys.exc_info()[1]
        if time.monotonic() >= self._silent_until:
            self._silent_until = time.monotonic() + SILENCE
            log.warning("redis_away", error=type(getattr(error, "__cause__", None) or error).__name__)


_reports = _Reports()


class Cache(RedisCache[Any]):
    """Without Redis, ordinary entries are missed and not kept, as ``IGNORE_EXCEPTIONS`` says; guards are."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._log_ignored_exceptions, self.logger = True, _reports
        self._rows = DatabaseCache(Guard._meta.db_table, {"MAX_ENTRIES": 1_000_000, "KEY_PREFIX": "guard"})
        self._away_until = 0.0

    def add(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool | None:
        """Keep ``value`` unless there is one; whether it was kept, ``None`` if that cannot be said."""
        how = {"timeout": timeout, "version": version}
        kept: bool | None = (
            self._guarded("add", key, value, **how) if _is_guard(key) else super().add(key, value, **how)
        )
        return kept

    def get(self, key: str, default: Any = None, version: int | None = None, client: Any = None) -> Any:
        """Return what is kept, else ``default``."""
        if _is_guard(key):
            return self._guarded("get", key, default=default, version=version)
        return super().get(key, default, version, client)

    def set(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None, **more: Any) -> Any:
        """Keep ``value``; ``more`` is what django-redis takes besides."""
        how = {"timeout": timeout, "version": version}
        if _is_guard(key) and not more:
            return self._guarded("set", key, value, **how)
        return super().set(key, value, **how, **more)

    def delete(self, key: str, version: int | None = None) -> bool:
        """Forget; whether there was anything."""
        if _is_guard(key):
            return bool(self._guarded("delete", key, version=version))
        return bool(super().delete(key, version=version))

    def _guarded(self, act: str, *given: Any, **how: Any) -> Any:
        if time.monotonic() >= self._away_until:
            try:
                return getattr(self.client, act)(*given, **how)
            except ConnectionInterrupted:
                self._away_until = time.monotonic() + PATIENCE
                _reports.exception("guard")
        return getattr(self._rows, act)(*given, **how)


def _is_guard(key: str) -> bool:
    return str(key).startswith(GUARDS)
