"""The base of every task: acknowledged late, tried again when that may help, buried when nothing helps.

A task takes ids and returns nothing. What it does may be done twice: a worker can be killed at any line, and the
next one finds the work again. ::

    @task("files.erase")
    def erase(file_id: str) -> None:
        actions.erase(UUID(file_id))
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any, NoReturn

import django.db
import kombu.exceptions
import redis.exceptions
from billiard.exceptions import TimeLimitExceeded, WorkerLostError
from celery import Task, shared_task
from celery.exceptions import Ignore, Reject, Retry
from celery.signals import task_failure
from django.db import transaction
from django.utils import timezone

from p2psandbox.platform.errors import Unavailable
from p2psandbox.platform.logging import getLogger, request_id
from p2psandbox.platform.tasks import actions, periodic
from p2psandbox.platform.tasks.failures import can_pass, describe, kind_of

log = getLogger(__name__)

#: UUIDs and numbers: nothing that could be private.
_ID = re.compile(r"[0-9a-f-]{1,36}")
_FIRST_FAILURE = "first_failed_at"
#: For work that cannot even be buried because the catalogue is away: it stays in the queue until it is back.
_ENDLESS = 1_000_000


class HouseTask(Task):  # type: ignore[misc]  # celery ships no types
    """See the module. ``max_retries`` tries follow the first, after ``first_wait`` seconds, then twice that, …"""

    abstract = True
    acks_late = True
    reject_on_worker_lost = True
    retry_on_worker_lost = True  # counts: work that kills its worker each time is buried as well
    ignore_result = True
    max_retries = 8
    first_wait = 5.0
    longest_wait = 600.0
    default_retry_delay = 5
    soft_time_limit: int | None = 540  # seconds; raises in the task, a minute before its process is killed
    #: Called with the ids when a person has the work run again.
    before_again: Callable[..., None] | None = None
    #: A scheduled job comes round again by itself, so an error that passes does not bury it.
    is_job = False

    def apply_async(self, args: Any = None, kwargs: Any = None, *more: Any, **options: Any) -> Any:
        """Hand the work to the workers; raises ``ValueError`` for arguments that are no ids."""
        if kwargs or not all(isinstance(one, str) and _ID.fullmatch(one) for one in args or ()):
            raise ValueError(f"{self.name} takes ids as positional strings only")
        return super().apply_async(args, kwargs, *more, **options)

    def __call__(self, *args: Any, **kwargs: Any) -> None:
        if self.request.called_directly:
            self.run(*args, **kwargs)
            return
        try:
            self.run(*args)
        except (Retry, Ignore, Reject):
            raise
        except Exception as error:  # whatever it is, it ends in a row that somebody sees
            self._failed(error, args)
        try:
            actions.settle(task=self.name, arguments=args)
        except django.db.Error as error:
            log.warning("dead_letter_not_settled", task=self.name, error=kind_of(error))

    def _failed(self, error: Exception, args: tuple[str, ...]) -> NoReturn:
        passing = can_pass(error)
        first = self.request.get(_FIRST_FAILURE) or timezone.now().isoformat()
        again = {"exc": error, "headers": {**(self.request.headers or {}), _FIRST_FAILURE: first}}
        if passing and self.request.retries < self.max_retries:
            raise self.retry(countdown=self._wait(), **again)
        if passing and self.is_job:
            raise error
        try:
            actions.bury(
                task=self.name,
                arguments=args,
                error=kind_of(error),
                message=describe(error),
                request_id=request_id(),
                attempts=self.request.retries + 1,
                first_failed_at=datetime.fromisoformat(first),
            )
        except (django.db.OperationalError, django.db.InterfaceError):
            raise self.retry(countdown=self._wait(), max_retries=_ENDLESS, **again) from error
        raise error

    def _wait(self) -> float:
        """Seconds until the next try: twice as long each time, a quarter more or less so that not all come at once."""
        wait = min(self.first_wait * 2 ** min(self.request.retries, 30), self.longest_wait)
        return float(wait * random.uniform(0.75, 1.25))  # noqa: S311 -- spreads load, no secret


def task(
    name: str,
    *,
    retries: int = 8,
    first_wait: float = 5.0,
    longest_wait: float = 600.0,
    before_again: Callable[..., None] | None = None,
) -> Callable[[Callable[..., None]], HouseTask]:
    """Make a function of ids a task; waits are seconds. With the defaults the last try is some 20 minutes later.

    ``before_again`` is called with the ids when a moderator has buried work run again.
    """

    def decorate(function: Callable[..., None]) -> HouseTask:
        made: HouseTask = shared_task(
            name=name,
            base=HouseTask,
            max_retries=retries,
            first_wait=first_wait,
            longest_wait=longest_wait,
            before_again=before_again and staticmethod(before_again),
        )(function)
        return made

    return decorate


def job(name: str, *, retries: int = 0, minutes: int = 10) -> Callable[[Callable[[], None]], HouseTask]:
    """Make a function a scheduled job: one run at a time, each leaving its heartbeat (see :mod:`periodic`).

    One that comes round every few minutes needs no retries; a nightly one does. ``minutes`` is the longest it may
    take, below the hour after which the broker takes its worker for lost.
    """

    def decorate(function: Callable[[], None]) -> HouseTask:
        made: HouseTask = shared_task(
            name=name,
            base=HouseTask,
            max_retries=retries,
            first_wait=60.0,
            is_job=True,
            time_limit=60 * minutes,
            soft_time_limit=60 * (minutes - 1),
        )(periodic.one_at_a_time(name, function))
        return made

    return decorate


def hand_over(work: Task, *ids: Any) -> None:
    """Hand over work now; raises ``Unavailable`` when the broker is away."""
    try:
        work.delay(*map(str, ids))
    except (kombu.exceptions.OperationalError, redis.exceptions.RedisError) as error:
        raise Unavailable from error


def after_commit(work: HouseTask, *ids: Any) -> None:
    """Hand over work once the present transaction commits.

    A broker that is away fails no act that is committed: what gets lost here, the owner's periodic scan finds.
    """
    transaction.on_commit(lambda: work.delay(*map(str, ids)), robust=True)


@task_failure.connect(weak=False)  # type: ignore[untyped-decorator]  # celery ships no types
def _bury_what_was_killed(sender: Any = None, exception: Any = None, args: Any = None, **_more: Any) -> None:
    """In the worker's main process: the one that worked is dead and could bury nothing itself."""
    if isinstance(sender, HouseTask) and isinstance(exception, (WorkerLostError, TimeLimitExceeded)):
        context = getattr(sender.request, "__django_structlog__", None) or {}
        said = [sender.name, list(args or ()), kind_of(exception), str(context.get("request_id", ""))]
        bury_killed.apply_async(said)


@shared_task(name="tasks.bury_killed", acks_late=True, ignore_result=True)  # type: ignore[untyped-decorator]  # no types
def bury_killed(name: str, arguments: list[str], error: str, request: str) -> None:
    """Record work that killed its process or ran out of time; the main process must not speak to the catalogue."""
    actions.bury(task=name, arguments=arguments, error=error, request_id=request, attempts=HouseTask.max_retries + 1)
