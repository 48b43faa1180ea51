"""The demo use cases, taken as far as each one's ``state`` says by the actions people use, then moved back in time."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from accounts.models import MemberRole, User
from dashboard.demo import content
from dashboard.demo.people import Cast
from p2psandbox.platform.databases import LIBRARY
from p2psandbox.platform.permissions import Actor
from usecases.actions import drafts, lifecycle, reading
from usecases.documents import UseCaseRevision
from usecases.models import UseCase, UseCaseTransition

_FIELDS = (
    *("title", "summary", "category", "technologies", "budget_range", "timeline_months", "vendor", "lessons"),
    *("problem", "solution", "outcomes", "difficulties", "metrics", "visibility"),
)
_PLACE = ("site", "latitude", "longitude")

#: A story was begun so long before it was handed in, and signed off so long after.
_WRITING = timedelta(days=4, hours=6)
_REVIEWING = timedelta(hours=19)


def make_use_cases(cast: Cast, now: datetime) -> dict[UUID, datetime]:
    """Write every story; return when each revision was written. Contacts are prefilled by the action."""
    times: dict[UUID, datetime] = {}
    for entry in content.use_cases():
        times |= _make(entry, cast, now)
    return times


def _make(entry: dict[str, Any], cast: Cast, now: datetime) -> dict[UUID, datetime]:
    actor = cast.actor(entry["author"])
    changes: dict[str, Any] = {name: entry[name] for name in _FIELDS if name in entry}
    changes["location"] = {name: entry[name] for name in _PLACE if name in entry}
    row, _new = drafts.start_draft(actor=actor, changes=changes)
    if entry["state"] != "draft":
        row = lifecycle.submit(actor=actor, use_case_id=row.pk)
    if entry["state"] == "published" and not row.is_published:
        row = lifecycle.approve(actor=_admin_of(cast.people[entry["author"]]), use_case_id=row.pk)
    if entry.get("featured"):
        row = lifecycle.feature(actor=cast.actor("mona"), use_case_id=row.pk)
    for name in entry.get("liked_by", ()):
        reading.like(actor=cast.actor(name), use_case_id=row.pk)
    handed_in = now - timedelta(days=entry["days_ago"])
    _move_back(row, entry, handed_in)
    return {
        revision_id: handed_in - _WRITING for revision_id in (row.revision_id, row.draft_revision_id) if revision_id
    }


def _admin_of(author: User) -> Actor:
    return User.objects.filter(organization=author.organization, role=MemberRole.ADMIN)[0].actor


def _move_back(row: UseCase, entry: dict[str, Any], handed_in: datetime) -> None:
    last = handed_in
    for step in UseCaseTransition.objects.filter(use_case=row).order_by("created_at", "id"):
        last = {"started": handed_in - _WRITING, "submitted": handed_in, "featured": last + _REVIEWING}.get(
            step.step, handed_in + _REVIEWING
        )
        UseCaseTransition.objects.filter(pk=step.pk).update(created_at=last)
    rows = UseCase.objects.filter(pk=row.pk)
    rows.update(created_at=handed_in - _WRITING, updated_at=last, view_count=entry.get("views", 0))
    rows.filter(submitted_at__isnull=False).update(submitted_at=handed_in)
    rows.filter(published_at__isnull=False).update(published_at=handed_in + _REVIEWING)
    rows.filter(featured_at__isnull=False).update(featured_at=last)
    row.likes.update(created_at=last + timedelta(hours=5))


def move_revisions_back(times: dict[UUID, datetime]) -> None:
    """Give revisions the time of what they say; after the commit, or the sweep would take them for orphans."""
    for revision_id, time in times.items():
        UseCaseRevision._base_manager.using(LIBRARY).filter(id=revision_id).update(created_at=time)
