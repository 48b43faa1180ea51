"""The platform, one's company and oneself in numbers, over a period of days and the one before it.

A day is a day of the reader's time zone: it begins at their midnight and has 23 or 25 hours when clocks change. Its
borders are worked out here, once, and PostgreSQL counts between them, so the sum over a series is the figure. What is
deleted, hidden or unpublished counts nowhere, whenever it was written.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import Count, DateTimeField, Exists, F, Func, IntegerField, Min, OuterRef, QuerySet, Value
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.time_zone import zone_of
from forums.models import Post, Topic
from organizations.models import Organization
from p2psandbox.platform import cachetags
from p2psandbox.platform.errors import Invalid
from p2psandbox.platform.permissions import Actor, Permission, require
from usecases.models import Status, UseCase

#: Days of each period, today included; ``None`` is all time.
PERIODS: dict[str, int | None] = {"7d": 7, "30d": 30, "90d": 90, "365d": 365, "all": None}
#: What the numbers are built on: whatever changes one of them renews a tag.
TAGS = ("forums", "usecases", "people", "organizations")
_SECONDS = 3600

Rows = QuerySet[Any, Any]


@dataclass(frozen=True, slots=True)
class Figure:
    """How many in the period, and in as many days before it (``None``: all time has nothing before it)."""

    value: int
    previous: int | None

    @property
    def change(self) -> float | None:
        """The change in per cent of what was before; ``None`` without anything to compare with."""
        if not self.previous:
            return None
        return round(100 * (self.value - self.previous) / self.previous, 1)


@dataclass(frozen=True, slots=True)
class Numbers:
    """Figures by name, and each day's counts in the same names, oldest first, days without anything included."""

    figures: dict[str, Figure]
    days: list[tuple[date, dict[str, int]]]


@dataclass(frozen=True, slots=True)
class Statistics:
    """What one person is shown. ``organization`` is ``None`` for people without one."""

    period: str
    time_zone: str
    first_day: date
    last_day: date
    platform: Numbers
    organization: Numbers | None
    own: Numbers


def statistics(actor: Actor, *, period: str, time_zone: str, now: datetime | None = None) -> Statistics:
    """Return the numbers of a period (a key of :data:`PERIODS`) in days of a time zone.

    Raises ``NotSignedIn``, ``NotVerified``, and ``Invalid`` for a period that does not exist.
    """
    require(actor, Permission.READ_MEMBERS_AREA)
    if period not in PERIODS:
        raise Invalid({"period": _("Choose one of these periods: %(all)s.") % {"all": ", ".join(PERIODS)}})
    zone = zone_of(time_zone)
    today = (now or timezone.now()).astimezone(zone).date()
    frame = _Frame(period, "UTC" if zone is UTC else time_zone, zone, today)
    company = actor.organization_id
    return Statistics(
        period,
        frame.name,
        frame.first_day,
        today,
        platform=_kept(frame, "platform", {}),
        organization=_kept(frame, f"organization:{company}", {"organization_id": company}) if company else None,
        own=_kept(frame, f"person:{actor.id}", {"author_id": actor.id}),
    )


class _Frame:
    """The days of a period and of the one before, and the moments at which they begin."""

    def __init__(self, period: str, name: str, zone: tzinfo, today: date) -> None:
        length = PERIODS[period]
        self.period, self.name, self.zone, self.today = period, name, zone, today
        self.compares = length is not None
        self.first_day = today - timedelta(days=length - 1) if length else _beginning(zone, today)
        self.length = (today - self.first_day).days + 1
        before = self.length if self.compares else 0
        days = range(-before, self.length + 1)
        self.borders = [_midnight(self.first_day + timedelta(days=number), zone) for number in days]

    @property
    def key(self) -> str:
        return f"{self.period}:{self.name}:{self.first_day}:{self.today}"


def _midnight(day: date, zone: tzinfo) -> datetime:
    """The first moment of a day; where clocks skip midnight, the moment they do."""
    return datetime.combine(day, time.min, tzinfo=zone).astimezone(UTC)


