"""Reading stories: one story ready to show, lists with filters, what waits for somebody."""

from usecases.queries.changes import Changes, can_be_compared, changes
from usecases.queries.contacts import (
    contact_given_to,
    contact_request,
    request_about,
    requests_all,
    requests_received,
    requests_sent,
)
from usecases.queries.facet_counts import Choice, Facets, facets
from usecases.queries.listing import DISTANCE, ORDERINGS, Filters, listing
from usecases.queries.nearby import DEFAULT_KM, MOST_KM, Near, near
from usecases.queries.outcomes import OutcomeFilter, outcome_filter
from usecases.queries.reading import Editing, Story, editing, fetch_content, history, read, steps
from usecases.queries.replications import replication, replications, replications_of, replications_to_review
from usecases.queries.waiting import Waiting, review_queue, waiting_for

__all__ = [
    "DEFAULT_KM",
    "DISTANCE",
    "MOST_KM",
    "ORDERINGS",
    "Changes",
    "Choice",
    "Editing",
    "Facets",
    "Filters",
    "Near",
    "OutcomeFilter",
    "Story",
    "Waiting",
    "can_be_compared",
    "changes",
    "contact_given_to",
    "contact_request",
    "editing",
    "facets",
    "fetch_content",
    "history",
    "listing",
    "near",
    "outcome_filter",
    "read",
    "replication",
    "replications",
    "replications_of",
    "replications_to_review",
    "request_about",
    "requests_all",
    "requests_received",
    "requests_sent",
    "review_queue",
    "steps",
    "waiting_for",
]
