"""The library: immutable revisions of rich content, and the rule for writing across both stores.

PostgreSQL says *that* a thing exists, MongoDB holds *what it says*. To write:

1. insert a new revision (:meth:`Revision.insert`); nobody can see it yet;
2. in one PostgreSQL transaction, point the catalogue row at it (``revision_id``).

What commits in step 2 is what exists. A crash in between leaves a revision no row leads to;
:func:`sweep` removes such orphans. Each revision names its predecessor, so a thing's history is the chain
from the row's ``revision_id`` backwards, and an orphan is in no chain. Revisions are never changed: a draft's
autosave inserts a new one whose predecessor is the last *submitted* one, and the superseded one falls off.
"""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Self
from uuid import UUID

from django.db import DatabaseError, models
from django.utils import timezone
from pymongo.errors import AutoReconnect, PyMongoError, ServerSelectionTimeoutError

from p2psandbox.platform.databases import LIBRARY
from p2psandbox.platform.errors import Unavailable
from p2psandbox.platform.models import new_id

log = logging.getLogger(__name__)


@contextmanager
def library() -> Iterator[None]:
    """Turn a document server that does not answer into :class:`Unavailable`; wrap every trip to it in this.

    A connection that went stale since its last use counts as not answering once; callers that read retry.
    """
    try:
        yield
    except PyMongoError as error:
        log.warning("document server does not answer: %s", type(error).__name__)
        raise Unavailable from error
    except DatabaseError as error:
        if not isinstance(error.__cause__, PyMongoError):
            raise
        log.warning("document server does not answer: %s", type(error.__cause__).__name__)
        raise Unavailable from error


def _read_again(read: Callable[..., Any]) -> Callable[..., Any]:
    """Repeat a read once when its pooled connection turned out to be closed (server restarted)."""

    @functools.wraps(read)
    def reading(*args: Any, **kwargs: Any) -> Any:
        with library():
            try:
                return read(*args, **kwargs)
            except DatabaseError as error:
                stale = isinstance(error.__cause__, AutoReconnect)
                if not stale or isinstance(error.__cause__, ServerSelectionTimeoutError):
                    raise  # nobody there: waited for long enough already
                return read(*args, **kwargs)

    return reading


