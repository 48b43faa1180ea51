"""How PostgreSQL answers what is asked most: ``python -m benchmarks.plans --scale large --document``.

Requests every page of the table with warm caches, counts its statements, and has the twenty most frequent explained
with ``EXPLAIN (ANALYZE, BUFFERS)`` on the seeded catalogue, each with the values of its slowest run.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.rows import ROWS
from benchmarks.stage import Stage
from benchmarks.targets import checked
from p2psandbox.platform.embedded.environment import ROOT, var_directory

MOST = 20
#: What has no statements of its own, or is no page.
_LEFT_OUT = ("bare", "stack", "health", "sign_in")
#: A sequential scan of fewer rows than this is what PostgreSQL should do.
SMALL_TABLE = 2000
_LIST = re.compile(r"\((?:%s(?:::\w+)?, )+%s(?:::\w+)?\)")


@dataclass(slots=True)
class Statement:
    """One statement, whatever its values: how often it ran, for which rows, and the slowest run's values."""

    sql: str
    count: int = 0
    rows: dict[str, int] = field(default_factory=dict)
    slowest: float = -1.0
    run: tuple[str, Any] = ("", None)


def main(arguments: list[str]) -> None:
    """Stand the stores up and explain in a child process that has their addresses."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.plans", description=__doc__)
    parser.add_argument("--scale", default="large")
    parser.add_argument("--output", type=Path, default=var_directory() / "bench" / "query-plans.md")
    parser.add_argument("--document", action="store_true", help="write docs/query-plans.md, too")
    options = parser.parse_args(arguments)
    with Stage(options.scale, [row for row in ROWS if row.key not in _LEFT_OUT], servers=False) as stage:
        subprocess.run(
            [sys.executable, "-m", "benchmarks.plans", "--here", str(stage.targets_directory), str(options.output)],
            env={**stage.environment, "LOG_LEVEL": "WARNING", "P2P_BENCH_SCALE": options.scale},
            check=True,
        )
    text = options.output.read_text()
    if options.document:
        (ROOT / "docs" / "query-plans.md").write_text(text)
    print(text)


def explain(directory: Path, output: Path) -> None:
    """Ask, count, explain, and write the page."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.settings_stack"
    import django

    django.setup()
    found: dict[str, Statement] = {}
    for row in ROWS:
        if row.key not in _LEFT_OUT:
            _watch(row.key, directory, found)
    frequent = sorted(found.values(), key=lambda one: (-one.count, -one.slowest))[:MOST]
    slow = [one for one in sorted(found.values(), key=lambda one: -one.slowest) if one not in frequent][:5]
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_text("\n".join([*_page(frequent, slow, len(found))]) + "\n")


def _watch(key: str, directory: Path, found: dict[str, Statement]) -> None:
    """Request the row's addresses, each once to warm up and once to count."""
    from django.db import connection

    paths = (directory / f"{key}.paths").read_text().split("\n")[:-1]
    cookies = (directory / f"{key}.cookies").read_text().split("\n")[:-1]

    def note(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        began = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            if sql.startswith(("SELECT", "WITH", "(SELECT")):
                _count(found, key, sql, params, time.perf_counter() - began)

    for number, path in enumerate(paths[:12]):
        cookie = cookies[number % len(cookies)]
        checked("GET", path, cookie)
        with connection.execute_wrapper(note):
            checked("GET", path, cookie)


def _count(found: dict[str, Statement], key: str, sql: str, params: Any, seconds: float) -> None:
    statement = found.setdefault(_LIST.sub("(…)", sql), Statement(sql))
    statement.count += 1
    statement.rows[key] = statement.rows.get(key, 0) + 1
    if seconds > statement.slowest:
        statement.slowest, statement.run = seconds, (sql, params)


def _page(frequent: list[Statement], slow: list[Statement], kinds: int) -> Iterator[str]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        version = str(cursor.fetchone()[0]).split()[0]
    yield "# Query plans"
    yield ""
    yield (
        f"Made by `python -m benchmarks.plans --scale {os.environ['P2P_BENCH_SCALE']} --document`, "
        f"PostgreSQL {version}. "
        f"The pages of the bench table ran {kinds} kinds of statements with warm caches. These are the {MOST} most "
        "frequent, explained with `EXPLAIN (ANALYZE, BUFFERS)` and the values of their slowest run, then the five "
        "slowest of the others. *Buffers* are pages of 8 KiB that were looked at; a scan without an index is named "
        f"only when it read more than {SMALL_TABLE:,} rows."
    )
    for title, statements in (("The most frequent", frequent), ("The slowest of the others", slow)):
        yield from ("", f"## {title}", "")
        yield "| # | statement | of | times | ms | rows | buffers | by |"
        yield "|---|---|---|---|---|---|---|---|"
        for number, statement in enumerate(statements, start=1):
            yield f"| {number} | {_line(statement)} |"


def _line(statement: Statement) -> str:
    from django.db import connection

    sql, params = statement.run
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {sql}", params)
        [report] = json.loads(_text(cursor.fetchone()[0]))
    plan = report["Plan"]
    buffers = plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]
    ways = dict.fromkeys(way for node in _nodes(plan) if (way := _way(node)))
    asked_by = ", ".join(sorted(statement.rows, key=lambda key: -statement.rows[key])[:4])
    return " | ".join(
        (
            f"`{_short(sql)}`",
            asked_by + (" …" if len(statement.rows) > 4 else ""),
            str(statement.count),
            f"{report['Execution Time']:.1f}",
            str(plan["Actual Rows"]).removesuffix(".0"),
            f"{buffers:,}",
            ", ".join(ways) or "–",
        )
    )


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for part in plan.get("Plans", ()):
        yield from _nodes(part)


def _way(node: dict[str, Any]) -> str:
    """Return the index a node reads, or the table it reads without one."""
    if index := node.get("Index Name"):
        return f"`{index}`"
    if node["Node Type"] != "Seq Scan":
        return ""
    loops = node["Actual Loops"]
    rows = (node["Actual Rows"] + node.get("Rows Removed by Filter", 0)) * loops
    return f"**all {rows:,.0f} rows of `{node['Relation Name']}`**" if rows > SMALL_TABLE else ""


def _short(sql: str) -> str:
    """Name the statement: its table and what it asks by, in a line."""
    flat = re.sub(r"\s+", " ", sql).replace('"', "")
    table = re.search(r" FROM (\w+)", flat)
    asked = re.search(r" WHERE (.*?)(?: GROUP BY| ORDER BY| LIMIT|$)", flat)
    by = re.sub(r"\b\w+\.(\w+)", r"\1", asked[1]) if asked else ""
    order = re.search(r" ORDER BY (.*?)(?: LIMIT|$)", flat)
    words = f"{table[1] if table else '?'} by {by}" + (f" order {order[1]}" if order else "")
    return (words[:107] + "…" if len(words) > 108 else words).replace("|", "\\|").replace("`", "'")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--here"]:
        explain(Path(sys.argv[2]), Path(sys.argv[3]))
    else:
        main(sys.argv[1:])
