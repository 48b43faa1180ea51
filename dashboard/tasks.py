"""The dashboard's background work."""

from __future__ import annotations

from dashboard import trending
from p2psandbox.platform.tasks.base import job


@job("dashboard.trending")
def recompute_trending() -> None:
    """Every few minutes: work out anew what trends."""
    trending.recompute()
