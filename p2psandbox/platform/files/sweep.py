"""The nightly sweep: unfinished uploads, files nobody attached, objects without rows, rows without objects."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import islice

from django.db import transaction
from django.utils import timezone

from p2psandbox.platform.drafts.queries import files_of_drafts
from p2psandbox.platform.files import keys
from p2psandbox.platform.files.actions.deleting import erase, mark_deleted
from p2psandbox.platform.files.models import FileStatus, StoredFile
from p2psandbox.platform.files.storage import store
from p2psandbox.platform.files.storage.base import Object
from p2psandbox.platform.logging import getLogger

log = getLogger(__name__)

#: How long a ready file may wait for the thing it belongs to, and an object for its row. What a draft names waits
#: as long as the draft.
GRACE = timedelta(days=1)
#: How long a row says that there was a file.
REMEMBERED = timedelta(days=30)
_BATCH = 1000


@dataclass
class Swept:
    """What was found (and, unless only looking, removed). ``rows_without_objects`` are only reported."""

    expired: int = 0
    unattached: int = 0
    erased: int = 0
    forgotten: int = 0
    unfinished_uploads: int = 0
    objects_without_rows: int = 0
    rows_without_objects: list[str] = field(default_factory=list)


def sweep(*, dry_run: bool = False) -> Swept:
    """Look through rows and store; with ``dry_run`` only count. Raises ``Unavailable`` when the store is down."""
    found = Swept()
    _expired(found, dry_run)
    _unattached(found, dry_run)
    _erase(found, dry_run)
    _forget(found, dry_run)
    _unfinished(found, dry_run)
    _objects(found, dry_run)
    log.info("files_swept", dry_run=dry_run, **{**vars(found), "rows_without_objects": len(found.rows_without_objects)})
    for file_id in found.rows_without_objects:
        log.error("file_bytes_missing", file_id=file_id)
    return found


def _expired(found: Swept, dry_run: bool) -> None:
    rows = StoredFile.objects.filter(status=FileStatus.UPLOADING, expires_at__lt=timezone.now())
    found.expired = rows.count()
    if not dry_run:
        rows.update(status=FileStatus.FAILED, error_code="expired", updated_at=timezone.now())


def _unattached(found: Swept, dry_run: bool) -> None:
    rows = StoredFile.objects.filter(
        status=FileStatus.READY, attached_at__isnull=True, ready_at__lt=timezone.now() - GRACE
    ).exclude(pk__in=files_of_drafts())
    found.unattached = rows.count()
    if dry_run:
        return
    for file_id in list(rows.values_list("id", flat=True)):
        with transaction.atomic():
            # Looked at again under its lock: it may have been attached this moment.
            file = rows.select_for_update().filter(pk=file_id).first()
            if file is not None:
                mark_deleted(file)


def _erase(found: Swept, dry_run: bool) -> None:
    rows = StoredFile.objects.filter(status__in=(FileStatus.DELETED, FileStatus.FAILED), erased_at__isnull=True)
    ids = list(rows.values_list("id", flat=True))
    found.erased = len(ids) if dry_run else sum(erase(file_id) for file_id in ids)


def _forget(found: Swept, dry_run: bool) -> None:
    rows = StoredFile.objects.filter(erased_at__lt=timezone.now() - REMEMBERED)
    found.forgotten = rows.count()
    if not dry_run:
        rows.delete()


def _unfinished(found: Swept, dry_run: bool) -> None:
    """Uploads in parts that no row waits for, and what a process was writing when it ended."""
    place, before = store(), timezone.now() - GRACE
    waiting = StoredFile.objects.filter(status__in=(FileStatus.UPLOADING, FileStatus.CHECKING))
    wanted = set(waiting.values_list("key", flat=True))
    for upload in list(place.unfinished()):
        if upload.begun < before and upload.key.rpartition("/")[2] not in wanted:
            found.unfinished_uploads += 1
            if not dry_run:
                place.abort(upload)


def _objects(found: Swept, dry_run: bool) -> None:
    """Compare store and rows both ways. What is younger than a day may be on its way and is left alone."""
    place, before = store(), timezone.now() - GRACE
    there: set[str] = set()
    for folder in keys.FOLDERS:
        for batch in _batches(place.objects(folder)):
            names = {one.key: keys.name_in(one.key) for one in batch}
            alive = _alive(folder, set(names.values()))
            there.update(one.key for one in batch if names[one.key] in alive)
            orphans = [one.key for one in batch if names[one.key] not in alive and one.modified < before]
            found.objects_without_rows += len(orphans)
            if orphans and not dry_run:
                place.delete(orphans)
    ready = StoredFile.objects.filter(status=FileStatus.READY, ready_at__lt=before)
    for file_id, key in ready.values_list("id", "key").iterator(_BATCH):
        if keys.kept(key) not in there:
            found.rows_without_objects.append(str(file_id))


def _alive(folder: str, names: set[str]) -> set[str]:
    """Return those names that a row still stands for."""
    column = "public_key" if folder == keys.PUBLIC else "key"
    rows = StoredFile.objects.filter(**{f"{column}__in": names}, erased_at__isnull=True)
    if folder == keys.INCOMING:
        rows = rows.exclude(status=FileStatus.READY)
    return set(rows.values_list(column, flat=True))


def _batches(objects: Iterator[Object]) -> Iterator[list[Object]]:
    while batch := list(islice(objects, _BATCH)):
        yield batch
