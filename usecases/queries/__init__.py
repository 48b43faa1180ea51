"""Reading stories: one story ready to show, lists with filters, what waits for somebody."""

from usecases.queries.facet_counts import Facets, facets
from usecases.queries.listing import ORDERINGS, Filters, listing
from usecases.queries.reading import Editing, Story, editing, fetch_content, history, read, steps
from usecases.queries.waiting import Waiting, review_queue, waiting_for

__all__ = [
    "ORDERINGS",
    "Editing",
    "Facets",
    "Filters",
    "Story",
    "Waiting",
    "editing",
    "facets",
    "fetch_content",
    "history",
    "listing",
    "read",
    "review_queue",
    "steps",
    "waiting_for",
]
