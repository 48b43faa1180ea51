"""Background work on stories."""

from __future__ import annotations

from p2psandbox.platform.tasks.base import job
from usecases.actions import reading


@job("usecases.flush_views")
def flush_use_case_views() -> None:
    """Add the views gathered in Redis to the stories' counters."""
    reading.flush_views()
