"""``python -m benchmarks``: measure and print a table. ``make bench BENCH="--scale large"`` passes options on."""

from __future__ import annotations

import argparse
import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

from rich.console import Console

from benchmarks import report
from benchmarks.load import Result, WrkError, measure, verify, warm_up
from benchmarks.rows import REFERENCE, ROWS, Row
from benchmarks.stage import Stage
from p2psandbox.platform.embedded.environment import ROOT, var_directory
from p2psandbox.platform.embedded.processes import ServiceError
from p2psandbox.platform.embedded.services import AlreadyRunningError

SCALES = ("tiny", "small", "medium", "large", "library")


def main(arguments: list[str]) -> int:
    """Run the benchmark; returns 1 when anything but the page was ever answered."""
    options = _options(arguments)
    if shutil.which("wrk") is None:
        sys.exit("wrk is not installed. To install it: scripts/system-packages bench")
    console = Console(width=None if sys.stdout.isatty() else 190)
    everything: dict[str, report.Results] = {}
    hit_rates: dict[str, float | None] = {}
    busy = os.getloadavg()[0]
    try:
        for scale in options.scale or ["small"]:
            everything[scale], hit_rates[scale] = _measure(scale, options)
    except (ServiceError, AlreadyRunningError, WrkError) as error:
        sys.exit(str(error))
    except subprocess.CalledProcessError as error:
        sys.exit(f"{shlex.join(map(str, error.cmd))} failed; its last words stand above.")
    report.show(everything, console)
    how = shlex.join(["python", "-m", "benchmarks", *(word for word in arguments if word != "--document")])
    for path in [options.output, *([ROOT / "docs" / "benchmarks.md"] if options.document else [])]:
        report.write(path, everything, how, busy=busy, hit_rates=hit_rates)
    failed = [r.row.title for results in everything.values() for r in results.values() if r.errors]
    if busy > 0.5:
        print(f"The machine was busy with other work (load {busy:.1f} before the start).", file=sys.stderr)
    if failed:
        print(f"Not only pages were answered: {', '.join(failed)}", file=sys.stderr)
    return int(bool(failed))


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "--scale", action="append", choices=SCALES, metavar="small|medium|large|library", help="repeatable"
    )
    parser.add_argument("--seconds", type=float, default=5, help="per row and round (default: 5)")
    parser.add_argument("--rounds", type=int, default=3, help="figures are medians over them (default: 3)")
    parser.add_argument("--connections", type=int, default=10, help="kept open by the load (default: 10)")
    parser.add_argument("--only", default="", help=f"rows, comma separated: {', '.join(row.key for row in ROWS)}")
    parser.add_argument("--document", action="store_true", help="write docs/benchmarks.md, too")
    parser.add_argument("--output", type=Path, default=var_directory() / "bench" / "benchmarks.md")
    options = parser.parse_args(arguments)
    wanted = {key for key in options.only.split(",") if key}
    unknown = wanted - {row.key for row in ROWS}
    if unknown:
        parser.error(f"no such row: {', '.join(sorted(unknown))}")
    options.rows = [row for row in ROWS if not wanted or row.key in wanted | {REFERENCE}]
    return options


def _measure(scale: str, options: argparse.Namespace) -> tuple[report.Results, float | None]:
    """Return each row's result, and the share of looks into kept aggregates that found one."""
    rows: list[Row] = options.rows
    with Stage(scale, rows) as stage:
        results = {row.key: _result(stage, row) for row in rows}
        for number in range(options.rounds):
            for row in rows:
                _say(f"{scale}, round {number + 1} of {options.rounds}: {row.title}")
                warm_up(stage, row, connections=options.connections)
                measure(stage, row, results[row.key], seconds=options.seconds, connections=options.connections)
        for row in rows:
            verify(stage, row, results[row.key])
        _say("")
        return results, stage.hit_rate()


def _result(stage: Stage, row: Row) -> Result:
    known = stage.targets[row.key]
    (sql, documents), page_bytes = known["warm"], known["bytes"]
    cold, sizes, waited = tuple(known["cold"]), tuple(known["range"]), known["cold_p95"]
    return Result(row, sql=sql, documents=documents, cold=cold, page_bytes=page_bytes, sizes=sizes, cold_p95=waited)


def _say(text: str) -> None:
    """Show on a terminal what is going on, in one line that changes."""
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
