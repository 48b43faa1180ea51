"""Making stories' search vectors anew: after an update that reads words differently, or after a restore."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from p2psandbox.platform.logging import getLogger
from usecases import search
from usecases.content import of_revision
from usecases.documents import UseCaseRevision
from usecases.models import UseCase

log = getLogger(__name__)

#: Stories read from the library and written at a time.
BATCH = 200


def waiting() -> Any:
    """Return the stories whose vector was made by another recipe than today's."""
    return UseCase.objects.exclude(search_recipe=search.RECIPE)


def reindex(*, everything: bool = False, progress: Callable[[int], Any] = lambda stories: None) -> int:
    """Make the vectors that are out of date (with ``everything``, all) and return how many.

    Can be stopped and called again. A story that is changed meanwhile is left to whoever changes it. Raises
    ``Unavailable`` when the library is down.
    """
    made, last = 0, None
    while True:
        rows = (UseCase.objects.all() if everything else waiting()).lean().select_related("organization")
        batch = list((rows.filter(pk__gt=last) if last else rows).order_by("pk")[:BATCH])
        if not batch:
            break
        last = batch[-1].pk
        made += _renew(batch)
        progress(len(batch))
    log.info("use_cases_indexed", stories=made)
    return made


def _renew(rows: list[UseCase]) -> int:
    shown = {row.pk: row.revision_id if row.is_published else row.working_revision_id for row in rows}
    revisions = UseCaseRevision.fetch([pk for pk in shown.values() if pk is not None])
    made = 0
    for row in rows:
        wanted = shown[row.pk]
        revision = revisions.get(wanted) if wanted else None
        if revision is None:
            continue
        vector = search.vector(of_revision(revision), row.organization.name)
        same = UseCase.objects.filter(pk=row.pk, version=row.version)
        made += same.update(search_vector=vector, search_recipe=search.RECIPE)
    return made
