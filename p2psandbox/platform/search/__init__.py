"""Full-text search in PostgreSQL: what is stored beside a row, how a person's words are looked up, what is shown.

``vector`` turns texts into what is stored, ``understand`` what somebody typed into a query, ``marked`` and
``snippet`` what was found into HTML. All three read words the same way (:mod:`words`, :mod:`stems`, :mod:`lexemes`).
"""

from p2psandbox.platform.search.fulltext import Holds, Rank, RawQuery
from p2psandbox.platform.search.lexemes import label, vector
from p2psandbox.platform.search.marking import marked, mentions, snippet
from p2psandbox.platform.search.query import MAX_QUERY, SHORTEST_PREFIX, Problem, Query, Wanted, understand

#: Changes with what is stored, so that rows stored before can be told and made anew.
RECIPE = 1

__all__ = [
    "MAX_QUERY",
    "RECIPE",
    "SHORTEST_PREFIX",
    "Holds",
    "Problem",
    "Query",
    "Rank",
    "RawQuery",
    "Wanted",
    "label",
    "marked",
    "mentions",
    "snippet",
    "understand",
    "vector",
]
