"""Finding stories by words: a first cut on PostgreSQL's full text, in English, Arabic and as typed."""

from __future__ import annotations

import functools
import operator
import re
from typing import Any

from django.contrib.postgres.search import CombinedSearchVector, SearchQuery, SearchVector
from django.db.models import Q, Value

from usecases.content import Content

#: Stems of both languages, and words as they stand (part numbers, acronyms).
CONFIGURATIONS = ("simple", "english", "arabic")

#: Longest text that goes into the index, in characters, so that a vector stays below PostgreSQL's 1 MB.
INDEXED = 40_000

#: Scripts without spaces between words, where full text finds nothing inside a sentence.
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0e7f]")


def vector(content: Content, organization: str) -> CombinedSearchVector:
    """Return the expression that fills a row's ``search_vector``."""
    metrics = " ".join(f"{m.name} {m.unit}" for m in content.metrics)
    parts = {
        "A": content.title,
        "B": " ".join((*content.technologies, content.summary, content.vendor, metrics, organization)),
        "C": " ".join((content.outcomes.text, content.city, content.site)),
        "D": " ".join((content.problem.text, content.solution.text, content.difficulties.text, *content.lessons)),
    }
    vectors: list[Any] = [
        SearchVector(Value(text[:INDEXED]), weight=weight, config=configuration)
        for weight, text in parts.items()
        for configuration in CONFIGURATIONS
    ]
    return functools.reduce(operator.add, vectors)  # type: ignore[no-any-return]  # adding makes one


def matching(words: str) -> Q:
    """Return the condition that a row matches what somebody typed; the last word may be unfinished."""
    query = SearchQuery(words, search_type="websearch", config="simple")
    for configuration in CONFIGURATIONS[1:]:
        query = query | SearchQuery(words, search_type="websearch", config=configuration)
    condition = Q(search_vector=query)
    tokens = re.findall(r"\w+", words)
    if tokens and '"' not in words:
        raw = " & ".join(f"'{token}'" for token in tokens[:-1]) + (" & " if tokens[1:] else "")
        condition |= Q(search_vector=SearchQuery(f"{raw}'{tokens[-1]}':*", search_type="raw", config="simple"))
    if _UNSPACED.search(words):
        condition |= Q(title__icontains=words) | Q(summary__icontains=words) | Q(excerpt__icontains=words)
    return condition
