"""Celery's entry points to files: ids in, one action each, and safe to run twice.

A task may be lost with its broker; ``files.catch_up`` finds what still waits every five minutes.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from celery import shared_task
from django.utils import timezone

from p2psandbox.platform.errors import Unavailable
from p2psandbox.platform.files import actions, sweep
from p2psandbox.platform.files.models import FileStatus, RenditionsStatus, StoredFile

#: A task that met a store that is down is tried again after 5 s, 10 s, 20 s …, each time a little off.
_RETRIES: dict[str, Any] = {
    "autoretry_for": (Unavailable,),
    "retry_backoff": 5,
    "retry_backoff_max": 600,
    "retry_jitter": True,
    "max_retries": 8,
}
#: What waits for longer than this has lost its task.
_LOST = timedelta(minutes=10)
#: What could not be made in a day will not be made.
_HOPELESS = timedelta(days=1)


@shared_task(name="files.finish", **_RETRIES)  # type: ignore[untyped-decorator]  # celery ships no types
def finish(file_id: str) -> None:
    """Check a large upload that is complete."""
    actions.finish(UUID(file_id))


@shared_task(name="files.make_renditions", **_RETRIES)  # type: ignore[untyped-decorator]  # celery ships no types
def make_renditions(file_id: str) -> None:
    """Make the smaller pictures of a file."""
    actions.render(UUID(file_id))


@shared_task(name="files.erase", **_RETRIES)  # type: ignore[untyped-decorator]  # celery ships no types
def erase(file_id: str) -> None:
    """Take the bytes of a deleted or refused file out of the store."""
    actions.erase(UUID(file_id))


@shared_task(name="files.catch_up")  # type: ignore[untyped-decorator]  # celery ships no types
def catch_up() -> None:
    """Hand out again what waits although its task is gone."""
    now = timezone.now()
    lost = StoredFile.objects.filter(updated_at__lt=now - _LOST)
    for task, rows in (
        (finish, lost.filter(status=FileStatus.CHECKING)),
        (make_renditions, lost.filter(status=FileStatus.READY, renditions_status=RenditionsStatus.PENDING)),
        (erase, lost.filter(status__in=(FileStatus.DELETED, FileStatus.FAILED), erased_at__isnull=True)),
    ):
        for file_id in rows.values_list("id", flat=True)[:500]:
            task.delay(str(file_id))
    hopeless = StoredFile.objects.filter(renditions_status=RenditionsStatus.PENDING, ready_at__lt=now - _HOPELESS)
    hopeless.update(renditions_status=RenditionsStatus.FAILED, updated_at=now)


@shared_task(name="files.sweep")  # type: ignore[untyped-decorator]  # celery ships no types
def sweep_files() -> None:
    """Each night: remove what nobody needs any more, and report what should not be."""
    sweep.sweep()
