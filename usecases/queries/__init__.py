"""Reading stories: one story ready to show, lists with filters, what waits for somebody."""

from usecases.queries.contacts import (
    contact_given_to,
    contact_request,
    request_about,
    requests_all,
    requests_received,
    requests_sent,
)
from usecases.queries.facet_counts import Facets, facets
from usecases.queries.listing import ORDERINGS, Filters, listing
from usecases.queries.outcomes import OutcomeFilter, outcome_filter
from usecases.queries.reading import Editing, Story, editing, fetch_content, history, read, steps
from usecases.queries.waiting import Waiting, review_queue, waiting_for

__all__ = [
    "ORDERINGS",
    "Editing",
    "Facets",
    "Filters",
    "OutcomeFilter",
    "Story",
    "Waiting",
    "contact_given_to",
    "contact_request",
    "editing",
    "facets",
    "fetch_content",
    "history",
    "listing",
    "outcome_filter",
    "read",
    "request_about",
    "requests_all",
    "requests_received",
    "requests_sent",
    "review_queue",
    "steps",
    "waiting_for",
]
