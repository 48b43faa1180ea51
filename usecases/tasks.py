"""Background work on stories."""

from __future__ import annotations

from uuid import UUID

from p2psandbox.platform.tasks.base import job, task
from usecases.actions import exports, importing, media, reading, searches


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


@task("usecases.make_export")
def make_export(export_id: str) -> None:
    """Make the file of an export."""
    exports.make(UUID(export_id))


@job("usecases.look_after_exports")
def look_after_exports() -> None:
    """Remove exports that have expired, and hand out again what got stuck."""
    exports.look_after()


@task("usecases.import_records")
def import_records(import_id: str) -> None:
    """Bring in what is left of an uploaded file."""
    importing.carry_on(UUID(import_id))


@job("usecases.catch_up_imports")
def catch_up_imports() -> None:
    """Go on with imports whose work got lost, and forget old ones."""
    importing.catch_up(import_records)
