"""Burying work that gave up, and what a moderator decides about it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import kombu.exceptions
import redis.exceptions
from celery import current_app
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from p2psandbox.platform.errors import Conflict, NotFound, Unavailable
from p2psandbox.platform.logging import getLogger
from p2psandbox.platform.permissions import Actor, Permission, require
from p2psandbox.platform.tasks.models import DeadLetter, LetterState

log = getLogger(__name__)


def bury(
    *,
    task: str,
    arguments: Sequence[str],
    error: str,
    message: str = "",
    request_id: str = "",
    attempts: int = 1,
    first_failed_at: datetime | None = None,
) -> DeadLetter:
    """Record that a task has given up after ``attempts`` tries; one that is open already counts up.

    ``arguments`` are ids; ``error`` and ``message`` come from :mod:`failures` and tell nothing private.
    """
    now = timezone.now()
    last = {"error": error[:120], "message": message[:200], "request_id": request_id[:64], "last_failed_at": now}
    with transaction.atomic():
        letter, new = DeadLetter.objects.get_or_create(
            task=task,
            arguments=list(arguments),
            state=LetterState.OPEN,
            defaults={**last, "first_failed_at": first_failed_at or now, "attempts": attempts},
        )
        if not new:
            DeadLetter.objects.filter(pk=letter.pk).update(
                **last, attempts=F("attempts") + attempts, updated_at=timezone.now()
            )
    log.error("task_given_up", task=task, arguments=list(arguments), error=error, attempts=attempts, new=new)
    return letter


def settle(*, task: str, arguments: Sequence[str]) -> None:
    """Close the open dead letter of work that has succeeded after all, if there is one."""
    now = timezone.now()
    DeadLetter.objects.filter(task=task, arguments=list(arguments), state=LetterState.OPEN).update(
        state=LetterState.RETRIED, settled_at=now, updated_at=now
    )


def run_again(*, actor: Actor, letter_id: UUID) -> None:
    """Hand buried work to the workers once more; if it gives up again, it is buried anew.

    Raises ``Forbidden``, ``NotFound``, ``Conflict`` when somebody has settled it or there is no such task any
    more, ``Unavailable`` when the broker is away: then it stays open.
    """
    with transaction.atomic():
        letter = _open_letter(actor, letter_id)
        work = current_app.tasks.get(letter.task)
        if work is None:
            raise Conflict(_("There is no such task any more. Dismiss this."), code="unknown_task")
        _settle(letter, actor, LetterState.RETRIED)
        # Before the commit: should the broker be away, the letter stays open. A worker that is faster than the
        # commit waits for this row's lock where it matters.
        try:
            if work.before_again is not None:
                work.before_again(*letter.arguments)
            work.apply_async(letter.arguments)
        except (kombu.exceptions.OperationalError, redis.exceptions.RedisError, OSError) as error:
            raise Unavailable from error
    log.info("dead_letter_run_again", letter_id=str(letter_id), task=letter.task, actor_id=str(actor.id))


def dismiss(*, actor: Actor, letter_id: UUID) -> None:
    """Say that buried work needs no doing. Raises ``Forbidden``, ``NotFound``, ``Conflict`` when it is settled."""
    with transaction.atomic():
        letter = _open_letter(actor, letter_id)
        _settle(letter, actor, LetterState.DISMISSED)
    log.info("dead_letter_dismissed", letter_id=str(letter_id), task=letter.task, actor_id=str(actor.id))


def _open_letter(actor: Actor, letter_id: UUID) -> DeadLetter:
    require(actor, Permission.MANAGE_TASKS)
    letter = DeadLetter.objects.select_for_update().filter(pk=letter_id).first()
    if letter is None:
        raise NotFound
    if letter.state != LetterState.OPEN:
        raise Conflict(_("Somebody has settled this already."), code="settled")
    return letter


def _settle(letter: DeadLetter, actor: Actor, state: LetterState) -> None:
    letter.state, letter.settled_at, letter.settled_by_id = state, timezone.now(), actor.id
    letter.save(update_fields=["state", "settled_at", "settled_by", "updated_at"])
