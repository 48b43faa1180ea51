"""Background work on stories."""

from __future__ import annotations

from celery import shared_task

from usecases.actions.reading import flush_views


@shared_task(name="usecases.flush_views")
def flush_use_case_views() -> int:
    """Add the views gathered in Redis to the stories' counters."""
    return flush_views()
