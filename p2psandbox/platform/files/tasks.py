"""Celery's entry points to files: ids in, one action each, and safe to run twice.

A task may be lost with its broker; ``files.catch_up`` finds what still waits every five minutes.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.utils import timezone

from p2psandbox.platform.files import actions, sweep
from p2psandbox.platform.files.models import FileStatus, RenditionsStatus, StoredFile
from p2psandbox.platform.tasks.base import job, task

#: What waits for longer than this has lost its task.
_LOST = timedelta(minutes=10)
#: What could not be made in a day will not be made.
_HOPELESS = timedelta(days=1)


@task("files.finish")
def finish(file_id: str) -> None:
    """Check a large upload that is complete."""
    actions.finish(UUID(file_id))


@task("files.make_renditions")
def make_renditions(file_id: str) -> None:
    """Make the smaller pictures of a file."""
    actions.render(UUID(file_id))


@task("files.erase")
def erase(file_id: str) -> None:
    """Take the bytes of a deleted or refused file out of the store."""
    actions.erase(UUID(file_id))


@job("files.catch_up")
def catch_up() -> None:
    """Hand out again what waits although its task is gone."""
    now = timezone.now()
    lost = StoredFile.objects.filter(updated_at__lt=now - _LOST)
    for work, rows in (
        (finish, lost.filter(status=FileStatus.CHECKING)),
        (make_renditions, lost.filter(status=FileStatus.READY, renditions_status=RenditionsStatus.PENDING)),
        (erase, lost.filter(status__in=(FileStatus.DELETED, FileStatus.FAILED), erased_at__isnull=True)),
    ):
        for file_id in rows.values_list("id", flat=True)[:500]:
            work.delay(str(file_id))
    hopeless = StoredFile.objects.filter(renditions_status=RenditionsStatus.PENDING, ready_at__lt=now - _HOPELESS)
    hopeless.update(renditions_status=RenditionsStatus.FAILED, updated_at=now)


@job("files.sweep", retries=5, minutes=50)
def sweep_files() -> None:
    """Each night: remove what nobody needs any more, and report what should not be."""
    sweep.sweep()
