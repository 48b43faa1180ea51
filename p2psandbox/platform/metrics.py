"""``/metrics``: how the product is doing, in Prometheus' text format, read anew for each scrape.

Everything but the connection pool is the same whichever process answers: it is read from the stores, so several web
processes need no shared directory. Names follow Prometheus' rules: base units, ``_total`` for what only grows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.db import connections
from django.http import Http404, HttpRequest, HttpResponse
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from p2psandbox.platform import cachetags, health
from p2psandbox.platform.databases import CATALOGUE
from p2psandbox.platform.tasks import queries as work

_PREFIX = "p2psandbox"


class Product(Collector):
    """Gathers every figure; one that cannot be had now is left out, so alarms watch ``p2psandbox_component_up``."""

    def collect(self) -> Iterator[Metric]:
        found = health.components()
        yield _gauges("component_up", "1 while the component answers", "component", _ups(found))
        yield _gauges("component_latency_seconds", "Time of its answer", "component", _latencies(found))
        yield from self._kept_numbers()
        if found["database"].status != "ok":
            return
        yield from self._pool()
        yield from self._jobs()
        mail = work.mail()
        yield _gauges(
            "mail",
            "Mail in the outbox by state",
            "state",
            {"waiting": mail.waiting, "delayed": mail.delayed, "overdue": mail.overdue, "held": mail.held},
        )
        yield _gauges("dead_letters", "Open dead letters", "task", work.dead_letters())
        if found["broker"].status == "ok":
            yield _gauges("queue_messages", "Messages that wait or are being worked on", "queue", work.queues())

    def _kept_numbers(self) -> Iterator[Metric]:
        kept = cachetags.counts()
        family = CounterMetricFamily(
            f"{_PREFIX}_kept_numbers", "Looks into the cache of aggregates, all processes", labels=["result"]
        )
        family.add_metric(["hit"], kept.hits)
        family.add_metric(["miss"], kept.misses)
        yield family

    def _pool(self) -> Iterator[Metric]:
        """Return the state of this process' pool; there is none while the product runs without one."""
        pool = connections[CATALOGUE].pool  # type: ignore[attr-defined]  # the PostgreSQL backend's
        if pool is None:
            return
        stats: dict[str, int] = pool.get_stats()
        names = {"open": "pool_size", "idle": "pool_available", "most": "pool_max", "asked_for": "requests_waiting"}
        values = {state: stats.get(name, 0) for state, name in names.items()}
        yield _gauges("pool_connections", "PostgreSQL connections of this process", "state", values)
        refused = stats.get("requests_errors", 0)
        yield CounterMetricFamily(f"{_PREFIX}_pool_refused", "Requests that got no connection in time", value=refused)

    def _jobs(self) -> Iterator[Metric]:
        jobs = work.scheduled_jobs()

        def each(name: str, meaning: str, value: Callable[[work.Job], float | None]) -> Metric:
            values = ((job.name, value(job)) for job in jobs)
            return _gauges(name, meaning, "job", {job: found for job, found in values if found is not None})

        yield each("job_running", "1 while the job runs", lambda job: job.running)
        yield each("job_late", "1 when a run is missing", lambda job: int(job.late))
        yield each("job_failures_in_a_row", "Runs since the last success", lambda job: job.failures_in_a_row)
        yield each("job_duration_seconds", "Time of the last run", lambda job: _seconds(job.duration_ms))
        yield each(
            "job_last_success_timestamp_seconds",
            "When the job last succeeded",
            lambda job: job.last_success_at.timestamp() if job.last_success_at else None,
        )
        overlaps = CounterMetricFamily(
            f"{_PREFIX}_job_overlaps", "Runs left out because one was at work", labels=["job"]
        )
        for job in jobs:
            overlaps.add_metric([job.name], job.overlaps)
        yield overlaps


def _gauges(name: str, meaning: str, label: str, values: dict[str, Any]) -> Metric:
    family = GaugeMetricFamily(f"{_PREFIX}_{name}", meaning, labels=[label])
    for key, value in values.items():
        family.add_metric([key], value)
    return family


def _ups(found: dict[str, health.Component]) -> dict[str, int]:
    return {name: int(part.status == "ok") for name, part in found.items()}


def _latencies(found: dict[str, health.Component]) -> dict[str, float]:
    return {name: part.latency_ms / 1000 for name, part in found.items()}


def _seconds(milliseconds: int | None) -> float | None:
    return None if milliseconds is None else milliseconds / 1000


def exposition(collectors: Iterable[Collector]) -> bytes:
    """Return the text of these collectors; a registry of its own, so nothing else of the process is told."""
    registry = CollectorRegistry(auto_describe=False)
    for collector in collectors:
        registry.register(collector)
    return bytes(generate_latest(registry))


def metrics(request: HttpRequest) -> HttpResponse:
    """Answer a scrape by staff or with the configured token; for everybody else there is no such page."""
    if not health.may_see_details(request):
        raise Http404
    return HttpResponse(
        exposition([Product()]), content_type=CONTENT_TYPE_LATEST, headers={"Cache-Control": "no-store"}
    )
