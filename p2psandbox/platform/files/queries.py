"""Reading files: who may see one, under which address, and how much is stored."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Q, Sum
from django.urls import reverse
from django.utils import timezone

from p2psandbox.platform.errors import NotFound, NotSignedIn
from p2psandbox.platform.files import keys, registry, signing
from p2psandbox.platform.files.kinds import KINDS, Family
from p2psandbox.platform.files.models import FileStatus, Rendition, StorageLimit, StoredFile
from p2psandbox.platform.files.storage import Missing, store
from p2psandbox.platform.permissions import Actor

#: Shown in the page; everything else is saved.
_INLINE = frozenset({Family.IMAGE, Family.VIDEO})
#: What stands for the file itself where the name of a rendition may stand.
KEPT = "kept"


@dataclass(frozen=True, slots=True)
class Address:
    """Where the bytes are, and until when the address holds."""

    url: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class PartAddress:
    """One part of an upload: where to PUT it, ``None`` when it has arrived."""

    number: int
    size: int
    received: bool
    url: str | None


@dataclass(frozen=True, slots=True)
class Upload:
    """What a client needs to begin or go on uploading. ``urls_expire_at``: ask again for fresh addresses then."""

    part_size: int
    parts: list[PartAddress]
    urls_expire_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Usage:
    """How much an organization stores: ``bytes`` really lie there, ``reserved`` are on their way."""

    files: int
    bytes: int
    reserved: int
    quota_bytes: int


def visible_file(actor: Actor, file_id: UUID) -> StoredFile:
    """Return a file the actor may see, with its renditions; raises ``NotFound``, ``NotSignedIn`` for visitors."""
    file = StoredFile.objects.filter(pk=file_id).prefetch_related("renditions").first()
    if file is None or not may_see(actor, file):
        raise NotFound if actor.is_signed_in else NotSignedIn
    return file


def may_see(actor: Actor, file: StoredFile) -> bool:
    """Say whether the actor may see a file: what is attached nowhere only who uploaded it, else the domain says."""
    if file.status == FileStatus.DELETED:
        return False
    if not file.is_attached:
        return actor.is_signed_in and file.owner_id == actor.id
    return registry.may_see(actor, file)


def attached_files(kind: str, subject_ids: Iterable[UUID]) -> dict[UUID, list[StoredFile]]:
    """Return the ready files attached to each of these things, oldest first, with renditions: two statements."""
    found: dict[UUID, list[StoredFile]] = {}
    rows = StoredFile.objects.filter(attached_kind=kind, attached_id__in=list(subject_ids), status=FileStatus.READY)
    for file in rows.order_by("attached_at", "id").prefetch_related("renditions"):
        assert file.attached_id is not None
        found.setdefault(file.attached_id, []).append(file)
    return found


def url_of(actor: Actor, file: StoredFile, rendition: str | None = None, *, download: bool = False) -> Address:
    """Return an expiring address of a file or of one of its renditions (``large`` or ``large.jpeg``).

    Permission is checked now, not when the address is opened. Raises ``NotFound`` for what the actor may not see,
    what is not ready, and a rendition that is not made.
    """
    if file.status != FileStatus.READY or not may_see(actor, file):
        raise NotFound
    return _address(file, _rendition(file, rendition) if rendition else None, download=download)


def url_of_seen(file: StoredFile, rendition: str | None = None) -> Address:
    """Return an expiring address of a ready file that the caller has just found visible to whoever gets it.

    For lists: costs no query where renditions are fetched. Raises ``NotFound`` as :func:`url_of`.
    """
    if file.status != FileStatus.READY:
        raise NotFound
    return _address(file, _rendition(file, rendition) if rendition else None, download=False)


def permanent_url(file: StoredFile, rendition: str | None = None) -> str:
    """Return the page that asks for permission and leads on to an expiring address: for cached pages and mails."""
    return reverse("files:rendition", args=[file.id, rendition]) if rendition else reverse("files:file", args=[file.id])


def public_url(public_key: str | None, name: str = "small") -> str | None:
    """Return the lasting address of an avatar or logo (``small`` or ``large``), ``None`` without a picture.

    Costs no query and no signature. See decision 0011.
    """
    if not public_key:
        return None
    if settings.FILES_PUBLIC_URL:
        return f"{settings.FILES_PUBLIC_URL}/{keys.public(public_key, name)}"
    return reverse("files:picture", args=[public_key, name])


def is_inline(file: StoredFile) -> bool:
    """Say whether browsers may show the file; what they could run is only ever saved."""
    kind = KINDS.get(file.kind)
    return kind is not None and kind.family in _INLINE


def upload_of(file: StoredFile) -> Upload | None:
    """Return how to go on with an upload, ``None`` when it is over."""
    if file.status != FileStatus.UPLOADING or file.expires_at is None:
        return None
    place = store()
    try:
        there = {part.number: part.size for part in place.received(file)}
    except Missing:
        return None
    seconds = settings.FILES_PART_URL_SECONDS
    parts = []
    for number in range(1, file.part_count + 1):
        size = file.size_of_part(number)
        received = there.get(number) == size
        url = None if received else place.part_url(file, number, seconds=seconds)
        parts.append(PartAddress(number, size, received, url))
    return Upload(file.part_size, parts, timezone.now() + timedelta(seconds=seconds), file.expires_at)


def usage(organization_id: UUID | None) -> Usage:
    """Return what an organization stores and may store: renditions count, deleted files do not."""
    own = StoredFile.objects.filter(Q(organization_id=organization_id))
    waiting = Q(status__in=(FileStatus.UPLOADING, FileStatus.CHECKING))
    found = own.aggregate(
        files=Count("id", filter=Q(status=FileStatus.READY)),
        kept=Sum("bytes", filter=Q(status=FileStatus.READY), default=0),
        reserved=Sum("declared_size", filter=waiting, default=0),
    )
    made = Rendition.objects.filter(file__in=own.filter(status=FileStatus.READY)).aggregate(s=Sum("bytes", default=0))
    return Usage(found["files"], found["kept"] + made["s"], found["reserved"], quota_of(organization_id))


def bytes_used(organization_id: UUID | None) -> int:
    """Return how many bytes really lie in the store for an organization."""
    return usage(organization_id).bytes


def quota_of(organization_id: UUID | None) -> int:
    """Return how many bytes an organization may store."""
    own = StorageLimit.objects.filter(Q(organization_id=organization_id)).values_list("quota_bytes", flat=True).first()
    return settings.FILES_QUOTA_BYTES if own is None else own


def _rendition(file: StoredFile, wanted: str) -> Rendition:
    name, _dot, format = wanted.partition(".")
    for made in file.renditions.all():
        if made.name == name and made.format == (format or "webp"):
            return made
    raise NotFound


def _address(file: StoredFile, rendition: Rendition | None, *, download: bool) -> Address:
    # Whoever watches asks for the next part of a video with the address they began with.
    seconds = settings.FILES_URL_SECONDS + (0 if rendition else 2 * math.ceil(file.duration or 0))
    expires_at = timezone.now() + timedelta(seconds=seconds)
    inline = is_inline(file) and not download
    stored = store().url(
        rendition.key if rendition else keys.kept(file.key),
        name=file.name,
        content_type=rendition.content_type if rendition else file.content_type,
        inline=inline,
        seconds=seconds,
    )
    which = f"{rendition.name}.{rendition.format}" if rendition else KEPT
    return Address(stored or signing.content_url(file.id, which, inline=inline, seconds=seconds), expires_at)
