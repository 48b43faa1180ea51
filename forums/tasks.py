"""Background work of the forums."""

from __future__ import annotations

from celery import shared_task

from forums.actions import reading


@shared_task(name="forums.flush_views")
def flush_views() -> int:
    """Bring the topics' view counts up to date; beat calls it every minute."""
    return reading.flush_views()