class Revision(models.Model):
    """Base of everything in the library. Name subclasses ``…Revision``: the router goes by that.

    ``subject_id`` is the catalogue row it belongs to, ``previous_id`` the revision it replaces (``None`` for
    the first), ``author_id`` the person who wrote it.
    """

    id = models.UUIDField(primary_key=True, db_column="_id", default=new_id, editable=False)
    subject_id = models.UUIDField(db_index=True)
    previous_id = models.UUIDField(null=True)
    author_id = models.UUIDField(null=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        abstract = True

    @classmethod
    def insert(
        cls, *, subject_id: UUID, author_id: UUID | None, previous_id: UUID | None = None, **content: Any
    ) -> Self:
        """Store a new revision, seen by nobody yet, and return it. Raises :class:`Unavailable`."""
        revision = cls(subject_id=subject_id, author_id=author_id, previous_id=previous_id, **content)
        with library():
            revision.save(force_insert=True, using=LIBRARY)
        return revision

    @classmethod
    def insert_many(cls, revisions: Iterable[Self]) -> None:
        """Store many new revisions, seen by nobody yet. Raises :class:`Unavailable`."""
        with library():
            cls._base_manager.using(LIBRARY).bulk_create(list(revisions), batch_size=500)

    @classmethod
    def fetch(cls, ids: Iterable[UUID]) -> dict[UUID, Self]:
        """Return the revisions with these ids, by id, in one query. Raises :class:`Unavailable`."""
        wanted = list(ids)  # once, here: a second attempt would find an iterator used up
        found: dict[UUID, Self] = cls._fetch(wanted) if wanted else {}
        return found

    @classmethod
    @_read_again
    def _fetch(cls, wanted: list[UUID]) -> dict[UUID, Self]:
        return {revision.id: revision for revision in cls._base_manager.using(LIBRARY).filter(id__in=wanted)}

    @classmethod
    def get(cls, revision_id: UUID) -> Self:
        """Return one revision; raises ``LookupError`` if there is none, :class:`Unavailable`."""
        found: dict[UUID, Self] = cls.fetch([revision_id])
        return found[revision_id]

    @classmethod
    @_read_again
    def history(cls, *, subject_id: UUID, revision_id: UUID) -> list[Self]:
        """Return the chain that ends in ``revision_id``, newest first, in one query."""
        known = {r.id: r for r in cls._base_manager.using(LIBRARY).filter(subject_id=subject_id)}
        return [known[link] for link in _chain(known, revision_id)]

    @classmethod
    def discard(cls, revision_id: UUID) -> None:
        """Remove a superseded draft revision, if the server is there; the sweep does it otherwise."""
        try:
            with library():
                cls._base_manager.using(LIBRARY).filter(id=revision_id).delete()
        except Unavailable:
            log.info("superseded revision is left to the sweep")


def _chain(known: dict[UUID, Any], start: UUID | None) -> list[UUID]:
    links: list[UUID] = []
    while start is not None and start in known and start not in links:
        links.append(start)
        start = known[start].previous_id
    return links


@dataclass(frozen=True, slots=True)
class Pointer:
    """Which columns of which catalogue table lead to which kind of revision."""

    revision: type[Revision]
    catalogue: Callable[[], models.QuerySet[Any]]
    columns: tuple[str, ...]


_pointers: list[Pointer] = []


def register(
    revision: type[Revision],
    catalogue: Callable[[], models.QuerySet[Any]],
    *,
    columns: tuple[str, ...] = ("revision_id",),
) -> None:
    """Tell the sweep about a kind of revision (from ``AppConfig.ready``).

    ``catalogue`` returns all rows, deleted ones included; ``columns`` are those that hold a revision's id.
    """
    if not any(known.revision is revision for known in _pointers):
        _pointers.append(Pointer(revision, catalogue, columns))


def sweep(*, older_than: timedelta = timedelta(days=1), dry_run: bool = False, batch: int = 1000) -> dict[str, int]:
    """Remove revisions that no catalogue row leads to, and return how many per kind.

    Only revisions older than ``older_than`` are looked at: a younger one may be about to be pointed at.
    """
    before = timezone.now() - older_than
    return {p.revision.__name__: _sweep_one(p, before, dry_run=dry_run, batch=batch) for p in _pointers}


def _sweep_one(pointer: Pointer, before: datetime, *, dry_run: bool, batch: int) -> int:
    removed = 0
    for ids, subjects in _old_revisions(pointer.revision, before, batch):
        orphans = set(ids) - _reachable(pointer, subjects)
        removed += len(orphans)
        if orphans and not dry_run:
            with library():
                pointer.revision._base_manager.using(LIBRARY).filter(id__in=list(orphans)).delete()
    return removed


def _old_revisions(kind: type[Revision], before: datetime, batch: int) -> Iterator[tuple[list[UUID], set[UUID]]]:
    with library():
        # The library keeps milliseconds: what was written in the one that ``before`` falls into counts as before it.
        rows = list(kind._base_manager.using(LIBRARY).filter(created_at__lte=before).values_list("id", "subject_id"))
    for start in range(0, len(rows), batch):
        part = rows[start : start + batch]
        yield [row[0] for row in part], {row[1] for row in part}


def _reachable(pointer: Pointer, subjects: set[UUID]) -> set[UUID]:
    """Every revision that is in the chain of one of these catalogue rows."""
    heads = pointer.catalogue().filter(pk__in=subjects).values_list(*pointer.columns)
    with library():
        links = pointer.revision._base_manager.using(LIBRARY).filter(subject_id__in=list(subjects))
        known = {revision.id: revision for revision in links.only("id", "previous_id", "subject_id")}
    return {link for row in heads for head in row for link in _chain(known, head)}
