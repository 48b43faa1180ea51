"""Querysets whose SQL is put together once per process: for the few queries the busiest pages live on.

Building SQL from a queryset costs more than PostgreSQL needs to answer it by key. A prepared query keeps the
queryset as the only statement of what is read, visibility included, and saves its rebuilding; and PostgreSQL
prepares it once per connection (behind PgBouncer this asks for version 1.22 or later).
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db import connections
from django.db.backends.postgresql.base import ServerBindingCursor
from django.db.models import Model, QuerySet
from django.db.models.query import get_related_populators

from p2psandbox.platform.databases import CATALOGUE
from p2psandbox.platform.permissions import Actor

M = TypeVar("M", bound=Model)

#: A connection that asks the same often enough gets a plan of its own for it.
_RUNS_BEFORE_PLANNING_ONCE = 3

#: Values nothing else in a statement has, so that they can be told apart from constants.
_INTEGERS = 1_987_000_000
_IDS = UUID("5eeded00-0000-4000-8000-000000000000").int


class _Statement:
    """SQL with, for each parameter, the name of the value that goes there or the constant that stands there."""

    def __init__(self, build: Callable[..., QuerySet[Any, Any]], values: dict[str, Any]) -> None:
        places: dict[str, Any] = {}
        for index, (name, value) in enumerate(values.items(), start=1):
            places[name] = _stand_in(value, index)
        self.compiler = build(**places).query.get_compiler(using=CATALOGUE)
        self.sql, params = self.compiler.as_sql()
        names = {place.id if isinstance(place, Actor) else place: name for name, place in places.items()}
        self.parts = [(names.get(param), param) for param in params]

    def run(self, values: dict[str, Any]) -> list[tuple[Any, ...]]:
        params = [constant if name is None else values[name] for name, constant in self.parts]
        with _cursor() as cursor:
            cursor.execute(self.sql, [param.id if isinstance(param, Actor) else param for param in params])
            found: list[tuple[Any, ...]] = cursor.fetchall()
        return found


def _cursor() -> Any:
    """Return a cursor that lets PostgreSQL keep the plan: planning takes it longer than answering by key.

    Django's own cursors write the values into the SQL, so that each statement is a new one to the server. The
    debug wrappers (query counts, execute wrappers) stay around this one too.
    """
    catalogue: Any = connections[CATALOGUE]
    catalogue.ensure_connection()
    catalogue.connection.prepare_threshold = _RUNS_BEFORE_PLANNING_ONCE
    kind: Any = ServerBindingCursor  # the stubs do not know what it is made from
    return catalogue._prepare_cursor(kind(catalogue.connection))


def _stand_in(value: Any, index: int) -> Any:
    if isinstance(value, Actor):
        return Actor(value.role, id=UUID(int=_IDS + index))
    if isinstance(value, UUID):
        return UUID(int=_IDS + index)
    if isinstance(value, int):
        return _INTEGERS + index
    # A statement made for something else would serve nobody after.
    raise TypeError(f"A prepared query takes ids and numbers, not {type(value).__name__}.")


class Prepared:
    """A query of an actor and named ids and numbers, written as a function that returns a queryset.

    The function sees placeholders (an actor of the same role, with another id), so it must not look at their
    values. Its queryset ends in ``values_list`` of columns PostgreSQL returns as they are.
    """

    def __init__(self, build: Callable[..., QuerySet[Any, Any]]) -> None:
        self._build = build
        self._statements: dict[Hashable, _Statement] = {}

    def rows(self, actor: Actor, **values: UUID | int) -> list[tuple[Any, ...]]:
        """Run the query and return its rows."""
        given = {"actor": actor, **values}
        statement = self._statements.get(actor.role)
        if statement is None:
            statement = self._statements[actor.role] = _Statement(self._build, given)
        return statement.run(given)


class PreparedLookup(Generic[M]):
    """One row by named ids as a model instance, with what ``select_related`` names and with its annotations.

    Written as a function of placeholders that returns a queryset.
    """

    def __init__(self, build: Callable[..., QuerySet[M, M]]) -> None:
        self._build = lambda **places: build(**places).order_by()
        self._statement: _Statement | None = None

    def get(self, **values: UUID | int) -> M | None:
        """Return the row's instance, ``None`` if there is none."""
        if self._statement is None:
            statement = _Statement(self._build, values)
            self._shape = _Shape(statement.compiler)
            self._statement = statement
        rows = self._statement.run(values)
        return self._shape.instance(rows[0]) if rows else None


class _Shape:
    """How a row becomes an instance: what a queryset's ``ModelIterable`` works out for each run."""

    def __init__(self, compiler: Any) -> None:
        columns = compiler.klass_info["select_fields"]
        self.part = slice(columns[0], columns[-1] + 1)
        self.names = [column[0].target.attname for column in compiler.select[self.part]]
        self.model: Any = compiler.klass_info["model"]
        self.converters = compiler.get_converters([column[0] for column in compiler.select])
        self.compiler = compiler
        populators: Callable[..., Any] = get_related_populators  # the stubs know a later Django's arguments
        self.annotations: dict[str, int] = compiler.annotation_col_map or {}
        self.related = populators(compiler.klass_info, compiler.select, CATALOGUE)

    def instance(self, row: tuple[Any, ...]) -> Any:
        if self.converters:
            row = next(iter(self.compiler.apply_converters([list(row)], self.converters)))
        made = self.model.from_db(CATALOGUE, self.names, row[self.part])
        for related in self.related:
            related.populate(row, made)
        for name, place in self.annotations.items():
            setattr(made, name, row[place])
        return made
