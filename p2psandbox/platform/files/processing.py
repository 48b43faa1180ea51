"""From bytes that arrived to a file that may be used: look, make pictures anew, count, hash.

Nothing here decides who may; :mod:`actions` does. Every step may be done twice: objects have fixed keys.
"""

from __future__ import annotations

import hashlib
import tempfile
from pathlib import Path

from django.utils import timezone

from p2psandbox.platform.files import checks, images, keys, names, videos
from p2psandbox.platform.files.images import Made
from p2psandbox.platform.files.kinds import KINDS, Family, Kind, kind_of
from p2psandbox.platform.files.models import FileStatus, Rendition, RenditionsStatus, StoredFile, random_key
from p2psandbox.platform.files.purposes import rule_of
from p2psandbox.platform.files.rejected import Rejected
from p2psandbox.platform.files.storage import Missing, store

#: What is found out of an upload; the caller saves it.
FOUND = (
    *("status", "error_code", "name", "kind", "content_type", "bytes", "sha256", "width", "height", "duration"),
    *("ready_at", "public_key", "renditions_status", "updated_at"),
)


def process(file: StoredFile) -> list[Rendition]:
    """Check an upload and make it ready: fills the row in (:data:`FOUND`) and writes its objects.

    Returns the rows of its renditions; nothing is saved, so that no lock is held meanwhile. Raises :class:`Rejected`,
    or ``Unavailable`` when the store is down; both leave nothing that anybody sees.
    """
    place, arrived = store(), file.arrives_at
    kind = kind_of(file.extension)
    if kind is None:
        raise Rejected("wrong_type")
    try:
        place.assemble(file, arrived)
        size = place.size(arrived)
        if size is None or size != file.declared_size:
            raise Rejected("wrong_size")
        with place.open(arrived) as stream:
            checks.inspect(stream, size, kind)
        made_anew = kind.family in (Family.IMAGE, Family.VIDEO)
        sha256 = place.sha256(arrived) if file.expected_sha256 or not made_anew else ""
    except Missing as error:
        raise Rejected("damaged") from error
    if file.expected_sha256 and sha256 != file.expected_sha256:
        raise Rejected("wrong_checksum")
    made: list[Rendition] = []
    if kind.family is Family.IMAGE:
        made = _make_anew(file, kind, arrived)
    elif kind.family is Family.VIDEO:
        made = _pack_anew(file, kind, arrived)
    else:
        file.kind, file.content_type, file.bytes, file.sha256 = kind.name, kind.content_type, size, sha256
    file.status, file.ready_at = FileStatus.READY, timezone.now()
    return made


def _make_anew(file: StoredFile, kind: Kind, arrived: str) -> list[Rendition]:
    """Replace an uploaded picture by one made of its pixels; those for everybody get their sizes at once."""
    rule = rule_of(file.purpose)
    wanted = [images.kept(rule), *(images.renditions(rule.pictures) if rule.public else ())]
    with store().on_disk(arrived) as source, tempfile.TemporaryDirectory(prefix="p2p-pictures-") as folder:
        made = images.make(source, kind, wanted, into=Path(folder))
        original = made[0]
        store().put(keys.kept(file.key), original.path, original.content_type)
        file.bytes, file.sha256 = _measured(original.path)
        if rule.public:
            file.public_key = file.public_key or random_key()
        rows = [_put(file, one) for one in made[1:]]
    now = KINDS[original.format]
    if now is not kind:
        file.name = names.with_extension(file.name, now.extensions[0])
    file.kind, file.content_type = now.name, now.content_type
    file.width, file.height = original.width, original.height
    if rule.pictures:
        file.renditions_status = RenditionsStatus.READY if rule.public else RenditionsStatus.PENDING
    return rows


def _pack_anew(file: StoredFile, kind: Kind, arrived: str) -> list[Rendition]:
    """Replace an uploaded video by one that holds its tracks alone, and keep a still of it."""
    with store().on_disk(arrived) as source, tempfile.TemporaryDirectory(prefix="p2p-videos-") as folder:
        film = videos.make(source, kind, into=Path(folder))
        store().put(keys.kept(file.key), film.path, kind.content_type)
        file.bytes, file.sha256 = _measured(film.path)
        still = _put(file, film.poster)
    file.kind, file.content_type = kind.name, kind.content_type
    file.width, file.height, file.duration = film.width, film.height, film.duration
    if rule_of(file.purpose).pictures:
        file.renditions_status = RenditionsStatus.PENDING
    return [still]


def make_renditions(file: StoredFile) -> list[Rendition]:
    """Make all pictures a file's purpose wants (of a video: of its still), and return their rows.

    Raises as :func:`process`.
    """
    rule, kind, original = rule_of(file.purpose), KINDS[file.kind], keys.kept(file.key)
    if kind.family is Family.VIDEO:
        kind, original = KINDS["jpeg"], rendition_key(file, videos.POSTER, "jpeg")
    with store().on_disk(original) as source, tempfile.TemporaryDirectory(prefix="p2p-pictures-") as folder:
        made = images.make(source, kind, images.renditions(rule.pictures), into=Path(folder))
        return [_put(file, one) for one in made]


def _put(file: StoredFile, made: Made) -> Rendition:
    key = rendition_key(file, made.name, made.format)
    store().put(key, made.path, made.content_type)
    size, sha256 = _measured(made.path)
    return Rendition(
        file=file,
        name=made.name,
        format=made.format,
        width=made.width,
        height=made.height,
        bytes=size,
        sha256=sha256,
        key=key,
    )


def rendition_key(file: StoredFile, name: str, format: str) -> str:
    """Return where a rendition lies."""
    if file.public_key:
        return keys.public(file.public_key, name, format)
    return keys.rendition(file.key, name, format)


def all_keys(file: StoredFile) -> list[str]:
    """Return every object a file may have, also those of pictures that were begun and not finished."""
    wanted = images.renditions(rule_of(file.purpose).pictures)
    possible = {rendition_key(file, one.name, one.format) for one in wanted}
    possible.add(rendition_key(file, videos.POSTER, "jpeg"))
    recorded = set(file.renditions.values_list("key", flat=True))
    return sorted({keys.incoming(file.key), keys.kept(file.key)} | possible | recorded)


def _measured(path: Path) -> tuple[int, str]:
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    return path.stat().st_size, digest
