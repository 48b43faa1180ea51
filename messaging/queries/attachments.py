"""Files in messages: what each carries, and who sees it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from messaging.models import Message
from p2psandbox.platform.files import queries as files
from p2psandbox.platform.files.kinds import KINDS, Family
from p2psandbox.platform.files.models import FileStatus, StoredFile
from p2psandbox.platform.permissions import Actor, Permission, allows

#: What files of messages are attached to.
KIND = "messaging.message"


@dataclass(frozen=True, slots=True)
class Attached:
    """A file of a message under addresses that ask for permission each time; ``thumbnail_url`` of pictures only."""

    id: UUID
    name: str
    content_type: str
    size: int
    width: int | None
    height: int | None
    url: str
    download_url: str
    thumbnail_url: str | None


def attached_to(messages: Iterable[Message]) -> dict[UUID, list[Attached]]:
    """Return what each message carries, in the order it was attached: one statement, none where nothing is."""
    wanted = [message.pk for message in messages if message.attachment_count]
    found: dict[UUID, list[Attached]] = {}
    if not wanted:
        return found
    rows = StoredFile.objects.filter(attached_kind=KIND, attached_id__in=wanted, status=FileStatus.READY)
    for file in rows.order_by("attached_at", "id"):
        assert file.attached_id is not None  # or it had not been found
        found.setdefault(file.attached_id, []).append(_attached(file))
    return found


def attachment_visible_to(actor: Actor, file: StoredFile) -> bool:
    """Say whether the actor is one of the two people, or moderates and the message was reported to them."""
    if file.attached_id is None or not allows(actor, Permission.READ_MEMBERS_AREA):
        return False
    if Message.objects.visible_to(actor.id).filter(pk=file.attached_id).exists():
        return True
    from messaging.queries.reports import is_shown_to_moderators  # reports show attachments, too

    return allows(actor, Permission.MODERATE_MESSAGES) and is_shown_to_moderators(file.attached_id)


def _attached(file: StoredFile) -> Attached:
    kind = KINDS.get(file.kind)
    is_picture = kind is not None and kind.family is Family.IMAGE
    return Attached(
        id=file.id,
        name=file.name,
        content_type=file.content_type,
        size=file.bytes,
        width=file.width,
        height=file.height,
        url=files.permanent_url(file),
        download_url=files.permanent_url(file, "download"),
        thumbnail_url=files.permanent_url(file, "small") if is_picture else None,
    )
