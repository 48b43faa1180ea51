"""Background work on stories."""

from __future__ import annotations

from p2psandbox.platform.tasks.base import job
from usecases.actions import media, reading, searches


@job("usecases.flush_views")
def flush_use_case_views() -> None:
    """Add the views gathered in Redis to the stories' counters."""
    reading.flush_views()


@job("usecases.delete_dropped_media")
def delete_dropped_media() -> None:
    """Each night: delete files of stories that no version shows since a day."""
    media.delete_dropped()


@job("usecases.saved_searches")
def tell_of_saved_searches() -> None:
    """Tell people of new stories that match what they look for."""
    searches.tell_of_new()
