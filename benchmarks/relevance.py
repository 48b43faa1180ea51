"""``python -m benchmarks.relevance FILE.json``: does search find the thread that people look for?

Imports the file (as ``manage.py import_threads`` does) into stores of its own, which are thrown away afterwards, asks
every query of ``relevance_queries.json`` and prints the share whose thread is among the first five hits. The file is
not part of the repository; the queries name its threads by their titles. Ends with 1 below the target.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from p2psandbox.platform.embedded import Services

QUERIES = Path(__file__).with_name("relevance_queries.json")
#: Hits looked at, and the share of queries whose thread must be among them.
FIRST, TARGET = 5, 0.9


@dataclass(frozen=True, slots=True)
class Asked:
    """A query, the thread looked for, and the place it came on (from 1; 0: not among the first)."""

    query: str
    title: str
    place: int
    instead: str


def main(arguments: list[str]) -> int:
    """Measure and print; returns 1 below the target."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.relevance", description=__doc__)
    parser.add_argument("file", type=Path, help="threads, as manage.py import_threads reads them")
    parser.add_argument("--all", action="store_true", help="print every query, not only those that failed")
    options = parser.parse_args(arguments)
    known = json.loads(QUERIES.read_text())["queries"]
    with tempfile.TemporaryDirectory() as folder, Services(Path(folder), durable=False) as services:
        os.environ.update(services.environment(), PROFILE="local", VAR_DIRECTORY=folder, LOG_LEVEL="WARNING")
        _fill(options.file)
        asked = list(_ask(known))
    if not asked:
        sys.exit("None of the threads the queries look for is in this file.")
    for one in asked:
        if options.all or not one.place:
            said = f"place {one.place}" if one.place else f"not among the first {FIRST}; first is: {one.instead}"
            print(f"{one.query!r} -> {one.title[:60]}: {said}")
    found, first = sum(one.place > 0 for one in asked), sum(one.place == 1 for one in asked)
    print(
        f"{found} of {len(asked)} queries ({found / len(asked):.1%}) have their thread among the first {FIRST} hits, "
        f"{first} ({first / len(asked):.1%}) as the first one."
    )
    return int(found / len(asked) < TARGET)


def _fill(file: Path) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "p2psandbox.settings"
    import django
    from django.conf import settings
    from django.core.management import CommandError, call_command

    django.setup()
    for store in settings.DATABASES:
        call_command("migrate", database=store, interactive=False, verbosity=0)
    from forums.models import Category

    Category.objects.get_or_create(slug="all", defaults={"name": "All"})
    try:
        call_command("import_threads", str(file), category="all")
    except CommandError as refused:
        print(refused, file=sys.stderr)


def _ask(known: dict[str, list[str]]) -> Iterator[Asked]:
    from django.db import connections

    from forums.models import Topic
    from forums.queries.search import SearchFilters, find
    from p2psandbox.platform.permissions import Actor, Role

    reader: Any = Actor(Role.MODERATOR)
    there = set(Topic.objects.values_list("title", flat=True))
    for title, queries in known.items():
        for query in queries if title in there else ():
            titles = [hit.post.topic.title for hit in find(reader, SearchFilters(words=query)).hits[:FIRST]]
            place = titles.index(title) + 1 if title in titles else 0
            yield Asked(query, title, place, titles[0] if titles else "nothing")
    connections.close_all()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
