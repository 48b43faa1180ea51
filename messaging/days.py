"""A conversation's messages as a page shows them: by day, oldest first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.utils import timezone

from messaging.queries.conversations import Line


@dataclass(frozen=True, slots=True)
class Day:
    """What was written on one day, where the reader is."""

    date: date
    lines: list[Line]


def by_day(lines: Iterable[Line]) -> list[Day]:
    """Return lines (newest first) by the reader's days, oldest first."""
    return [Day(day, list(found)) for day, found in groupby(reversed(list(lines)), key=_day_of)]


def _day_of(line: Line) -> date:
    return timezone.localtime(line.message.created_at).date()
