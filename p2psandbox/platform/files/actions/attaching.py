"""Marking what a file belongs to. The caller has authorised the act on that thing; here only the files are judged."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from p2psandbox.platform.errors import Invalid
from p2psandbox.platform.files import registry
from p2psandbox.platform.files.actions.deleting import mark_deleted
from p2psandbox.platform.files.models import FileStatus, StoredFile
from p2psandbox.platform.permissions import Actor


def attach(
    *, actor: Actor, purpose: str, file_ids: Sequence[UUID], kind: str, subject_id: UUID, field: str = "attachments"
) -> list[StoredFile]:
    """Attach the actor's own ready files to a thing; returns them in the order asked for.

    What is attached to this very thing already stays so, whoever uploaded it. ``kind`` is one that was registered for
    the purpose. Raises ``Invalid`` on ``field`` for anything else: unknown, another person's, not ready, another
    purpose, attached elsewhere. Call it in the transaction that writes the thing.
    """
    subject = registry.subject(kind)
    if subject is None or purpose not in subject.purposes:
        raise LookupError(f"{kind} is not registered for {purpose}")
    with transaction.atomic():
        rows = StoredFile.objects.select_for_update().filter(pk__in=file_ids, purpose=purpose).order_by("pk")
        found = {file.pk: file for file in rows}
        wanted = [found.get(file_id) for file_id in dict.fromkeys(file_ids)]
        taken = [file for file in wanted if file is not None and _may_attach(actor, file, kind, subject_id)]
        if len(taken) != len(wanted):
            raise Invalid({field: _("Upload this file again: it is not there any more, or not finished.")})
        new = [file for file in taken if not file.is_attached]
        for file in new:
            file.attached_kind, file.attached_id, file.attached_at = kind, subject_id, timezone.now()
        StoredFile.objects.bulk_update(new, ["attached_kind", "attached_id", "attached_at"])
    return taken


def _may_attach(actor: Actor, file: StoredFile, kind: str, subject_id: UUID) -> bool:
    if file.status != FileStatus.READY:
        return False
    if file.is_attached:
        return (file.attached_kind, file.attached_id) == (kind, subject_id)
    return file.owner_id == actor.id


def replace(
    *, actor: Actor, purpose: str, file_ids: Sequence[UUID], kind: str, subject_id: UUID, field: str = "file"
) -> list[StoredFile]:
    """Attach these files and delete all others of this purpose from the thing: a new avatar, a new set of media."""
    with transaction.atomic():
        taken = attach(actor=actor, purpose=purpose, file_ids=file_ids, kind=kind, subject_id=subject_id, field=field)
        delete_attached(kind=kind, subject_id=subject_id, purpose=purpose, but=[file.pk for file in taken])
    return taken


def delete_attached(*, kind: str, subject_id: UUID, purpose: str = "", but: Sequence[UUID] = ()) -> int:
    """Delete what is attached to a thing (of one purpose, but for some); returns how many. Authorise first."""
    with transaction.atomic():
        rows = StoredFile.objects.select_for_update().filter(
            attached_kind=kind, attached_id=subject_id, status=FileStatus.READY
        )
        if purpose:
            rows = rows.filter(purpose=purpose)
        files = list(rows.exclude(pk__in=but).order_by("pk"))
        for file in files:
            mark_deleted(file)
    return len(files)
