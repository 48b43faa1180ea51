"""How background work is doing, for operators: one look at broker, workers, schedule, mail and dead letters."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import kombu.exceptions
import redis.exceptions
from celery import current_app
from celery.schedules import BaseSchedule, maybe_schedule, schedule
from django.db.models import Count
from django.utils import timezone

from p2psandbox.platform import health, locks
from p2psandbox.platform.mail.models import OutboxMail
from p2psandbox.platform.tasks.models import DeadLetter, LetterState, TaskRun
from p2psandbox.platform.tasks.periodic import lock_of

#: Seconds a worker has to say that it is there.
PING_SECONDS = 1.5
#: A job that failed so often in a row does not get well by itself.
TOO_MANY_FAILURES = 3
#: Mail that waits longer than this for a first or next try has nobody who sends it.
MAIL_OVERDUE = timedelta(minutes=20)
_BROKER_ERRORS = (kombu.exceptions.OperationalError, redis.exceptions.RedisError, OSError)


@dataclass(frozen=True, slots=True)
class Job:
    """One scheduled job. ``running`` is how many run now (its lock allows one), ``result`` how the last one ended."""

    name: str
    task: str
    schedule: str
    running: int
    result: str
    last_run_at: datetime | None
    last_success_at: datetime | None
    last_failure_at: datetime | None
    last_error: str
    duration_ms: int | None
    failures_in_a_row: int
    overlaps: int
    next_run_at: datetime
    late: bool


@dataclass(frozen=True, slots=True)
class Mail:
    """The outbox: how many wait, how many of those were tried already or are overdue, are held or were given up."""

    waiting: int
    delayed: int
    overdue: int
    held: int
    given_up_last_day: int


@dataclass(slots=True)
class Status:
    """Everything at one moment. ``problems`` are sentences; with one of them somebody has to look."""

    broker: str
    workers: list[str]
    queues: dict[str, int]
    jobs: list[Job]
    mail: Mail
    dead_letters: dict[str, int]
    problems: list[str] = field(default_factory=list)


def status() -> Status:
    """Look at everything; a broker that is away costs a few seconds and is said, a catalogue that is away raises."""
    broker = health.examine("broker").status
    found = Status(
        broker=broker,
        workers=_workers() if broker == "ok" else [],
        queues=queues() if broker == "ok" else {},
        jobs=scheduled_jobs(),
        mail=mail(),
        dead_letters=dead_letters(),
    )
    found.problems = _problems(found)
    return found


def _workers() -> list[str]:
    try:
        answers = current_app.control.ping(timeout=PING_SECONDS)
    except _BROKER_ERRORS:
        return []
    return sorted(name for answer in answers for name in answer)


def queues() -> dict[str, int]:
    """Return messages that wait, and those workers have taken and not finished (waiting for a retry, too).

    Nothing when the broker does not answer.
    """
    name = current_app.conf.task_default_queue
    try:
        with current_app.connection_for_read() as connection:
            channel = connection.default_channel
            waiting = channel.queue_declare(name, passive=False, durable=True).message_count
            return {name: int(waiting), "taken": int(channel.client.hlen(channel.unacked_key))}
    except _BROKER_ERRORS:
        return {}


def job_names() -> dict[str, str]:
    """Return the schedule: each job's name and its task's."""
    return {name: str(entry["task"]) for name, entry in current_app.conf.beat_schedule.items()}


def scheduled_jobs() -> list[Job]:
    """Return every job of the schedule with what its heartbeat says."""
    entries: Mapping[str, Mapping[str, Any]] = current_app.conf.beat_schedule
    beats = {run.job: run for run in TaskRun.objects.filter(job__in=job_names().values())}
    running = locks.held_now(lock_of(task) for task in job_names().values())
    born = min((beat.created_at for beat in beats.values()), default=None)
    return [
        _job(name, entry, beats.get(str(entry["task"])), born, running=lock_of(str(entry["task"])) in running)
        for name, entry in sorted(entries.items())
    ]


def _job(name: str, entry: Mapping[str, Any], beat: TaskRun | None, born: datetime | None, *, running: bool) -> Job:
    when: BaseSchedule = maybe_schedule(entry["schedule"])
    beat = beat or TaskRun(job=str(entry["task"]))
    return Job(
        name=name,
        task=beat.job,
        schedule=_in_words(when),
        running=int(running),
        result=_result(beat),
        last_run_at=beat.last_started_at,
        last_success_at=beat.last_success_at,
        last_failure_at=beat.last_failure_at,
        last_error=beat.last_error,
        duration_ms=beat.last_duration_ms,
        failures_in_a_row=beat.failures_in_a_row,
        overlaps=beat.overlaps,
        next_run_at=_next_run(when, beat.last_started_at),
        late=_is_late(when, beat.last_started_at or born),
    )


def _in_words(when: BaseSchedule) -> str:
    if isinstance(when, schedule):
        return f"every {when.run_every.total_seconds():.0f} s"
    return f"at {int(when._orig_hour):02d}:{int(when._orig_minute):02d} UTC"


def _result(beat: TaskRun) -> str:
    if beat.last_success_at is None and beat.last_failure_at is None:
        return ""
    return "failed" if beat.failures_in_a_row else "ok"


def _next_run(when: BaseSchedule, last: datetime | None) -> datetime:
    """Return when the clock will hand it out next, as far as the last run tells; at once when that time has gone by."""
    now = timezone.now()
    remaining: timedelta = when.remaining_estimate(last or now)
    return (now + max(remaining, timedelta()) + timedelta(seconds=0.5)).replace(microsecond=0)


def _is_late(when: BaseSchedule, last: datetime | None) -> bool:
    """Say whether a run is missing: three periods of a frequent job and a minute, an hour of a nightly one.

    ``last`` is its last run, or when the first job of all ran; with neither there is no schedule at work at all.
    """
    if last is None:
        return False
    if isinstance(when, schedule):
        return bool(timezone.now() - last > 3 * when.run_every + timedelta(minutes=1))
    return bool(when.remaining_estimate(last) < -timedelta(hours=1))


def mail() -> Mail:
    """Count the outbox by state."""
    now = timezone.now()
    unsent = OutboxMail.objects.filter(sent_at__isnull=True, given_up_at__isnull=True)
    waiting = unsent.filter(held_at__isnull=True)
    return Mail(
        waiting=waiting.count(),
        delayed=waiting.filter(attempts__gt=0).count(),
        overdue=waiting.filter(next_try_at__lt=now - MAIL_OVERDUE).count(),
        held=unsent.filter(held_at__isnull=False).count(),
        given_up_last_day=OutboxMail.objects.filter(given_up_at__gte=now - timedelta(days=1)).count(),
    )


def dead_letters() -> dict[str, int]:
    """Count the open dead letters of each task."""
    rows = DeadLetter.objects.filter(state=LetterState.OPEN).order_by("task").values("task").annotate(n=Count("id"))
    return {row["task"]: row["n"] for row in rows}


def _problems(found: Status) -> list[str]:
    checks: list[tuple[bool, Callable[[], str]]] = [
        (found.broker != "ok", lambda: "The broker does not answer; work waits in the stores until it is back."),
        (found.broker == "ok" and not found.workers, lambda: "No worker answers; start one."),
        (all(job.last_run_at is None for job in found.jobs), lambda: "No job has run yet; start beat."),
        (
            found.mail.overdue > 0,
            lambda: f"{found.mail.overdue} mails should have gone out more than 20 minutes ago.",
        ),
        (
            bool(found.dead_letters),
            lambda: f"{sum(found.dead_letters.values())} dead letters wait in Django admin: run again or dismiss.",
        ),
    ]
    problems = [say() for wrong, say in checks if wrong]
    for job in found.jobs:
        if job.late and not job.running:
            problems.append(f"{job.name} is late; is beat running?")
        if job.failures_in_a_row >= (TOO_MANY_FAILURES if job.schedule.startswith("every") else 1):
            problems.append(f"{job.name} failed {job.failures_in_a_row} times in a row: {job.last_error}")
    return problems
