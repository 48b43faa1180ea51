"""A list whose length is known already."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet


class Counted:
    """Rows as paginators take them, whose number the facets have counted: it takes no statement of its own."""

    ordered = True

    def __init__(self, rows: QuerySet[Any], total: int) -> None:
        self.rows = rows
        self.total = total

    def count(self) -> int:
        return self.total

    def __len__(self) -> int:
        return self.total

    def __getitem__(self, part: slice) -> QuerySet[Any]:
        return self.rows[part]
