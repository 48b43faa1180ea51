"""Files under posts: what a post carries, and who sees it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import unescape
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
_PICTURE = re.compile(r'<img src="/files/([0-9a-f-]{36})/(?:large/)?" alt="([^"]*)"')


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
    return list(dict.fromkeys(UUID(found) for found, _alt in _PICTURE.findall(html)))


def words_for(html: str, picture: UUID) -> str:
    """Return what a text says a picture shows, as text."""
    return next((unescape(alt) for found, alt in _PICTURE.findall(html) if UUID(found) == picture), "")


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


def is_picture(file: StoredFile) -> bool:
    """Say whether a file is one that a text can show."""
    kind = KINDS.get(file.kind)
    return kind is not None and kind.family is Family.IMAGE


def _rows(post_ids: Iterable[UUID]) -> QuerySet[StoredFile, StoredFile]:
    return StoredFile.objects.filter(attached_kind=KIND, attached_id__in=list(post_ids), status=FileStatus.READY)


def _attachment(file: StoredFile, *, in_text: bool) -> Attachment:
    return Attachment(
        id=file.id,
        name=file.name,
        content_type=file.content_type,
        size=file.bytes,
        width=file.width,
        height=file.height,
        url=files.permanent_url(file),
        download_url=files.permanent_url(file, "download"),
        thumbnail_url=files.permanent_url(file, "small") if is_picture(file) else None,
        in_text=in_text,
    )
