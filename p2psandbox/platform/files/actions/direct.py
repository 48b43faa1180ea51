"""A file in one go: what a form without JavaScript sends, under the same checks."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import IO
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from p2psandbox.platform.files import registry
from p2psandbox.platform.files.actions.announcing import announced
from p2psandbox.platform.files.actions.limits import reserve
from p2psandbox.platform.files.actions.uploads import finish
from p2psandbox.platform.files.models import FileStatus, StoredFile
from p2psandbox.platform.files.rejected import error_of
from p2psandbox.platform.files.storage import store as place_of_bytes
from p2psandbox.platform.files.storage.base import CHUNK
from p2psandbox.platform.permissions import Actor


def store(*, actor: Actor, purpose: str, name: str, stream: IO[bytes], content_type: str = "") -> StoredFile:
    """Take a whole file from a stream and check it; returns it ready, attached to nothing yet.

    Raises as :func:`uploads.begin` and :func:`uploads.complete`; then nothing is kept.
    """
    registry.take_turn(actor, purpose)
    with tempfile.NamedTemporaryFile(prefix="p2p-upload-") as copy:
        size = 0
        while chunk := stream.read(CHUNK):
            size += len(chunk)
            # Refuses what is too large before more of it is written.
            announced(actor=actor, purpose=purpose, name=name, content_type=content_type, size=size)
            copy.write(chunk)
        copy.flush()
        found = announced(actor=actor, purpose=purpose, name=name, content_type=content_type, size=size)
        file = found.as_row(status=FileStatus.CHECKING)
        with transaction.atomic():
            reserve(file.organization_id, size)
            file.save(force_insert=True)
        try:
            place_of_bytes().put(file.arrives_at, Path(copy.name), found.kind.content_type)
            finished = finish(file.id)
        except Exception:
            StoredFile.objects.filter(pk=file.id, status=FileStatus.CHECKING).delete()
            raise
    if finished.status == FileStatus.FAILED:
        raise error_of(finished.error_code)
    return finished


def take_posted(
    *, actor: Actor, purpose: str, file_ids: Iterable[str | UUID], uploads: Iterable[UploadedFile[bytes]]
) -> list[UUID]:
    """Return the ids of all files a form sent with ``components/upload.html``, ready to :func:`attach`.

    ``file_ids`` came from the browser's uploader (``request.POST.getlist(name + "_ids")``), ``uploads`` from the
    plain input (``request.FILES.getlist(name)``). Ids that are none are left for :func:`attach` to refuse.
    """
    known = [UUID(str(one)) for one in file_ids if one]
    new = [
        store(
            actor=actor,
            purpose=purpose,
            name=upload.name or "",
            stream=upload.file or upload,
            content_type=upload.content_type or "",
        ).id
        for upload in uploads
    ]
    return known + new
