"""Scheduled jobs: never two runs of one at a time, and a heartbeat that says how the last one went.

The lock is PostgreSQL's, not Redis': see docs/decisions/0012-background-work.md.
"""

from __future__ import annotations

import functools
import time
from collections.abc import Callable
from contextlib import suppress

import django.db
from django.db.models import F
from django.utils import timezone

from p2psandbox.platform import locks
from p2psandbox.platform.logging import getLogger
from p2psandbox.platform.tasks.failures import kind_of
from p2psandbox.platform.tasks.models import TaskRun

log = getLogger(__name__)


def lock_of(job: str) -> str:
    """Return the name of a job's lock."""
    return f"job:{job}"


def one_at_a_time(job: str, function: Callable[[], None]) -> Callable[[], bool]:
    """Return the function as one that does nothing while another process runs it, and that leaves a heartbeat.

    What it returns says whether it ran.
    """

    @functools.wraps(function)
    def run() -> bool:
        with locks.held(lock_of(job)) as mine:
            heartbeat, _new = TaskRun.objects.get_or_create(job=job)
            row = TaskRun.objects.filter(pk=heartbeat.pk)
            if not mine:
                row.update(overlaps=F("overlaps") + 1)
                log.warning("job_runs_already", job=job)
                return False
            _run(job, row, function)
        return True

    return run


def _run(job: str, row: django.db.models.QuerySet[TaskRun], function: Callable[[], None]) -> None:
    row.update(last_started_at=timezone.now(), updated_at=timezone.now())
    began = time.monotonic()
    try:
        function()
    except Exception as error:
        with suppress(django.db.Error):  # the catalogue may be what failed
            row.update(
                **_ended(began),
                last_failure_at=timezone.now(),
                last_error=kind_of(error),
                failures_in_a_row=F("failures_in_a_row") + 1,
            )
        log.error("job_failed", job=job, error=kind_of(error))
        raise
    row.update(**_ended(began), last_success_at=timezone.now(), last_error="", failures_in_a_row=0)


def _ended(began: float) -> dict[str, object]:
    return {"last_duration_ms": round((time.monotonic() - began) * 1000), "updated_at": timezone.now()}
