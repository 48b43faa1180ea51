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
    if scope(actor, Permission.DELETE_FILES) is not Scope.ALL:
        seen = queries.visible_file(actor, file_id)
        require(actor, Permission.DELETE_FILES, owner_id=seen.owner_id)
    with transaction.atomic():
        file = StoredFile.objects.select_for_update().filter(pk=file_id).first()
        if file is None or file.status == FileStatus.DELETED:
            raise NotFound
        subject = registry.subject(file.attached_kind)
        if file.is_attached and subject is not None and not subject.owner_may_delete:
            raise Conflict(_("Remove this where it is used."), code="attached")
        mark_deleted(file)
    log.info("file_deleted", file_id=str(file_id), actor_id=str(actor.id))


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
