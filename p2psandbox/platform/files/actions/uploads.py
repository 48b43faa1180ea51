"""Uploads in parts: announce, send parts in any order, complete."""

from __future__ import annotations

import math
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from p2psandbox.platform.errors import Conflict, Invalid, NotFound, NotSignedIn, ProductError, TooMany, Unavailable
from p2psandbox.platform.files import keys, processing, registry
from p2psandbox.platform.files.actions.announcing import Announced, announced, checked_sha256
from p2psandbox.platform.files.actions.limits import reserve
from p2psandbox.platform.files.models import FileStatus, Part, Rendition, RenditionsStatus, StoredFile
from p2psandbox.platform.files.rejected import Rejected, error_of
from p2psandbox.platform.files.storage import Missing, store
from p2psandbox.platform.files.storage.local import LocalStore
from p2psandbox.platform.files.transfers import let_the_connection_go
from p2psandbox.platform.idempotency import once
from p2psandbox.platform.logging import getLogger
from p2psandbox.platform.permissions import Actor

log = getLogger(__name__)

#: Unfinished uploads one person may have at a time.
MOST_UNFINISHED = 100
#: S3 takes no more parts of one object.
MOST_PARTS = 10_000


def begin(*, actor: Actor, purpose: str, name: str, size: int, content_type: str = "", key: str = "") -> StoredFile:
    """Announce a file of ``size`` bytes and reserve room for it; returns its row, ready to take parts.

    ``key`` is the caller's idempotency key. Raises as :func:`announcing.announced`, ``Conflict("quota_exceeded")``,
    ``TooMany`` with 100 uploads unfinished, ``Unavailable`` when the store is down; then nothing is kept.
    """
    found = announced(actor=actor, purpose=purpose, name=name, content_type=content_type, size=size)
    file_id, _new = once(actor=actor, kind="files.upload", key=key, make=lambda: _begin(found))
    return StoredFile.objects.get(pk=file_id)


def _begin(found: Announced) -> UUID:
    unfinished = StoredFile.objects.filter(owner_id=found.actor.id, status=FileStatus.UPLOADING)
    if unfinished.count() >= MOST_UNFINISHED:
        raise TooMany(_("Finish or remove some of your uploads first."), retry_after=600)
    registry.take_turn(found.actor, found.purpose)
    part_size = max(settings.FILES_PART_BYTES, math.ceil(found.size / MOST_PARTS))
    expires_at = timezone.now() + timedelta(hours=settings.FILES_UPLOAD_HOURS)
    file = found.as_row(part_size=part_size, expires_at=expires_at)
    place = store()
    file.upload_id = place.begin(file.arrives_at, found.kind.content_type)
    try:
        with transaction.atomic():
            reserve(file.organization_id, file.declared_size)
            file.save(force_insert=True)
    except Exception:
        with suppress(ProductError):  # the sweep aborts what cannot be aborted now
            place.forget_parts(file, file.arrives_at)
        raise
    log.info("upload_begun", file_id=str(file.id), purpose=file.purpose, kind=found.kind.name, size=found.size)
    return file.id


def receive_part(*, file_id: UUID, number: int, read: Callable[[int], bytes], length: int, md5: str = "") -> None:
    """Take one part into the local folder, from whoever holds its signed address; sent twice, the later one counts.

    ``read(n)`` returns at most n bytes, none at the end; ``md5`` is base64 as in ``Content-MD5``, or empty. Raises
    ``NotFound``, ``Conflict`` when the upload is over, ``Invalid`` for another size than the part has or another
    checksum. A part that does not come whole leaves nothing.
    """
    place = store()
    file = StoredFile.objects.filter(pk=file_id).first()
    if file is None or not isinstance(place, LocalStore) or not (size := file.size_of_part(number)):
        raise NotFound
    _still_open(file)
    if length != size:
        raise Invalid({"size": _("This part has %(size)d bytes.") % {"size": size}}, code="wrong_size")
    let_the_connection_go()

    with place.part_aside(read, size) as part:
        if part is None:
            raise Invalid({"size": _("The part was cut off. Send it again.")}, code="cut_off")
        if md5 and md5 != part.md5:
            raise Invalid({"md5": _("The part changed on the way. Send it again.")}, code="wrong_checksum")
        with transaction.atomic():  # the row and the file in its place appear under one lock
            _still_open(StoredFile.objects.select_for_update().get(pk=file_id))
            values = {"size": size, "sha256": part.sha256, "received_at": timezone.now()}
            Part.objects.update_or_create(file_id=file_id, number=number, defaults=values)
            place.keep_part(part, file, number)


def _still_open(file: StoredFile) -> None:
    if file.status != FileStatus.UPLOADING or (file.expires_at and file.expires_at < timezone.now()):
        raise Conflict(_("This upload is over. Begin a new one."), code="upload_over")


def complete(*, actor: Actor, file_id: UUID, sha256: str = "") -> StoredFile:
    """Say that all parts are sent; the file is checked and becomes ready.

    A large one is checked in the background and comes back as ``checking``. Asked again, answers alike. Raises
    ``NotFound``, ``Invalid`` (400) or ``Unsupported`` (415) with what is wrong: parts that are missing may be sent
    still, anything else ends the upload. ``Unavailable``: nothing is lost, ask again.
    """
    expected = checked_sha256(sha256)
    if not actor.is_signed_in:
        raise NotSignedIn
    with transaction.atomic():
        file = StoredFile.objects.select_for_update().filter(pk=file_id, owner_id=actor.id).first()
        if file is None or file.status == FileStatus.DELETED:
            raise NotFound
        if file.status in (FileStatus.READY, FileStatus.CHECKING):
            return file
        if file.status == FileStatus.FAILED:
            raise error_of(file.error_code)
        _all_parts_are_here(file)
        file.status, file.expected_sha256 = FileStatus.CHECKING, expected
        file.save(update_fields=["status", "expected_sha256", "updated_at"])
        if file.declared_size > settings.FILES_INLINE_BYTES:
            _later(file.id)
            return file
    return finish_now(file.id)


