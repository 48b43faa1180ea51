"""A thousand people with time to think: ``python -m benchmarks.crowd --scale large --document``.

Each of them asks the JSON API for one thing after the other, ten seconds apart on average, for ten minutes. What counts
is that nothing fails, that answers stay quick, and that the server's memory stays where it was.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.load import drive
from benchmarks.rows import CROWD
from benchmarks.stage import Server, Stage
from p2psandbox.platform.embedded.environment import ROOT, var_directory

#: Seconds between two looks at the server's memory.
_LOOK_EVERY = 20.0
_WARM_SECONDS = 30
#: The first part of a run fills caches and pools; memory is compared from here on, as a share of the run.
_SETTLED = 0.3


@dataclass(slots=True)
class Memory:
    """Resident bytes of the server's processes, one figure for each look."""

    seen: list[int] = field(default_factory=list)

    @property
    def settled(self) -> int:
        return self.seen[int(len(self.seen) * _SETTLED)]

    @property
    def growth(self) -> float:
        """Share by which it grew since it had settled, negative when it shrank."""
        return self.seen[-1] / self.settled - 1


def main(arguments: list[str]) -> int:
    """Run it once; returns 1 when anything but the wanted answer came."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.crowd", description=__doc__)
    parser.add_argument("--scale", default="large")
    parser.add_argument("--people", type=int, default=1000, help="connections that stay open (default: 1000)")
    parser.add_argument("--pause", type=float, default=10, help="seconds to think, on average (default: 10)")
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--document", action="store_true", help="write docs/crowd.md, too")
    options = parser.parse_args(arguments)
    if shutil.which("wrk") is None:
        sys.exit("wrk is not installed. To install it: scripts/system-packages bench")
    with Stage(options.scale, [CROWD]) as stage:
        server = stage.servers[""]
        # Imports, pools and caches of every worker: for long enough, but no more than the crowd itself asks.
        drive(stage, CROWD, server.address, _WARM_SECONDS, options.people, pause=options.pause)
        before, stores_before = server.work(), stage.stores_work()
        with _watched(server) as memory:
            run = drive(stage, CROWD, server.address, options.minutes * 60, options.people, pause=options.pause)
        work = (server.work() - before, stage.stores_work() - stores_before)
        text = _page(options, run, memory, work, stage.hit_rate())
    path: Path = var_directory() / "bench" / "crowd.md"
    path.write_text(text)
    if options.document:
        (ROOT / "docs" / "crowd.md").write_text(text)
    print(text)
    return int(bool(_errors(run)))


def _errors(run: dict[str, Any]) -> int:
    return int(run["bad_status"] + run["broken"] + run["timeouts"])


@contextmanager
def _watched(server: Server) -> Iterator[Memory]:
    """Look at the server's memory now and then until the block ends."""
    memory, over = Memory([server.memory()]), threading.Event()

    def look() -> None:
        while not over.wait(_LOOK_EVERY):
            memory.seen.append(server.memory())

    watcher = threading.Thread(target=look, daemon=True)
    watcher.start()
    try:
        yield memory
    finally:
        over.set()
        watcher.join()
        memory.seen.append(server.memory())


def _page(
    options: argparse.Namespace,
    run: dict[str, Any],
    memory: Memory,
    work: tuple[float, float],
    hit_rate: float | None,
) -> str:
    seconds = run["microseconds"] / 1e6
    of_server, of_stores = (used / seconds for used in work)
    figures = [
        ("answers", f"{run['requests']:,} ({run['requests'] / seconds:.0f} a second)"),
        ("wrong answers, broken connections, none within 10 s", f"{_errors(run)}"),
        ("p50, p95, p99", ", ".join(f"{run[name] / 1000:.0f} ms" for name in ("p50", "p95", "p99"))),
        ("cores in use by the server, by the stores", f"{of_server:.2f}, {of_stores:.2f}"),
        ("memory of the server, settled and at the end", _megabytes(memory)),
        ("looks into kept aggregates that found one", "–" if hit_rate is None else f"{hit_rate:.1%}"),
    ]
    how = (
        f"python -m benchmarks.crowd --scale {options.scale} --people {options.people} --pause {options.pause:g} "
        f"--minutes {options.minutes:g}"
    )
    return "\n".join(
        (
            "# A crowd",
            "",
            f"Measured on {datetime.now(UTC).date().isoformat()} with `{how}`: {options.people:,} people with "
            "connections of their own ask the JSON API (polls with the ETag of the last one, numbers, feed, topics, "
            "posts, use cases, notifications) "
            f"{options.pause:g} seconds apart on average, for {options.minutes:g} minutes. The load, the server and "
            "the stores share two cores.",
            "",
            "| | |",
            "|---|---|",
            *(f"| {name} | {value} |" for name, value in figures),
            "",
        )
    )


def _megabytes(memory: Memory) -> str:
    return f"{memory.settled / 1e6:.0f} MB, {memory.seen[-1] / 1e6:.0f} MB ({memory.growth:+.1%})"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
