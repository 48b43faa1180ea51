"""Background work of the forums."""

from __future__ import annotations

from forums.actions import reading
from p2psandbox.platform.tasks.base import job


@job("forums.flush_views")
def flush_views() -> None:
    """Bring the topics' view counts up to date; beat calls it every minute."""
    reading.flush_views()
