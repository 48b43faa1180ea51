"""Driving a server with wrk and reading what it says."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import statistics
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.rows import Row
from benchmarks.stage import Stage
from benchmarks.targets import HOST

_HERE = Path(__file__).parent
#: Answers this much smaller or larger than those checked before are not the pages.
_SIZE_TOLERANCE = (0.6, 1.6)
#: A row is warm after so many requests, or this long.
_WARM_REQUESTS, _WARM_SECONDS = 60, 15
#: Response headers, in bytes, at most.
_HEAD = 2_500


class WrkError(Exception):
    """wrk is missing or ended badly."""


@dataclass
class Result:
    """All runs of one row; figures are medians over the runs, times in milliseconds, memory in bytes."""

    row: Row
    sql: int
    documents: int
    cold: tuple[int, int]
    page_bytes: int
    sizes: tuple[int, int]
    cold_p95: float = 0.0
    runs: list[dict[str, Any]] = field(default_factory=list)
    alone: list[dict[str, Any]] = field(default_factory=list)
    memory: int = 0
    strays: int = 0

    def _median(self, name: str) -> float:
        return float(statistics.median(run[name] for run in self.runs))

    @property
    def per_second(self) -> float:
        return self._median("per_second")

    @property
    def alone_p95(self) -> float:
        """What one reader waits who has the machine to himself: no request queues behind another."""
        return float(statistics.median(run["p95"] for run in self.alone)) / 1000

    @property
    def p50(self) -> float:
        return self._median("p50") / 1000

    @property
    def p95(self) -> float:
        return self._median("p95") / 1000

    @property
    def p99(self) -> float:
        return self._median("p99") / 1000

    @property
    def server_work(self) -> float:
        """Milliseconds of one core the server spends on a request."""
        return self._median("server_work") * 1000

    @property
    def stores_work(self) -> float:
        """Milliseconds of one core PostgreSQL, Redis and document server together spend on a request."""
        return self._median("stores_work") * 1000

    @property
    def work(self) -> float:
        """Milliseconds of one core that a request costs on the server's side altogether."""
        return self.server_work + self.stores_work

    @property
    def errors(self) -> int:
        return self.strays + sum(int(run["errors"]) for run in [*self.runs, *self.alone])


def measure(stage: Stage, row: Row, result: Result, *, seconds: float, connections: int) -> None:
    """Drive one row once with all connections and once with a single one, and note both in ``result``."""
    server = stage.servers[row.server]
    server_before, stores_before = server.work(), stage.stores_work()
    run = drive(stage, row, server.address, seconds, row.connections or connections)
    done = max(1, run["requests"])
    run["server_work"] = (server.work() - server_before) / done
    run["stores_work"] = (stage.stores_work() - stores_before) / done
    run["per_second"] = run["requests"] / (run["microseconds"] / 1e6) if run["microseconds"] else 0.0
    run["errors"] = _errors(run, result)
    result.runs.append(run)
    alone = drive(stage, row, server.address, seconds, 1)
    alone["errors"] = _errors(alone, result)
    result.alone.append(alone)
    result.memory = max(result.memory, server.memory())


def _errors(run: dict[str, Any], result: Result) -> int:
    return int(run["bad_status"] + run["broken"] + run["timeouts"]) + _wrong_size(run, result.sizes)


def warm_up(stage: Stage, row: Row, *, connections: int) -> None:
    """Let both workers see a row's pages before they count: the first ones import and compile for seconds.

    In each round anew: since the last one, what is kept for a minute has gone.
    """
    seen = 0
    for _second in range(_WARM_SECONDS):
        server = stage.servers[row.server]
        seen += int(drive(stage, row, server.address, 1, row.connections or connections)["requests"])
        if seen >= _WARM_REQUESTS:
            return


def verify(stage: Stage, row: Row, result: Result) -> None:
    """After the load, ask for every page once more, as everybody: wrk takes a redirect to the sign-in for an answer."""
    if row.script != "pages.lua":
        return
    paths, cookies = (_lines(stage, row, kind) for kind in ("paths", "cookies"))
    connection = http.client.HTTPConnection("127.0.0.1", stage.servers[row.server].port, timeout=30)
    for number in range(max(len(paths), len(cookies))):
        headers = {"Host": HOST, "X-Forwarded-Proto": "https", "X-Forwarded-For": "10.255.0.1"}
        headers["Cookie"] = cookies[number % len(cookies)]
        connection.request("GET", paths[number % len(paths)], headers=headers)
        answer = connection.getresponse()
        answer.read()
        result.strays += answer.status != 200
    connection.close()


def _lines(stage: Stage, row: Row, kind: str) -> list[str]:
    return (stage.targets_directory / f"{row.key}.{kind}").read_text().split("\n")[:-1]


def _wrong_size(run: dict[str, Any], sizes: tuple[int, int]) -> int:
    """Count all requests as failed when answers are on average no such page: too small or too large."""
    if not run["requests"]:
        return 1
    mean = run["bytes"] / run["requests"]
    low, high = sizes[0] * _SIZE_TOLERANCE[0], sizes[1] * _SIZE_TOLERANCE[1] + _HEAD
    return 0 if low <= mean <= high else int(run["requests"])


def drive(
    stage: Stage, row: Row, address: str, seconds: float, connections: int, *, pause: float = 0
) -> dict[str, Any]:
    """Have wrk ask for a row's addresses and return what it counted: latencies in microseconds, bytes, errors.

    ``pause`` is what scripts that think make of it, in seconds. Raises ``WrkError``.
    """
    wrk = shutil.which("wrk")
    if wrk is None:
        raise WrkError("wrk is not installed. To install it: scripts/system-packages bench")
    paths, cookies = (stage.targets_directory / f"{row.key}.{kind}" for kind in ("paths", "cookies"))
    command = [wrk, "-t1", f"-c{connections}", f"-d{max(1, round(seconds))}s", "--timeout", "10s"]
    command += ["-s", str(_HERE / row.script), address, "--", str(paths), str(cookies), HOST]
    done = subprocess.run(
        command,
        env={**os.environ, "BENCH_LUA": str(_HERE), "BENCH_PAUSE": str(pause)},
        capture_output=True,
        text=True,
        check=False,
    )
    said = next((line for line in done.stdout.splitlines() if line.startswith("RESULT ")), None)
    if done.returncode or said is None:
        raise WrkError(f"wrk failed on {row.key}: {done.stderr or done.stdout}")
    found: dict[str, Any] = json.loads(said.removeprefix("RESULT "))
    return found
