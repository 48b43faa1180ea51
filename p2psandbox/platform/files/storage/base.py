"""What the rest asks of a store: the same for a folder on this machine and for S3."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Protocol

from p2psandbox.platform.files.models import StoredFile

#: Read and copied in pieces of this many bytes.
CHUNK = 1024 * 1024


class Missing(Exception):
    """The store has no such object (or upload)."""


@dataclass(frozen=True, slots=True)
class Received:
    """A part that has arrived whole."""

    number: int
    size: int


@dataclass(frozen=True, slots=True)
class Object:
    """An object in the store, as a listing shows it."""

    key: str
    size: int
    modified: datetime


@dataclass(frozen=True, slots=True)
class Unfinished:
    """An upload in parts that was begun and neither completed nor aborted."""

    key: str
    upload_id: str
    begun: datetime


class Store(Protocol):
    """A place for bytes. Every method raises ``errors.Unavailable`` when the place does not answer."""

    def begin(self, key: str, content_type: str) -> str:
        """Begin an upload in parts; returns its id, if the store has one."""

    def part_url(self, file: StoredFile, number: int, *, seconds: int) -> str:
        """Return the address a part is PUT to: for this part of this size only, and so many seconds."""

    def received(self, file: StoredFile) -> list[Received]:
        """Return the parts that have arrived, by number; raises :class:`Missing` when the upload is over."""

    def assemble(self, file: StoredFile, key: str) -> None:
        """Make one object at ``key`` of the parts; nothing is done when it is made already."""

    def forget_parts(self, file: StoredFile, key: str) -> None:
        """Drop an upload's parts, finished or not."""

    def open(self, key: str) -> AbstractContextManager[IO[bytes]]:
        """Open an object for reading and seeking; raises :class:`Missing`."""

    def sha256(self, key: str) -> str:
        """Return the hexadecimal SHA-256 of an object, read piece by piece; raises :class:`Missing`."""

    def on_disk(self, key: str) -> AbstractContextManager[Path]:
        """Give an object as a file to read, for a program that needs one."""

    def put(self, key: str, path: Path, content_type: str) -> None:
        """Store a file as an object, all or nothing; an older one is replaced."""

    def size(self, key: str) -> int | None:
        """Return an object's size, ``None`` for one that is not there."""

    def delete(self, keys: Sequence[str]) -> None:
        """Delete objects; those that are not there are deleted already."""

    def url(self, key: str, *, name: str, content_type: str, inline: bool, seconds: int) -> str | None:
        """Return an expiring address of the store itself, ``None`` when we have to serve it."""

    def objects(self, prefix: str) -> Iterator[Object]:
        """List what lies under ``prefix``."""

    def unfinished(self) -> Iterator[Unfinished]:
        """List uploads in parts that are neither completed nor aborted."""

    def abort(self, upload: Unfinished) -> None:
        """Drop one of those."""
