"""A folder on this machine as a store. Objects appear whole or not at all: written aside, synced, renamed."""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
from base64 import b64encode
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from p2psandbox.platform.errors import Unavailable
from p2psandbox.platform.files import signing
from p2psandbox.platform.files.models import StoredFile
from p2psandbox.platform.files.storage.base import CHUNK, Missing, Object, Received, Unfinished
from p2psandbox.platform.logging import getLogger

log = getLogger(__name__)

#: Folders of parts, and of what is being written.
PARTS = "parts"
WRITING = "writing"


@dataclass(frozen=True, slots=True)
class WrittenPart:
    """A part on disk that does not count yet."""

    path: Path
    sha256: str
    md5: str


class LocalStore:
    """Files under ``MEDIA_ROOT``. Parts come through our own signed addresses (``api.PartEndpoint``)."""

    def __init__(self, backend: Any) -> None:
        self.backend = backend

    @property
    def root(self) -> Path:
        return Path(self.backend.location)

    def path(self, key: str) -> Path:
        """Return where an object lies; keys are ours, and one that leads elsewhere is refused by Django's storage."""
        return Path(self.backend.path(key))

    def begin(self, key: str, content_type: str) -> str:
        return ""

    def part_url(self, file: StoredFile, number: int, *, seconds: int) -> str:
        return signing.part_url(file.id, number, seconds=seconds)

    def received(self, file: StoredFile) -> list[Received]:
        rows = file.parts.order_by("number").values_list("number", "size")
        return [Received(number, size) for number, size in rows]

    @contextmanager
    def part_aside(self, read: Callable[[int], bytes], size: int) -> Iterator[WrittenPart | None]:
        """Write exactly ``size`` bytes from ``read`` aside; gives ``None`` when fewer or more came.

        What is given is gone afterwards unless :meth:`keep_part` was called with it.
        """
        sha256, md5 = hashlib.sha256(), hashlib.md5(usedforsecurity=False)
        with _unavailable_when_full(), self._aside() as (path, output):
            left = size
            while left and (chunk := read(min(CHUNK, left))):
                sha256.update(chunk)
                md5.update(chunk)
                output.write(chunk)
                left -= len(chunk)
            _sync(output)
            yield None if left else WrittenPart(path, sha256.hexdigest(), b64encode(md5.digest()).decode())

    def keep_part(self, part: WrittenPart, file: StoredFile, number: int) -> None:
        """Put a written part in its place; one that lay there is replaced."""
        _rename(part.path, self._part(file, number))

    def assemble(self, file: StoredFile, key: str) -> None:
        target = self.path(key)
        if target.exists():
            return
        with _unavailable_when_full(), self._aside() as (path, output):
            for number in range(1, file.part_count + 1):
                with self._part(file, number).open("rb") as part:
                    shutil.copyfileobj(part, output, CHUNK)
            _sync(output)
            _rename(path, target)

    def forget_parts(self, file: StoredFile, key: str) -> None:
        with _unavailable_when_full():
            shutil.rmtree(self._part(file, 1).parent, ignore_errors=True)

    @contextmanager
    def open(self, key: str) -> Iterator[IO[bytes]]:
        with _unavailable_when_full(), self.path(key).open("rb") as stream:
            yield stream

    def sha256(self, key: str) -> str:
        with self.open(key) as stream:
            digest = hashlib.sha256()
            while chunk := stream.read(CHUNK):
                digest.update(chunk)
        return digest.hexdigest()

    @contextmanager
    def on_disk(self, key: str) -> Iterator[Path]:
        path = self.path(key)
        if not path.exists():
            raise Missing(key)
        yield path

    def put(self, key: str, path: Path, content_type: str) -> None:
        with _unavailable_when_full(), self._aside() as (aside, output):
            with path.open("rb") as source:
                shutil.copyfileobj(source, output, CHUNK)
            _sync(output)
            _rename(aside, self.path(key))

    def size(self, key: str) -> int | None:
        try:
            return self.path(key).stat().st_size
        except FileNotFoundError:
            return None

    def delete(self, keys: Sequence[str]) -> None:
        for key in keys:
            path = self.path(key)
            with _unavailable_when_full():
                path.unlink(missing_ok=True)
            if path.parent.parent != self.root:
                with suppress(OSError):  # others are in it
                    path.parent.rmdir()

    def url(self, key: str, *, name: str, content_type: str, inline: bool, seconds: int) -> str | None:
        return None

    def objects(self, prefix: str) -> Iterator[Object]:
        for folder, _folders, names in os.walk(self.root / prefix):
            for name in names:
                path = Path(folder, name)
                with suppress(FileNotFoundError):  # deleted meanwhile
                    found = path.stat()
                    modified = datetime.fromtimestamp(found.st_mtime, UTC)
                    yield Object(path.relative_to(self.root).as_posix(), found.st_size, modified)

    def unfinished(self) -> Iterator[Unfinished]:
        """Folders of parts, and files that a process was writing when it ended."""
        for folder in (PARTS, WRITING):
            with suppress(FileNotFoundError):
                for entry in os.scandir(self.root / folder):
                    begun = datetime.fromtimestamp(entry.stat().st_mtime, UTC)
                    yield Unfinished(f"{folder}/{entry.name}", "", begun)

    def abort(self, upload: Unfinished) -> None:
        path = self.root / upload.key
        with _unavailable_when_full():
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)

    def _part(self, file: StoredFile, number: int) -> Path:
        return self.path(f"{PARTS}/{file.key}/{number}")

    @contextmanager
    def _aside(self) -> Iterator[tuple[Path, IO[bytes]]]:
        """Give a file to write that nobody sees; it is gone afterwards unless it was renamed."""
        path = self.root / WRITING / secrets.token_hex(12)
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with path.open("xb") as output:
                yield path, output
        finally:
            path.unlink(missing_ok=True)


def _sync(output: IO[bytes]) -> None:
    output.flush()
    os.fsync(output.fileno())


def _rename(path: Path, target: Path) -> None:
    """Put a written file in its place, for good: the folder is synced, too."""
    target.parent.mkdir(parents=True, exist_ok=True)
    os.replace(path, target)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


@contextmanager
def _unavailable_when_full() -> Iterator[None]:
    """Turn a disk that is full or broken into 503, and a missing object into :class:`Missing`."""
    try:
        yield
    except FileNotFoundError as error:
        raise Missing(str(error.filename)) from error
    except OSError as error:
        log.error("store_failed", error=type(error).__name__, number=error.errno)
        raise Unavailable from error
