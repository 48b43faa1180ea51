"""The media of stories, for exports: what there is of each, and the bytes of pictures that go into a PDF."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from p2psandbox.platform.errors import NotFound, Unavailable
from p2psandbox.platform.files import queries
from p2psandbox.platform.files.models import FileStatus, StoredFile
from p2psandbox.platform.files.storage import Missing, store
from p2psandbox.platform.permissions import Actor
from usecases.content import Content
from usecases.exports.columns import Picture
from usecases.models import UseCaseMedia
from usecases.queries.media import in_version

#: Most pictures in one document, most bytes of one, and of all together.
MOST_PICTURES = 12
LARGEST_PICTURE = 4 * 1024 * 1024
LARGEST_TOGETHER = 16 * 1024 * 1024
#: Printed at most 17 cm wide, a picture of this many pixels has some 140 dots per inch.
_WANTED = (("medium", "jpeg"), ("medium", "webp"), ("large", "jpeg"), ("large", "webp"), ("small", "jpeg"))


def media_of(contents: Mapping[UUID, Content]) -> dict[UUID, tuple[Picture, ...]]:
    """Return what these versions of stories show of their media, in their order; two statements, none without."""
    wanted = [pk for pk, content in contents.items() if content.media]
    if not wanted:
        return {}
    rows: dict[UUID, list[UseCaseMedia]] = {}
    found = UseCaseMedia.objects.filter(use_case__in=wanted, file__status=FileStatus.READY)
    for one in found.select_related("file").prefetch_related("file__renditions"):
        rows.setdefault(one.use_case_id, []).append(one)
    return {
        pk: tuple(
            Picture(
                name=shown.file.name,
                kind=shown.kind,
                caption=shown.caption,
                cover=shown.cover,
                url=queries.permanent_url(shown.file),
                file=shown.file,
            )
            for shown in in_version(rows.get(pk, ()), contents[pk].media)
        )
        for pk in wanted
    }


def picture_bytes(file: StoredFile) -> tuple[bytes, str] | None:
    """Return a picture's bytes in a size for print and their type; ``None`` if there is none made (yet)."""
    made = {(one.name, one.format): one for one in file.renditions.all()}
    found = next((made[wanted] for wanted in _WANTED if wanted in made), None)
    if found is None or found.bytes > LARGEST_PICTURE:
        return None
    try:
        with store().open(found.key) as stream:
            return stream.read(LARGEST_PICTURE), found.content_type
    except (Missing, Unavailable):
        return None


def picture_in_text(actor: Actor, file_id: UUID) -> tuple[bytes, str] | None:
    """Return a picture that stands in a story's text, if this reader may see it."""
    try:
        return picture_bytes(queries.visible_file(actor, file_id))
    except NotFound:
        return None
