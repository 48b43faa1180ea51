"""Files as the things that carry them show them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Self
from uuid import UUID

from django.db.models import QuerySet

from p2psandbox.platform.files import queries
from p2psandbox.platform.files.kinds import KINDS, Family
from p2psandbox.platform.files.models import FileStatus, StoredFile


@dataclass(frozen=True, slots=True, kw_only=True)
class Attached:
    """A file under addresses that last: they ask for permission each time, so they may be cached.

    ``thumbnail_url`` is ``None`` for what is no picture. Apps that say more of a file add fields of their own.
    """

    id: UUID
    name: str
    content_type: str
    size: int
    width: int | None
    height: int | None
    url: str
    download_url: str
    thumbnail_url: str | None

    @classmethod
    def of(cls, file: StoredFile, **more: Any) -> Self:
        """Return a file as it is shown; ``more`` are the values of an app's own fields."""
        return cls(
            id=file.id,
            name=file.name,
            content_type=file.content_type,
            size=file.bytes,
            width=file.width,
            height=file.height,
            url=queries.permanent_url(file),
            download_url=queries.permanent_url(file, "download"),
            thumbnail_url=queries.permanent_url(file, "small") if is_picture(file) else None,
            **more,
        )


def attached_files(kind: str, subject_ids: Iterable[UUID]) -> QuerySet[StoredFile, StoredFile]:
    """Return the files that are ready and attached to these things of a kind, in the order they were attached."""
    rows = StoredFile.objects.filter(attached_kind=kind, attached_id__in=list(subject_ids), status=FileStatus.READY)
    return rows.order_by("attached_at", "id")


def is_picture(file: StoredFile) -> bool:
    """Say whether a file is one that a text can show."""
    kind = KINDS.get(file.kind)
    return kind is not None and kind.family is Family.IMAGE
