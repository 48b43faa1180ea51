"""Media of a story, ready to show: what its version says, with the files as they stand now."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from p2psandbox.platform.files import queries as files
from p2psandbox.platform.files.models import FileStatus, RenditionsStatus, StoredFile
from p2psandbox.platform.permissions import Actor
from usecases.access import can
from usecases.content import Content
from usecases.media import Medium, cover_of
from usecases.models import MediaKind, Status, UseCase, UseCaseMedia
from usecases.queries.reading import Story

#: The widths pictures are made in, and the one a page shows.
WIDTHS = ("small", "medium", "large")


@dataclass(frozen=True, slots=True)
class Shown:
    """One medium as a page or JSON shows it. Addresses last and ask for permission each time (``…_url``)."""

    id: UUID
    kind: str
    caption: str
    position: int
    cover: bool
    file: StoredFile

    @property
    def alt(self) -> str:
        """What stands for the picture where it cannot be seen."""
        number = {"number": self.position + 1}
        nameless = _("Video %(number)d") if self.kind == MediaKind.VIDEO else _("Picture %(number)d")
        return " ".join(self.caption.split()) or nameless % number

    @property
    def url(self) -> str:
        return files.permanent_url(self.file)

    @property
    def download_url(self) -> str:
        return files.permanent_url(self.file, "download")

    @property
    def large_url(self) -> str:
        """The largest picture, of a video its still."""
        return files.permanent_url(self.file, "large")

    @property
    def small_url(self) -> str:
        return files.permanent_url(self.file, "small")

    @property
    def medium_url(self) -> str:
        return files.permanent_url(self.file, "medium")

    @property
    def made(self) -> list[tuple[str, int]]:
        """Address and width of each WebP there is, narrowest first."""
        by_name = {one.name: one for one in self.file.renditions.all() if one.format == "webp"}
        return [(files.permanent_url(self.file, n), by_name[n].width) for n in WIDTHS if n in by_name]

    @property
    def srcset(self) -> str:
        """What an ``img`` chooses from; empty until the sizes are made."""
        return ", ".join(f"{url} {width}w" for url, width in self.made) if self.is_made else ""

    @property
    def is_made(self) -> bool:
        return self.file.renditions_status == RenditionsStatus.READY

    @property
    def is_pending(self) -> bool:
        return self.file.renditions_status == RenditionsStatus.PENDING

    @property
    def has_failed(self) -> bool:
        return self.file.renditions_status == RenditionsStatus.FAILED

    @property
    def extension(self) -> str:
        """``PDF``."""
        return self.file.extension.removeprefix(".").upper()

    @property
    def length(self) -> str:
        """How long a video lasts: ``1:05``."""
        seconds = round(self.file.duration or 0)
        hours, rest = divmod(seconds, 3600)
        minutes, seconds = divmod(rest, 60)
        return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def media_of(story: Story) -> list[Shown]:
    """Return what a story shows of its media in the version being read: two queries, none without media."""
    if not story.shown.media_count and story.row.status != Status.UNPUBLISHED:
        return []
    rows = list(_rows(story.row))
    # The rows mirror what readers see, or the only version; other versions say for themselves what they show.
    if story.working or story.row.status == Status.UNPUBLISHED:
        return in_version(rows, story.text().media)
    return in_version(rows, [_item(one) for one in rows if one.position is not None])


def working_media(row: UseCase, content: Content) -> tuple[list[Shown], list[UseCaseMedia]]:
    """Return the media of a working copy, and those removed from it that can be put back."""
    rows = list(_rows(row))
    shown = in_version(rows, content.media)
    there = {one.id for one in shown}
    gone = [one for one in rows if one.pk not in there]
    return shown, gone


def _rows(row: UseCase) -> Iterable[UseCaseMedia]:
    rows = UseCaseMedia.objects.filter(use_case=row, file__status=FileStatus.READY)
    return rows.select_related("file").prefetch_related("file__renditions").order_by("position", "id")


def _item(row: UseCaseMedia) -> Medium:
    return Medium(str(row.pk), str(row.file_id), row.kind, row.caption, row.cover)


def in_version(rows: Iterable[UseCaseMedia], media: Iterable[Medium]) -> list[Shown]:
    """Join what a version says with the files; what was deleted meanwhile is left out."""
    by_id = {str(one.pk): one for one in rows}
    items = [one for one in media if one.id in by_id]
    cover = cover_of(items)
    return [
        Shown(
            id=UUID(one.id),
            kind=one.kind,
            caption=one.caption,
            position=position,
            cover=cover is not None and one.id == cover.id,
            file=by_id[one.id].file,
        )
        for position, one in enumerate(items)
    ]


def file_visible_to(actor: Actor, file: StoredFile) -> bool:
    """Say whether the actor may see a file of a story: readers what their version shows, its own people all."""
    story = UseCase.objects.visible_to(actor).lean().filter(pk=file.attached_id).first()
    if story is None:
        return False
    if UseCaseMedia.objects.filter(file=file, position__isnull=False).exists():
        return True
    return can(actor, story).see_history
