"""Two to four stories side by side: their outcomes in the same units as far as units allow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from uuid import UUID

from django.db.models import Prefetch
from django.utils.translation import gettext as _

from p2psandbox.platform.errors import Invalid, NotFound
from p2psandbox.platform.permissions import Actor
from usecases.metrics import by_key, converted, unit_of
from usecases.metrics.definitions import words
from usecases.metrics.units import Unit
from usecases.models import UseCase, UseCaseMetric
from usecases.outcomes import direction

FEWEST, MOST = 2, 4


@dataclass(frozen=True, slots=True)
class Cell:
    """What one story says of one metric. Figures are in ``unit``; words stand where there is no figure.

    ``is_converted`` says that the writer gave them in another unit (``given_unit``).
    """

    baseline: Decimal | None
    result: Decimal | None
    baseline_words: str
    result_words: str
    unit: str
    given_unit: str
    is_converted: bool
    change: Decimal | None
    improved: bool | None
    period: str
    method: str


@dataclass(slots=True)
class Line:
    """One metric across the stories; ``cells`` has ``None`` where a story says nothing of it.

    ``unit`` is the one all figures are in, empty where they cannot be brought into one.
    """

    key: str
    name: str
    direction: int
    unit: str = ""
    cells: list[Cell | None] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Stories in the order asked for, and their metrics: those most of them share first."""

    stories: list[UseCase]
    lines: list[Line]


def compare(actor: Actor, ids: Sequence[UUID]) -> Comparison:
    """Return stories side by side: two statements.

    Raises ``Invalid`` (``ids``) unless these are two to four, ``NotFound`` if one may not be seen.
    """
    wanted = list(dict.fromkeys(ids))
    if not FEWEST <= len(wanted) <= MOST:
        raise Invalid({"ids": _("Choose two to four use cases to compare.")})
    metrics = Prefetch("metrics", UseCaseMetric.objects.order_by("position"))
    rows = UseCase.objects.visible_to(actor).lean().select_related("organization").prefetch_related(metrics)
    found = {row.pk: row for row in rows.filter(pk__in=wanted)}
    if len(found) < len(wanted):
        raise NotFound
    stories = [found[pk] for pk in wanted]
    return Comparison(stories, _lines(stories))


def _lines(stories: list[UseCase]) -> list[Line]:
    grouped: dict[tuple[str, int], list[UseCaseMetric | None]] = {}
    for place, story in enumerate(stories):
        seen: dict[str, int] = {}
        for metric in story.metrics.all():
            group = metric.key or " ".join(words(metric.name))
            seen[group] = seen.get(group, 0) + 1  # a second one of the same name is a line of its own
            grouped.setdefault((group, seen[group]), [None] * len(stories))[place] = metric
    lines = [_line(entries) for entries in grouped.values()]
    return sorted(lines, key=lambda line: line.cells.count(None))


def _line(entries: list[UseCaseMetric | None]) -> Line:
    first = next(entry for entry in entries if entry is not None)
    definition = by_key(first.key)
    line = Line(first.key, definition.name if definition else first.name, direction(first.name))
    units = [unit_of(entry.unit) if entry else None for entry in entries]
    common = _common_unit(entries, units)
    line.unit = common.symbol if common else _same_words(entries)
    line.cells = [
        _cell(entry, unit, common, line.direction) if entry else None
        for entry, unit in zip(entries, units, strict=True)
    ]
    return line


def _common_unit(entries: list[UseCaseMetric | None], units: list[Unit | None]) -> Unit | None:
    """The unit of the first story, if the figures of all others can be brought into it."""
    given = [unit for entry, unit in zip(entries, units, strict=True) if entry is not None]
    if any(unit is None for unit in given):
        return None
    first = given[0]
    return first if all(unit and first and unit.dimension == first.dimension for unit in given) else None


def _same_words(entries: list[UseCaseMetric | None]) -> str:
    """A unit nobody knows, if all of them write it alike."""
    spellings = {entry.unit.strip().casefold(): entry.unit for entry in entries if entry is not None}
    return next(iter(spellings.values())) if len(spellings) == 1 else ""


def _cell(entry: UseCaseMetric, unit: Unit | None, common: Unit | None, sign: int) -> Cell:
    is_converted = unit is not None and common is not None and unit.factor != common.factor
    change = entry.change
    return Cell(
        baseline=_in(entry.baseline_value, unit, common),
        result=_in(entry.result_value, unit, common),
        baseline_words=entry.baseline,
        result_words=entry.result,
        unit=common.symbol if common is not None else entry.unit,
        given_unit=entry.unit,
        is_converted=is_converted,
        change=change,
        improved=None if not change or not sign else (change > 0) == (sign > 0),
        period=entry.period,
        method=entry.method,
    )


def _in(value: Decimal | None, unit: Unit | None, common: Unit | None) -> Decimal | None:
    if value is None or unit is None or common is None:
        return value
    return converted(value, unit, common)


def ids_of(texts: Sequence[str]) -> list[UUID]:
    """Return the ids that an address names, one after the other or with commas between them.

    Raises ``Invalid`` (``ids``) for what is none.
    """
    try:
        return [UUID(part.strip()) for text in texts for part in text.split(",") if part.strip()]
    except ValueError as error:
        raise Invalid({"ids": _("Give the ids of two to four use cases.")}) from error
