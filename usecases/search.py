"""Finding stories by words: one vector a row, read and looked up as the platform's search does it."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.search import SearchVectorField
from django.db.models import Func, Q, Value

from p2psandbox.platform import search
from usecases.content import Content

#: Changes with what is stored, so that rows stored before can be told and made anew.
RECIPE = search.RECIPE + 1

#: Longest text that goes into the index, in characters.
INDEXED = 40_000


def parts(content: Content, organization: str) -> list[tuple[str, str]]:
    """Return a story's texts by how much their words weigh, the most first."""
    metrics = " ".join(f"{m.name} {m.unit}" for m in content.metrics)
    texts = {
        "A": content.title,
        "B": " ; ".join((*content.technologies, content.summary, content.vendor, metrics, organization)),
        "C": " ; ".join((content.outcomes.text, content.city, content.site)),
        "D": " ; ".join((content.problem.text, content.solution.text, content.difficulties.text, *content.lessons)),
    }
    return [(weight, text[:INDEXED]) for weight, text in texts.items()]


def vector_text(content: Content, organization: str) -> str:
    """Return a row's ``search_vector`` in PostgreSQL's spelling."""
    return search.vector(parts(content, organization))


def vector(content: Content, organization: str) -> Any:
    """Return the expression that fills a row's ``search_vector``."""
    text = Value(vector_text(content, organization))
    return Func(text, template="%(expressions)s::tsvector", output_field=SearchVectorField())


def tsquery(words: str) -> str:
    """Return what somebody typed in PostgreSQL's spelling, its last word perhaps unfinished; empty for nothing."""
    query = search.understand(words)
    if not query:
        return ""
    return query.unfinished if len(query.last) >= search.SHORTEST_PREFIX else query.tsquery


def matching(words: str) -> Q:
    """Return the condition that a row holds what somebody typed; nothing holds words that say nothing."""
    wanted = tsquery(words)
    return Q(search_vector=search.RawQuery(wanted)) if wanted else Q(pk__in=[])


def rank(words: str) -> Any:
    """Return how well a row answers what somebody typed, as an expression; ``None`` where there is nothing to rank."""
    wanted = tsquery(words)
    return search.Rank("search_vector", wanted) if wanted else None
