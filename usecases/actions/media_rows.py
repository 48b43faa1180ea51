"""Keeping the rows of media in step with what revisions say, inside the transaction that points to one."""

from __future__ import annotations

from django.utils import timezone

from usecases.content import Content
from usecases.models import UseCase, UseCaseMedia


def shown(row: UseCase, content: Content) -> None:
    """Let the rows mirror a content that is both what readers see and the working copy."""
    rows = {str(one.pk): one for one in UseCaseMedia.objects.filter(use_case=row)}
    items = [medium for medium in content.media if medium.id in rows]
    wanted = {one.id: (position, one.caption, one.cover) for position, one in enumerate(items)}
    changed = [one for key, one in rows.items() if (one.position, one.caption, one.cover) != wanted.get(key)]
    if not changed:
        return
    now = timezone.now()
    # Positions are unique, and so is the cover: first nobody has one, then everybody their own.
    UseCaseMedia.objects.filter(use_case=row).update(position=None, cover=False)
    for key, one in rows.items():
        if key in wanted:
            one.position, one.caption, one.cover = wanted[key]
            one.dropped_at = None
        else:
            one.position, one.cover = None, False
            one.dropped_at = one.dropped_at or now
    UseCaseMedia.objects.bulk_update(rows.values(), ["position", "caption", "cover", "dropped_at"])


def working(row: UseCase, content: Content) -> None:
    """Note which rows a working copy beside the published version has, and which nobody has any more."""
    kept = [medium.id for medium in content.media]
    aside = UseCaseMedia.objects.filter(use_case=row, position__isnull=True)
    aside.filter(pk__in=kept, dropped_at__isnull=False).update(dropped_at=None)
    aside.filter(dropped_at__isnull=True).exclude(pk__in=kept).update(dropped_at=timezone.now())


def back_to_shown(row: UseCase) -> None:
    """The working copy is gone: what only it had is dropped."""
    UseCaseMedia.objects.filter(use_case=row, position__isnull=True, dropped_at__isnull=True).update(
        dropped_at=timezone.now()
    )
