"""Files under posts: what a post carries, and who sees it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from forums.models import Post
from p2psandbox.platform.files import queries as files
from p2psandbox.platform.files.kinds import KINDS, Family
from p2psandbox.platform.files.models import FileStatus, StoredFile
from p2psandbox.platform.permissions import Actor, Permission, allows

#: What files of posts are attached to.
KIND = "forums.post"
#: A picture in sanitised text: nothing else there begins like this.
_PICTURE = re.compile(r'<img (?:alt="[^"]*" )?[^>]*?src="/files/([0-9a-f-]{36})/')


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file of a post under addresses that last: they ask for permission each time, so they may be cached.

    ``in_text`` says that it is a picture the text shows, ``thumbnail_url`` is ``None`` for what is no picture.
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
    in_text: bool


def pictures_in(html: str) -> list[UUID]:
    """Return which files sanitised HTML shows, each once."""
    return list(dict.fromkeys(UUID(found) for found in _PICTURE.findall(html)))


def attachments_of(texts: dict[UUID, str]) -> dict[UUID, list[Attachment]]:
    """Return what each post carries, in the order it was attached: one statement. ``texts`` has what each one says."""
    found: dict[UUID, list[Attachment]] = {post_id: [] for post_id in texts}
    shown = {post_id: set(pictures_in(html)) for post_id, html in texts.items()}
    for file in _rows(texts).order_by("attached_at", "id"):
        assert file.attached_id is not None  # or it had not been found
        found[file.attached_id].append(_attachment(file, in_text=file.id in shown[file.attached_id]))
    return found


def listed_files(post_id: UUID, html: str) -> list[StoredFile]:
    """Return the files of a post that its text does not show: what an edit form lists."""
    shown = pictures_in(html)
    return list(_rows([post_id]).exclude(pk__in=shown).order_by("attached_at", "id"))


def attachment_visible_to(actor: Actor, file: StoredFile) -> bool:
    """Say whether the actor sees the post a file belongs to; authors see their own that moderators hid."""
    if file.attached_id is None or not allows(actor, Permission.READ_MEMBERS_AREA):
        return False
    post = Post.objects.filter(pk=file.attached_id)
    own = post.filter(author_id=actor.id, deleted_at__isnull=True, topic__deleted_at__isnull=True)
    return post.visible_to(actor).exists() or own.exists()


def _rows(post_ids: Iterable[UUID]) -> QuerySet[StoredFile, StoredFile]:
    return StoredFile.objects.filter(attached_kind=KIND, attached_id__in=list(post_ids), status=FileStatus.READY)


def _attachment(file: StoredFile, *, in_text: bool) -> Attachment:
    kind = KINDS.get(file.kind)
    is_picture = kind is not None and kind.family is Family.IMAGE
    return Attachment(
        id=file.id,
        name=file.name,
        content_type=file.content_type,
        size=file.bytes,
        width=file.width,
        height=file.height,
        url=files.permanent_url(file),
        download_url=files.permanent_url(file, "download"),
        thumbnail_url=files.permanent_url(file, "small") if is_picture else None,
        in_text=in_text,
    )
