"""Tables of results: on the terminal and as Markdown."""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.load import Result
from benchmarks.rows import REFERENCE

HEADINGS = (
    "",
    "requests/s",
    "of bare",
    "alone p95 ms",
    "p50 ms",
    "p95 ms",
    "p99 ms",
    "server ms",
    "stores ms",
    "queries",
    "cold",
    "cold p95 ms",
    "kB",
    "memory MB",
    "errors",
)

Results = dict[str, Result]


def cells(results: Results) -> list[list[str]]:
    """Return the table's lines, without headings."""
    reference = results[REFERENCE].per_second if REFERENCE in results else 0.0
    return [_line(result, reference) for result in results.values()]


def _line(result: Result, reference: float) -> list[str]:
    share = f"{result.per_second / reference:.3f}" if reference else "–"
    return [
        result.row.title,
        f"{result.per_second:,.0f}",
        share,
        *(f"{value:.1f}" for value in (result.alone_p95, result.p50, result.p95, result.p99)),
        *(f"{value:.2f}" for value in (result.server_work, result.stores_work)),
        f"{result.sql} + {result.documents}",
        f"{result.cold[0]} + {result.cold[1]}",
        f"{result.cold_p95:.0f}",
        f"{result.page_bytes / 1000:.1f}",
        f"{result.memory / 1e6:.0f}",
        str(result.errors),
    ]


def growth(everything: dict[str, Results]) -> list[list[str]]:
    """Return, per row, requests/s, processor time and size at each scale, and the last one's time over the first's."""
    scales = list(everything)
    first, last = everything[scales[0]], everything[scales[-1]]
    return [
        [
            result.row.title,
            *(f"{everything[scale][key].per_second:,.0f}" for scale in scales),
            *(f"{everything[scale][key].work:.2f}" for scale in scales),
            *(f"{everything[scale][key].page_bytes / 1000:.0f}" for scale in scales),
            f"{last[key].work / result.work:.2f}" if result.work else "–",
        ]
        for key, result in first.items()
    ]


def _growth_headings(everything: dict[str, Results]) -> list[str]:
    scales = list(everything)
    figures = [f"{scale}, {what}" for what in ("requests/s", "ms", "kB") for scale in scales]
    return ["", *figures, f"{scales[-1]} / {scales[0]}"]


def show(everything: dict[str, Results], console: Console) -> None:
    """Print a table per scale, and how they compare when there is more than one."""
    for scale, results in everything.items():
        console.print(_table(f"{scale} data set", list(HEADINGS), cells(results)))
    if len(everything) > 1:
        console.print(_table("as the data grows", _growth_headings(everything), growth(everything)))


def _table(title: str, headings: list[str], lines: list[list[str]]) -> Table:
    table = Table(title=title, title_justify="left")
    for number, heading in enumerate(headings):
        table.add_column(heading, justify="right" if number else "left", no_wrap=True)
    for line in lines:
        table.add_row(*line)
    return table


def markdown(everything: dict[str, Results], how: str, *, busy: float, hit_rates: Mapping[str, float | None]) -> str:
    """Return the page ``docs/benchmarks.md``.

    ``how`` is the command that repeats it; ``busy`` is how many programs wanted to run on average before it began;
    ``hit_rates`` are the share of hits in the cache of aggregates, 0 to 1, for each scale.
    """
    today = datetime.now(UTC).date().isoformat()
    parts = [_INTRODUCTION.format(today=today, machine=_machine(), how=how)]
    if busy > _QUIET:
        parts.append(_BUSY.format(busy=busy))
    for scale, results in everything.items():
        parts.append(f"## The {scale} data set\n\n{_markdown(list(HEADINGS), cells(results))}")
        if (rate := hit_rates.get(scale)) is not None:
            parts.append(_HIT_RATE.format(rate=rate))
    if len(everything) > 1:
        parts.append(f"## As the data grows\n\n{_markdown(_growth_headings(everything), growth(everything))}")
    return "\n\n".join([*parts, _NOTES]) + "\n"


def write(
    path: Path, everything: dict[str, Results], how: str, *, busy: float, hit_rates: Mapping[str, float | None]
) -> None:
    """Store :func:`markdown` under ``path``."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(markdown(everything, how, busy=busy, hit_rates=hit_rates))


def _markdown(headings: list[str], lines: list[list[str]]) -> str:
    rule = ["---", *("---:" for _ in headings[1:])]
    return "\n".join("| " + " | ".join(line) + " |" for line in (headings, rule, *lines))


def _machine() -> str:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    words = {1: "one core", 2: "two cores", 4: "four cores"}.get(cores, f"{cores} cores")
    return f"{words}, {platform.machine()}, Python {platform.python_version()}"


_INTRODUCTION = """# How fast it is

Measured on {today} on a machine with {machine}. The load, the server, PostgreSQL, Redis and the document server
share those cores, so absolute figures say little about another machine; the column *of bare* (requests/s as a share
of a Django view that does nothing, measured in the same run) says more.

To repeat it: `{how}`. It needs `wrk`, which `make bench` installs where it may."""

#: More waiting programs than this, and the figures are not the product's alone.
_QUIET = 0.5

_BUSY = """> **The machine was busy with other work** ({busy:.1f} programs wanted to run before it
> began), so requests/s are below and latencies above those of a quiet one, and processor times inflated.
> Ratios between rows hold better. Repeat it on a quiet machine before quoting it."""

_HIT_RATE = (
    "Looks into the cache of aggregates (numbers, facets, home, trending) that found what they wanted: {rate:.1%}."
)

_NOTES = """## What is measured

- The server is the one production runs: `python -m p2psandbox.platform.programs web` (Granian, two workers) in the
  production profile, with logging on, driven by wrk from a process of its own over kept-alive connections. Figures
  are medians over the rounds, which take turns through all rows so that noise spreads.
- Pages are requested signed in, by 24 people in turn; lists and pages rotate over up to 48 addresses. Caches are
  warm, as they are for the pages people read.
- *alone* is what a single reader waits for one page after another. *p50*, *p95* and *p99* are of ten connections that
  ask without a pause: they keep both cores busy, so most of that time is spent in the queue.
- *bare view, no middleware* is Django and the server; *all middleware* adds what every signed-in request passes.
- *server ms* and *stores ms* are the processor time of one core that a request costs in the server's processes, and
  in PostgreSQL, Redis and the document server together. Other programs on the machine change these figures least.
- *As the data grows* compares the processor time of server and stores together; 1.00 means that a page costs the same
  however much there is. Where the small set does not fill a page (few topics fit three filters), the large one's page
  holds more and costs more: see the *kB* beside it.
- *queries* are those of one request with warm caches, SQL + documents, the most of any address of the row; *cold* the
  same with an empty cache, session included, and *cold p95* how long that takes inside the server's process, the
  slowest but one of twenty. Checking a pooled connection before use is not counted.
- *kB* is the page before compression, *memory* the resident memory of the server's processes together.
- *errors* counts every answer that is not the page: wrong status, wrong size, broken connections, timeouts.
- Stores are seeded by `manage.py seed` without waiting for the disk, then started anew with every write on disk
  before it is acknowledged, and measured like that. They are kept under `var/bench/` for the next run."""