def _beginning(zone: tzinfo, today: date) -> date:
    """The day of the first thing on the platform."""
    first = cachetags.cached("periods:first", make=_first_moment, tags=TAGS, seconds=_SECONDS)
    return min(first.astimezone(zone).date(), today) if first else today


def _first_moment() -> datetime | None:
    moments = [rows.aggregate(first=Min(column))["first"] for rows, column in _sources({}).values()]
    return min((moment for moment in moments if moment is not None), default=None)


def _kept(frame: _Frame, whose: str, theirs: dict[str, Any]) -> Numbers:
    return cachetags.cached(
        f"periods:{whose}:{frame.key}", make=lambda: _count(frame, _sources(theirs)), tags=TAGS, seconds=_SECONDS
    )


def _sources(theirs: dict[str, Any]) -> dict[str, tuple[Rows, str]]:
    """Return what is counted, by name: rows and the column of their moment. ``theirs`` is empty for everybody's.

    Everybody's replies are counted along an index of theirs alone, which knows nothing of topics: those of deleted
    topics, few, are counted apart and taken off.
    """
    of_answer = {f"best_answer__{name}": value for name, value in theirs.items()}
    there: dict[str, tuple[Rows, str]] = {
        "topics": (Topic.objects.alive().filter(**theirs), "created_at"),
        "replies": (
            _replies().filter(topic__deleted_at__isnull=True, **theirs) if theirs else _replies(), "created_at"
        ),
        "best_answers": (Topic.objects.alive().filter(best_answer__isnull=False, **of_answer), "best_answer_at"),
        "use_cases": (UseCase.objects.alive().filter(status=Status.PUBLISHED, **theirs), "published_at"),
    }  # fmt: skip
    if "author_id" not in theirs:
        active = User.objects.filter(is_active=True, deleted_at__isnull=True, email_verified_at__isnull=False)
        there["members"] = (active.filter(**theirs), "created_at")
    if not theirs:
        confirmed = User.objects.filter(organization=OuterRef("pk"), email_verified_at__isnull=False)
        there["organizations"] = (Organization.objects.alive().filter(Exists(confirmed)), "created_at")
    return there


def _replies() -> Rows:
    rows: Rows = Post.objects.standing().filter(number__gt=1)
    return rows


def _count(frame: _Frame, sources: dict[str, tuple[Rows, str]]) -> Numbers:
    counted = {name: _per_day(rows, column, frame.borders) for name, (rows, column) in sources.items()}
    if "organizations" in sources:  # everybody's: see _sources
        gone = _per_day(_replies().filter(topic__deleted_at__isnull=False), "created_at", frame.borders)
        counted["replies"] = {day: count - gone.get(day, 0) for day, count in counted["replies"].items()}
    before = len(frame.borders) - 1 - frame.length
    figures = {
        name: Figure(_sum(found, range(before, before + frame.length)), _sum(found, range(before)) if before else None)
        for name, found in counted.items()
    }
    days = [
        (
            frame.first_day + timedelta(days=number),
            {name: found.get(before + number, 0) for name, found in counted.items()},
        )
        for number in range(frame.length)
    ]
    return Numbers(figures, days)


def _sum(found: dict[int, int], days: Iterable[int]) -> int:
    return sum(found.get(day, 0) for day in days)


def _per_day(rows: Rows, column: str, borders: list[datetime]) -> dict[int, int]:
    """Count rows between each border and the next; the answer's keys are their places, days without rows left out."""
    within = rows.filter(**{f"{column}__gte": borders[0], f"{column}__lt": borders[-1]})
    days = Func(
        F(column), Value(borders, output_field=ArrayField(DateTimeField())),
        function="width_bucket", output_field=IntegerField(),
    )  # fmt: skip
    counted = within.order_by().annotate(day=days).values_list("day").annotate(Count("pk"))
    return {day - 1: count for day, count in counted}