def _all_parts_are_here(file: StoredFile) -> None:
    try:
        there = {part.number: part.size for part in store().received(file)}
    except Missing:
        if store().size(file.arrives_at) is not None:
            return  # put together by an earlier try; its size is looked at with the rest
        there = {}
    missing = [number for number in range(1, file.part_count + 1) if there.get(number) != file.size_of_part(number)]
    if missing:
        shown = ", ".join(map(str, missing[:20])) + ("…" if len(missing) > 20 else "")
        text = _("Send these parts, then complete again: %(parts)s.") % {"parts": shown}
        raise Invalid({"parts": text}, code="parts_missing")


def finish_now(file_id: UUID) -> StoredFile:
    """Check a file within the request; a store that is down leaves the upload as it was."""
    try:
        file = finish(file_id)
    except Unavailable:
        StoredFile.objects.filter(pk=file_id, status=FileStatus.CHECKING).update(status=FileStatus.UPLOADING)
        raise
    if file.status == FileStatus.FAILED:
        raise error_of(file.error_code)
    return file


def finish(file_id: UUID) -> StoredFile:
    """Check a complete upload; returns its row. Done twice, or by two at the same time, it is recorded once.

    No lock is held while the bytes are read: whoever deletes the file meanwhile need not wait.
    """
    file = StoredFile.objects.get(pk=file_id)
    if file.status != FileStatus.CHECKING:
        return file
    made: list[Rendition] = []
    try:
        made = processing.process(file)
    except Rejected as rejected:
        file.status, file.error_code = FileStatus.FAILED, rejected.code
    with transaction.atomic():
        if (now := StoredFile.objects.select_for_update().get(pk=file_id)).status != FileStatus.CHECKING:
            return _too_late(now, file)
        file.save(update_fields=processing.FOUND)
        _record(made)
        file.parts.all().delete()
        if file.status == FileStatus.FAILED:
            log.info("file_refused", file_id=str(file.id), purpose=file.purpose, code=file.error_code)
            _after(file.id, "erase")
        else:
            log.info("file_ready", file_id=str(file.id), purpose=file.purpose, kind=file.kind, size=file.bytes)
            transaction.on_commit(lambda: _tidy(file), robust=True)
            if file.renditions_status == RenditionsStatus.PENDING:
                _after(file.id, "make_renditions")
    return file


def _too_late(now: StoredFile, file: StoredFile) -> StoredFile:
    """Somebody else was faster; of a file deleted meanwhile, take away what was written after its bytes were erased."""
    if now.status == FileStatus.DELETED:
        store().delete(processing.all_keys(file))
    return now


def _record(made: list[Rendition]) -> None:
    """Write the rows of renditions; those made before are written anew."""
    for row in made:
        Rendition.objects.filter(file=row.file, name=row.name, format=row.format).delete()
    Rendition.objects.bulk_create(made)


def _tidy(file: StoredFile) -> None:
    """Drop what only the upload needed; whatever fails here is left to the sweep."""
    place = store()
    place.forget_parts(file, file.arrives_at)
    if file.arrives_at != keys.kept(file.key):
        place.delete([file.arrives_at])


def render(file_id: UUID) -> bool:
    """Make the pictures of a file that waits for them; returns whether they are there now because of it."""
    waiting = StoredFile.objects.filter(pk=file_id, status=FileStatus.READY, renditions_status=RenditionsStatus.PENDING)
    file = waiting.first()
    if file is None:
        return False
    made: list[Rendition] = []
    outcome = RenditionsStatus.READY
    try:
        made = processing.make_renditions(file)
    except (Rejected, Missing) as error:
        outcome = RenditionsStatus.FAILED
        log.error("renditions_failed", file_id=str(file.id), error=str(error))
    with transaction.atomic():
        if waiting.select_for_update().first() is None:
            _too_late(StoredFile.objects.get(pk=file_id), file)
            return False
        _record(made)
        waiting.update(renditions_status=outcome, updated_at=timezone.now())
    return outcome == RenditionsStatus.READY


def render_again(*, file_id: UUID) -> bool:
    """Try once more to make the pictures of a file for which it failed; returns whether there was anything to try.

    The caller has authorised it.
    """
    failed = StoredFile.objects.filter(pk=file_id, status=FileStatus.READY, renditions_status=RenditionsStatus.FAILED)
    if not failed.update(renditions_status=RenditionsStatus.PENDING, updated_at=timezone.now()):
        return False
    _after(file_id, "make_renditions")
    return True


def _later(file_id: UUID) -> None:
    _after(file_id, "finish")


def _after(file_id: UUID, task: str) -> None:
    """Hand a file to a task once the transaction commits; a broker that is down costs time only, see ``tasks.py``."""
    from p2psandbox.platform.files import tasks  # the tasks call these actions

    transaction.on_commit(lambda: getattr(tasks, task).delay(str(file_id)), robust=True)
