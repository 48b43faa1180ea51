"""Media of a story: adding, describing, ordering, removing and putting back, always in its working copy.

The story's row is locked while its working copy is read and written anew, so that two at once come one after the
other and none is refused. All functions raise ``NotFound``, ``Forbidden``, ``Conflict`` (``in_review``) and
``Unavailable``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from p2psandbox.platform.errors import Invalid, NotFound, ProductError
from p2psandbox.platform.files import actions as files
from p2psandbox.platform.files.kinds import KINDS, Family
from p2psandbox.platform.files.models import FileStatus, Purpose, StoredFile
from p2psandbox.platform.forms import refused_file
from p2psandbox.platform.logging import getLogger
from p2psandbox.platform.permissions import Actor, Permission, allows
from p2psandbox.platform.textrules import FieldChecks
from usecases.access import for_act, locked
from usecases.actions.drafts import Edit, in_review, point_to, supersede, working_copy, write_revision
from usecases.media import CAPTION, Medium, moved, with_cover
from usecases.models import MOST_MEDIA, MediaKind, UseCase, UseCaseMedia

log = getLogger(__name__)

#: What files of stories are attached to.
KIND = "usecases.use_case"
#: How long what was removed can be put back.
UNDO = timedelta(days=1)
_KINDS = {Family.IMAGE: MediaKind.IMAGE, Family.VIDEO: MediaKind.VIDEO}

Media = tuple[Medium, ...]


def add(
    *, actor: Actor, use_case_id: UUID, file_ids: Sequence[UUID] = (), uploads: Iterable[UploadedFile[bytes]] = ()
) -> list[UUID]:
    """Put files behind the others; returns the ids of their media in this order.

    ``file_ids`` are ready files the actor uploaded, or some this story had and that were removed (their caption comes
    back with them); ``uploads`` whole files. All are taken or none: raises ``Invalid`` on ``files`` with the reason of
    each, also when the story would have more than :data:`MOST_MEDIA`; nothing of it is kept then.
    """
    uploads = list(uploads)
    wanted = list(dict.fromkeys(file_ids))
    row = for_act(actor, use_case_id, Permission.EDIT_USE_CASE)
    _still_open(actor, row)
    if not wanted and not uploads:
        raise Invalid({"files": _("Choose at least one file.")})
    held = {UUID(one.file) for one in _of(working_copy(row).content.media, row)}
    _room(len(held), len(uploads) + len(set(wanted) - held))
    stored = _stored(actor, uploads)
    try:
        return _added(actor, row, [*wanted, *stored])
    except Exception:
        _forget(actor, stored)
        raise


def _added(actor: Actor, row: UseCase, file_ids: list[UUID]) -> list[UUID]:
    found: list[UUID] = []

    def change(now: UseCase, media: Media) -> Media:
        taken = files.attach(
            actor=actor, purpose=Purpose.MEDIA, file_ids=file_ids, kind=KIND, subject_id=now.pk, field="files"
        )
        there = {one.file: one for one in media}
        known = {one.file_id: one for one in UseCaseMedia.objects.filter(use_case=now, file__in=taken)}
        new = [known.get(file.pk) or UseCaseMedia(use_case=now, file=file, kind=kind_of(file)) for file in taken]
        UseCaseMedia.objects.bulk_create([one for one in new if one.file_id not in known])
        found[:] = [one.pk for one in new]
        more = [
            Medium(str(one.pk), str(one.file_id), one.kind, one.caption) for one in new if str(one.file_id) not in there
        ]
        _room(len(media), len(more))
        return (*media, *more)

    _edit(actor, row, change, text=False)
    log.info("use_case_media_added", use_case=str(row.pk), count=len(found))
    return found


def _room(held: int, more: int) -> None:
    if held + more > MOST_MEDIA:
        raise Invalid(
            {
                "files": _("Choose fewer files: a use case holds at most %(most)d, and this one has %(held)d.")
                % {"most": MOST_MEDIA, "held": held}
            },
            code="too_many",
        )


def _stored(actor: Actor, uploads: list[UploadedFile[bytes]]) -> list[UUID]:
    """Store whole files; of a set with one that is refused, none is kept."""
    stored: list[UUID] = []
    refused: list[str] = []
    try:
        for upload in uploads:
            try:
                stored += files.take_posted(actor=actor, purpose=Purpose.MEDIA, file_ids=(), uploads=[upload])
            except ProductError as error:
                refused.append(f"{upload.name}: {refused_file(error)}")
        if refused:
            raise Invalid({"files": refused})
    except Exception:
        _forget(actor, stored)
        raise
    return stored


def _forget(actor: Actor, stored: list[UUID]) -> None:
    for file_id in stored:
        with suppress(ProductError):  # what cannot be deleted now goes with the nightly sweep
            files.delete_file(actor=actor, file_id=file_id)


def kind_of(file: StoredFile) -> MediaKind:
    """Return what is done with a file."""
    return _KINDS.get(KINDS[file.kind].family, MediaKind.DOCUMENT)


def describe(
    *,
    actor: Actor,
    use_case_id: UUID,
    media_id: UUID,
    caption: str | None = None,
    position: int | None = None,
    cover: bool | None = None,
) -> UseCase:
    """Give a medium a caption, a place among the others (from 0), or make it the cover; ``None`` leaves it as it is."""
    row = for_act(actor, use_case_id, Permission.EDIT_USE_CASE)
    checks = FieldChecks()
    words = None if caption is None else checks.text("caption", caption, CAPTION)
    if position is not None and not 0 <= position < MOST_MEDIA:
        checks.add("position", _("Enter a place between 0 and %(most)d.") % {"most": MOST_MEDIA - 1})
    checks.done()

    def change(_now: UseCase, media: Media) -> Media:
        one = _one(media, media_id)
        if cover and not one.may_be_cover:
            raise Invalid({"cover": _("Choose an image or a video as the cover.")})
        if words is not None:
            media = tuple(replace(m, caption=words) if m.id == one.id else m for m in media)
        if cover is not None:
            keep = one.id if cover else next((m.id for m in media if m.cover and m.id != one.id), "")
            media = with_cover(media, keep)
        return media if position is None else moved(media, one.id, position)

    return _edit(actor, row, change, text=True)


def shift(*, actor: Actor, use_case_id: UUID, media_id: UUID, by: int) -> UseCase:
    """Move a medium ``by`` places, towards the front with a negative number; at the ends it stays."""
    row = for_act(actor, use_case_id, Permission.EDIT_USE_CASE)

    def change(_now: UseCase, media: Media) -> Media:
        one = _one(media, media_id)
        return moved(media, one.id, max(0, media.index(one) + by))

    return _edit(actor, row, change, text=True)


def remove(*, actor: Actor, use_case_id: UUID, media_id: UUID) -> UseCase:
    """Take a medium out of the working copy; within :data:`UNDO` its file can be put back by :func:`add`."""
    row = for_act(actor, use_case_id, Permission.EDIT_USE_CASE)

    def change(_now: UseCase, media: Media) -> Media:
        gone = _one(media, media_id)
        return tuple(one for one in media if one.id != gone.id)

    return _edit(actor, row, change, text=False)


def try_again(*, actor: Actor, use_case_id: UUID, media_id: UUID) -> None:
    """Make the smaller pictures of a medium once more, after it failed."""
    row = for_act(actor, use_case_id, Permission.EDIT_USE_CASE)
    media = UseCaseMedia.objects.filter(use_case=row, pk=media_id).first()
    if media is None:
        raise NotFound
    files.render_again(file_id=media.file_id)


def _one(media: Media, media_id: UUID) -> Medium:
    found = next((one for one in media if one.id == str(media_id)), None)
    if found is None:
        raise NotFound
    return found


def _of(media: Media, row: UseCase) -> Media:
    """Return those media whose files are there: a moderator may have deleted one."""
    rows = UseCaseMedia.objects.filter(use_case=row, file__status=FileStatus.READY)
    there = {str(pk) for pk in rows.values_list("pk", flat=True)}
    return tuple(one for one in media if one.id in there)


def _still_open(actor: Actor, row: UseCase) -> None:
    if row.awaits_review and not allows(actor, Permission.APPROVE_USE_CASE, organization_id=row.organization_id):
        raise in_review()


def _edit(actor: Actor, row: UseCase, change: Callable[[UseCase, Media], Media], *, text: bool) -> UseCase:
    """Change the media of the working copy, one after the other with everybody else who does.

    ``text`` says that what somebody is typing elsewhere is stale by it: captions and order are on their page, too.
    """
    with transaction.atomic():
        now = locked(row)
        _still_open(actor, now)
        base = working_copy(now)
        media = change(now, _of(base.content.media, now))
        if media == base.content.media:
            return now
        edit = Edit(replace(base.content, media=media), base.contact)
        before = now.draft_revision_id
        written = write_revision(now, edit, base, actor)
        if text:
            now.changed()
        else:
            now.version += 1
        point_to(now, edit, base, written)
        supersede(now, before, written)
    return now


def taken_away(file: StoredFile) -> None:
    """Forget a file a moderator deletes."""
    UseCaseMedia.objects.filter(file=file).delete()
    assert file.attached_id is not None  # or nobody had asked the story
    UseCase.objects.filter(pk=file.attached_id, cover_id=file.pk).update(cover_id=None)


def delete_dropped(*, now: bool = False) -> int:
    """Delete the files no version needs since a day (``now``: at all); returns how many. For the nightly task."""
    dropped = UseCaseMedia.objects.filter(dropped_at__lte=timezone.now() - (timedelta() if now else UNDO))
    count = 0
    for use_case_id in set(dropped.values_list("use_case_id", flat=True)):
        with transaction.atomic():
            UseCase.objects.select_for_update(of=("self",)).only("pk").get(pk=use_case_id)
            rows = list(dropped.filter(use_case_id=use_case_id))
            kept = UseCaseMedia.objects.filter(use_case_id=use_case_id).exclude(pk__in=[one.pk for one in rows])
            but = list(kept.values_list("file_id", flat=True))
            count += files.delete_attached(kind=KIND, subject_id=use_case_id, purpose=Purpose.MEDIA, but=but)
            UseCaseMedia.objects.filter(pk__in=[one.pk for one in rows]).delete()
    return count
