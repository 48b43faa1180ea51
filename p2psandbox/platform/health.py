"""Is it well? One cheap answer for load balancers, one detailed one for operators."""

from __future__ import annotations

import hmac
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any

import django.db
import psycopg
import pymongo
import redis
from django.conf import settings
from django.db import connections
from django.http import HttpRequest, HttpResponse, JsonResponse

from p2psandbox.platform import cachetags
from p2psandbox.platform.databases import CATALOGUE, LIBRARY

#: Seconds within which a component must answer; a stopped one shows red within this time.
PATIENCE = 2.0


@dataclass(frozen=True, slots=True)
class Component:
    """State of one part: ``status`` is ``ok`` or ``down``, ``latency_ms`` the time it took to say so."""

    status: str
    latency_ms: float
    version: str | None = None
    detail: str | None = None


@lru_cache(maxsize=1)
def _pools() -> dict[str, Any]:
    """Clients of our own with short timeouts, so that a check never waits behind the product's pools."""
    timeout = int(PATIENCE * 1000)
    return {
        "documents": pymongo.MongoClient(
            settings.DATABASES[LIBRARY]["HOST"],
            serverSelectionTimeoutMS=timeout,
            connectTimeoutMS=timeout,
            socketTimeoutMS=timeout,
            maxPoolSize=2,
        ),
        "cache": redis.Redis.from_url(
            str(settings.CACHES["default"]["LOCATION"]),
            socket_timeout=PATIENCE,
            socket_connect_timeout=PATIENCE,
        ),
        "broker": redis.Redis.from_url(
            settings.CELERY_BROKER_URL, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE
        ),
    }


def _database() -> str:
    params = connections[CATALOGUE].get_connection_params()
    keep = {k: v for k, v in params.items() if k in ("dbname", "user", "password", "host", "port", "sslmode")}
    with psycopg.connect(**keep, connect_timeout=int(PATIENCE)) as connection:
        row = connection.execute("SHOW server_version").fetchone()
    return str(row[0]) if row else ""


def _documents() -> str:
    return str(_pools()["documents"].server_info()["version"])


def _redis(name: str) -> Callable[[], str]:
    return lambda: str(_pools()[name].info("server")["redis_version"])


CHECKS: dict[str, Callable[[], str]] = {
    "database": _database,
    "documents": _documents,
    "cache": _redis("cache"),
    "broker": _redis("broker"),
}

#: What the product cannot answer any page without.
ESSENTIAL = frozenset({"database"})


def _examine(check: Callable[[], str]) -> Component:
    started = time.perf_counter()
    try:
        version = check()
    except (psycopg.Error, pymongo.errors.PyMongoError, redis.RedisError, OSError) as error:
        return Component("down", _since(started), detail=type(error).__name__)
    return Component("ok", _since(started), version=version)


def _since(started: float) -> float:
    return round((time.perf_counter() - started) * 1000, 1)


def examine(name: str) -> Component:
    """Examine one component of :data:`CHECKS`."""
    return _examine(CHECKS[name])


def components() -> dict[str, Component]:
    """Examine every component at the same time; takes :data:`PATIENCE` seconds at most, and a little."""
    with ThreadPoolExecutor(max_workers=len(CHECKS)) as pool:
        running: dict[str, Future[Component]] = {name: pool.submit(_examine, check) for name, check in CHECKS.items()}
        return {name: future.result() for name, future in running.items()}


class HealthMiddleware:
    """Answer ``/health`` and ``/health/detailed`` ahead of everything: no host check, session or log line."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path == "/health" and request.method in ("GET", "HEAD"):
            return health(request)
        return self.get_response(request)


def health(request: HttpRequest) -> JsonResponse:
    """200 ``{"status": "ok", "version"}`` when the catalogue answers, else 503."""
    well = _examine(CHECKS["database"]).status == "ok"
    return JsonResponse(
        {"status": "ok" if well else "down", "version": settings.VERSION},
        status=200 if well else 503,
        headers={"Cache-Control": "no-store"},
    )


def may_see_details(request: HttpRequest) -> bool:
    """Say whether this is staff, or a program with the configured token; never staff while the catalogue is away."""
    token = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
    if settings.HEALTH_TOKEN and hmac.compare_digest(token.encode(), settings.HEALTH_TOKEN.encode()):
        return True
    try:
        return bool(request.user.is_authenticated and request.user.is_staff)
    except (django.db.Error, psycopg.Error):
        return False


def health_detailed(request: HttpRequest) -> JsonResponse:
    """State, latency and version of each component, for staff or the configured token; others get the sum."""
    found = components()
    essential = all(found[name].status == "ok" for name in ESSENTIAL)
    everything = all(part.status == "ok" for part in found.values())
    body: dict[str, Any] = {
        "status": "ok" if everything else "degraded" if essential else "down",
        "version": settings.VERSION,
    }
    if may_see_details(request):
        body["components"] = {name: asdict(part) for name, part in found.items()}
        kept = cachetags.counts()
        body["kept_numbers"] = {**asdict(kept), "hit_rate": kept.hit_rate}
    return JsonResponse(body, status=200 if everything else 503, headers={"Cache-Control": "no-store"})
