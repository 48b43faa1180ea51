"""Deleting: the row says so at once, the bytes go after the commit."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from p2psandbox.platform.errors import Conflict, NotFound
from p2psandbox.platform.files import processing, queries, registry
from p2psandbox.platform.files.models import FileStatus, StoredFile
from p2psandbox.platform.files.storage import store
from p2psandbox.platform.logging import getLogger
from p2psandbox.platform.permissions import Actor, Permission, Scope, require, scope

log = getLogger(__name__)


def delete_file(*, actor: Actor, file_id: UUID) -> None:
    """Delete a file: its owner, and a moderator any.

    Raises ``NotFound``, ``Forbidden``, and ``Conflict("attached")`` where only the thing it belongs to gives it up.
    """
    moderates = scope(actor, Permission.DELETE_FILES) is Scope.ALL
    if not moderates:
        seen = queries.visible_file(actor, file_id)
        require(actor, Permission.DELETE_FILES, owner_id=seen.owner_id)
    with transaction.atomic():
        file = StoredFile.objects.filter(pk=file_id).exclude(status=FileStatus.DELETED).first()
        if file is None:
            raise NotFound
        _let_go(file, moderates=moderates)
        locked = StoredFile.objects.select_for_update().get(pk=file_id)
        if locked.status == FileStatus.DELETED:
            raise NotFound
        mark_deleted(locked)
    log.info("file_deleted", file_id=str(file_id), actor_id=str(actor.id))


def _let_go(file: StoredFile, *, moderates: bool) -> None:
    """Have the thing a file belongs to give it up: before the file is locked, as the thing's own actions do."""
    subject = registry.subject(file.attached_kind)
    if not file.is_attached or subject is None or subject.owner_may_delete:
        return
    if not moderates or subject.taken_away is None:
        raise Conflict(_("Remove this where it is used."), code="attached")
    subject.taken_away(file)


def mark_deleted(file: StoredFile) -> None:
    """Mark one locked file deleted and have its bytes erased after the commit."""
    from p2psandbox.platform.files import tasks  # the tasks call these actions

    file.status, file.deleted_at = FileStatus.DELETED, timezone.now()
    file.save(update_fields=["status", "deleted_at", "updated_at"])
    transaction.on_commit(lambda: tasks.erase.delay(str(file.pk)), robust=True)


def erase(file_id: UUID) -> bool:
    """Take the bytes of a deleted or refused file out of the store, and its name out of the catalogue.

    Done again, does nothing. Returns whether it was done now; raises ``Unavailable`` when the store is down.
    """
    with transaction.atomic():
        gone = StoredFile.objects.select_for_update()
        file = gone.filter(
            pk=file_id, status__in=(FileStatus.DELETED, FileStatus.FAILED), erased_at__isnull=True
        ).first()
        if file is None:
            return False
        place = store()
        place.forget_parts(file, file.arrives_at)
        place.delete(processing.all_keys(file))
        file.renditions.all().delete()
        file.parts.all().delete()
        file.erased_at = timezone.now()
        file.name = "" if file.status == FileStatus.DELETED else file.name
        file.save(update_fields=["erased_at", "name", "updated_at"])
    return True
