"""Files under posts: what a post carries, and who sees it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape
from uuid import UUID

from forums.models import Post
from p2psandbox.platform.files.attached import Attached, attached_files
from p2psandbox.platform.files.models import StoredFile
from p2psandbox.platform.permissions import Actor, Permission, allows

#: What files of posts are attached to.
KIND = "forums.post"
#: A picture in sanitised text: nothing else there begins like this.
_PICTURE = re.compile(r'<img src="/files/([0-9a-f-]{36})/(?:large/)?" alt="([^"]*)"')


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment(Attached):
    """A file of a post; ``in_text`` says that it is a picture the text shows."""

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
    for file in attached_files(KIND, texts):
        assert file.attached_id is not None  # or it had not been found
        found[file.attached_id].append(Attachment.of(file, in_text=file.id in shown[file.attached_id]))
    return found


def listed_files(post_id: UUID, html: str) -> list[StoredFile]:
    """Return the files of a post that its text does not show: what an edit form lists."""
    shown = pictures_in(html)
    return list(attached_files(KIND, [post_id]).exclude(pk__in=shown))


def attachment_visible_to(actor: Actor, file: StoredFile) -> bool:
    """Say whether the actor sees the post a file belongs to; authors see their own that moderators hid."""
    if file.attached_id is None or not allows(actor, Permission.READ_MEMBERS_AREA):
        return False
    post = Post.objects.filter(pk=file.attached_id)
    own = post.filter(author_id=actor.id, deleted_at__isnull=True, topic__deleted_at__isnull=True)
    return post.visible_to(actor).exists() or own.exists()
