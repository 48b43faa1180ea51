"""Writing rows by the hundred thousand: ``COPY`` into PostgreSQL, ``insert_many`` into the document server."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Self
from uuid import UUID

from django.db import connections, models
from psycopg import sql

from p2psandbox.platform.databases import CATALOGUE, LIBRARY

_PLACE = re.compile(r"«(\w+)»")


class Table:
    """One catalogue table, filled by ``COPY``.

    ``names`` are the columns the rows bring, in their order; every other column gets its field's default.
    """

    def __init__(self, model: type[models.Model], names: Sequence[str]) -> None:
        self.table = sql.Identifier(model._meta.db_table)
        rest = [f for f in model._meta.concrete_fields if f.column not in names and not _is_made_by_the_database(f)]
        self.constants = [field.get_default() for field in rest]
        self.columns = [*names, *(str(field.column) for field in rest)]

    def write(self, rows: Iterable[Sequence[Any]]) -> None:
        """Store rows: the named columns."""
        command = sql.SQL("COPY {} ({}) FROM STDIN").format(self.table, _listed(self.columns))
        with connections[CATALOGUE].cursor() as cursor, cursor.copy(command) as copy:
            for row in rows:
                copy.write_row((*row, *self.constants))


def _is_made_by_the_database(field: Any) -> bool:
    return isinstance(field, models.AutoField | models.GeneratedField)


def _listed(names: Sequence[str]) -> sql.Composable:
    return sql.SQL(", ").join(map(sql.Identifier, names))


@contextmanager
def without_indexes(model: type[models.Model]) -> Iterator[None]:
    """Fill a table first and build its indexes after: much faster for those over the words of a text."""
    indexes: list[Any] = list(model._meta.indexes)
    link: Any = connections[CATALOGUE]
    with link.schema_editor(atomic=False) as editor:
        for index in indexes:
            editor.remove_index(model, index)
    yield
    with link.cursor() as cursor:
        cursor.execute("SET LOCAL maintenance_work_mem = '512MB'")
    with link.schema_editor(atomic=False) as editor:
        for index in indexes:
            editor.add_index(model, index)


def settle() -> None:
    """Check the foreign keys of what was written so far now, so that the commit need not remember them all."""
    with connections[CATALOGUE].cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


class Shelf:
    """One collection of the library, filled beside the catalogue by a thread of its own, one batch ahead."""

    def __init__(self, revision: type[models.Model]) -> None:
        connection: Any = connections[LIBRARY]
        connection.ensure_connection()
        self._collection = connection.database[revision._meta.db_table]
        self._columns = {field.attname: str(field.column) for field in revision._meta.concrete_fields}
        self._pool = ThreadPoolExecutor(max_workers=1)
        self._pending: Future[Any] | None = None

    def document(self, **values: Any) -> dict[str, Any]:
        """Return a revision as it is stored; ids are strings without dashes there."""
        columns = self._columns
        return {columns[name]: value.hex if type(value) is UUID else value for name, value in values.items()}

    def write(self, documents: list[dict[str, Any]]) -> None:
        """Store a batch while the caller goes on; waits for the batch before it."""
        self.finish()
        if documents:
            self._pending = self._pool.submit(self._collection.insert_many, documents, ordered=False)

    def finish(self) -> None:
        """Wait until everything is stored; raises what went wrong."""
        if self._pending is not None:
            self._pending.result()
            self._pending = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if error is None:
                self.finish()
        finally:
            self._pool.shutdown()
