"""A conversation's messages as a page shows them: by day, oldest first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.utils import timezone
from django.utils.safestring import SafeString

from messaging.links_in_text import linked
from messaging.queries.conversations import Line


@dataclass(frozen=True, slots=True)
class Bubble:
    """One message with its text as HTML."""

    line: Line
    html: SafeString


@dataclass(frozen=True, slots=True)
class Day:
    """What was written on one day, where the reader is."""

    date: date
    bubbles: list[Bubble]


def by_day(lines: Iterable[Line]) -> list[Day]:
    """Return lines (newest first) by the reader's days, oldest first."""
    shown = (Bubble(line, linked(line.message.body)) for line in reversed(list(lines)))
    return [Day(day, list(found)) for day, found in groupby(shown, key=_day_of)]


def _day_of(bubble: Bubble) -> date:
    return timezone.localtime(bubble.line.message.created_at).date()
