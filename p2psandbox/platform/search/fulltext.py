"""One vector per row, in three readings: English stems, Arabic stems, and words as they are.

The unstemmed reading keeps acronyms and part numbers (PLC, OEE, 6ES7) findable; the stems find "sensor" in
"sensors". A query is read the same three ways and matches if any reading does.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Sequence
from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import Value

#: PostgreSQL's text-search configurations every text is read in.
CONFIGURATIONS = ("english", "arabic", "simple")
#: Longest query taken, in characters.
MAX_QUERY = 200


def index_of(parts: Sequence[tuple[str, str]]) -> Any:
    """Return an expression for a row's search vector from ``(weight, text)`` parts, ``"A"`` weighing most."""
    vectors = [
        SearchVector(Value(text), config=configuration, weight=weight)
        for weight, text in parts
        for configuration in CONFIGURATIONS
        if text
    ]
    return functools.reduce(operator.add, vectors) if vectors else Value(None)


def matching(words: str) -> Any:
    """Return the query for what a person typed: words, "phrases", ``or`` and ``-not``."""
    queries = [
        SearchQuery(words[:MAX_QUERY], config=configuration, search_type="websearch")
        for configuration in CONFIGURATIONS
    ]
    return functools.reduce(operator.or_, queries)
