"""Vectors and queries as PostgreSQL takes them."""

from __future__ import annotations

from django.contrib.postgres.search import SearchQuery
from django.db.models import BooleanField, F, FloatField, Func

#: What a word weighs by where it stands, from weight D to A.
WEIGHTS = (0.2, 0.3, 0.6, 1.0)
#: A long text must say more to rank as high: divides by 1 + the logarithm of its length.
_BY_LENGTH = 1


class RawQuery(SearchQuery):
    """A query in PostgreSQL's own spelling, made by :mod:`query`: its lexemes are quoted and ready."""

    template = "%(expressions)s::tsquery"

    def __init__(self, tsquery: str) -> None:
        super().__init__(tsquery, search_type="raw")


class Holds(Func):
    """Whether a vector column answers a query, worked out row by row: as a condition no index is used for it."""

    template = "COALESCE(%(expressions)s, FALSE)"
    arg_joiner = " @@ "
    output_field = BooleanField()

    def __init__(self, column: str, query: RawQuery) -> None:
        super().__init__(F(column), query)


class Rank(Func):
    """How well a vector column answers a query: 0 to about 1."""

    function = "ts_rank"
    output_field = FloatField()
    template = f"%(function)s('{{{', '.join(map(str, WEIGHTS))}}}', %(expressions)s, {_BY_LENGTH})"

    def __init__(self, column: str, tsquery: str) -> None:
        super().__init__(F(column), RawQuery(tsquery))
