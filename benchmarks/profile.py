"""Where a page's time goes: ``python -m benchmarks.profile topic --scale small``.

Calls the WSGI application in one process, on the seeded stores, with warm caches, and prints processor time per
request (which other programs on the machine disturb little), per kind of work, and the costliest functions.
"""

from __future__ import annotations

import argparse
import cProfile
import io
import os
import pstats
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from itertools import cycle
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes

from benchmarks.rows import BY_KEY
from benchmarks.stage import Stage
from benchmarks.targets import HOST

WARM, BATCH, BATCHES = 60, 50, 8


def main(arguments: list[str]) -> None:
    """Stand the stores up and profile in a child process that has their addresses."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.profile", description=__doc__)
    parser.add_argument("row", choices=[key for key in BY_KEY if key != "sign_in"])
    parser.add_argument("--scale", default="small")
    parser.add_argument("--lines", type=int, default=45, help="functions to print")
    options = parser.parse_args(arguments)
    with Stage(options.scale, [BY_KEY[options.row]], servers=False) as stage:
        command = [sys.executable, "-m", "benchmarks.profile", "--here", options.row, str(stage.targets_directory)]
        subprocess.run(
            [*command, str(options.lines)],
            env={**stage.environment, "LOG_LEVEL": os.environ.get("LOG_LEVEL", "WARNING")},
            check=True,
        )


def profile(row: str, directory: Path, lines: int) -> None:
    """Measure and profile one row in this process and print what was found."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.settings_stack"
    from p2psandbox.wsgi import application

    requests = _requests(directory, row)
    sizes = [_call(application, next(requests)) for _ in range(WARM)]
    times = [_batch(application, requests) for _ in range(BATCHES)]
    middle, best = statistics.median(times), min(times)
    print(f"{BY_KEY[row].title}: {middle:.2f} ms of processor time per request (best batch {best:.2f})")
    print(f"{statistics.median(sizes) / 1000:.1f} kB before compression")
    profiler = cProfile.Profile(time.process_time)
    profiler.enable()
    for _ in range(4 * BATCH):
        _call(application, next(requests))
    profiler.disable()
    for order in ("cumulative", "tottime"):
        text = io.StringIO()
        pstats.Stats(profiler, stream=text).sort_stats(order).print_stats(lines)
        print(_per_request(text.getvalue()))


def _batch(application: Callable[..., Any], requests: Iterator[dict[str, Any]]) -> float:
    began = time.process_time()
    for _ in range(BATCH):
        _call(application, next(requests))
    return (time.process_time() - began) / BATCH * 1000


def _requests(directory: Path, row: str) -> Iterator[dict[str, Any]]:
    paths = (directory / f"{row}.paths").read_text().split("\n")[:-1]
    cookies = cycle((directory / f"{row}.cookies").read_text().split("\n")[:-1])
    for path in cycle(paths):
        address, _, query = path.partition("?")
        yield {
            "REQUEST_METHOD": "GET",
            "PATH_INFO": unquote_to_bytes(address).decode("latin-1"),
            "QUERY_STRING": query,
            "SERVER_NAME": HOST,
            "SERVER_PORT": "443",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "HTTP_HOST": HOST,
            "HTTP_COOKIE": next(cookies),
            "HTTP_X_FORWARDED_PROTO": "https",
            "HTTP_X_FORWARDED_FOR": "10.9.8.7",
            "REMOTE_ADDR": "127.0.0.1",
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(),
            "wsgi.errors": sys.stderr,
        }


def _call(application: Callable[..., Any], environ: dict[str, Any]) -> int:
    """Answer a request and return how many bytes it took."""
    status: list[str] = []

    def start(code: str, _headers: list[tuple[str, str]], _error: Any = None) -> Callable[[bytes], object]:
        status.append(code)
        return lambda _data: None

    answer = application(environ, start)
    size = sum(map(len, answer))
    answer.close()
    if not status[0].startswith("200"):
        sys.exit(f"{environ['PATH_INFO']} answered {status[0]}")
    return size


def _per_request(text: str) -> str:
    """Keep the table and shorten the paths."""
    found = text.splitlines()
    start = next(number for number, line in enumerate(found) if "ncalls" in line)
    return "\n".join(line.replace("/site-packages/", "/…/") for line in found[start - 2 :])


if __name__ == "__main__":
    if sys.argv[1:2] == ["--here"]:
        profile(sys.argv[2], Path(sys.argv[3]), int(sys.argv[4]))
    else:
        main(sys.argv[1:])
