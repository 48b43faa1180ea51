"""Migrations: one after the other, back to nothing and forward again on both stores, and with data in them."""

from __future__ import annotations

import itertools
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pymongo
import pytest
from django.apps import apps
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations import RunPython, RunSQL

from p2psandbox.platform.environment import ROOT
from tests.runtime.product import newcomers_environment

OURS = [app.label for app in apps.get_app_configs() if Path(app.path).is_relative_to(ROOT / app.name.split(".")[0])]
OURS = [label for label in OURS if ".venv" not in apps.get_app_config(label).path]
#: Everything PostgreSQL knows of a schema that could be forgotten on the way back, or come out otherwise on the way on.
SHAPE = {
    "columns": """SELECT table_name, column_name, data_type, character_maximum_length, is_nullable, column_default
        FROM information_schema.columns WHERE table_schema = 'public'""",
    "indexes": "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "constraints": """SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
        WHERE connamespace = 'public'::regnamespace""",
    "triggers": "SELECT tgrelid::regclass::text, tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal",
    "functions": "SELECT proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace",
    "sequences": "SELECT sequencename FROM pg_sequences WHERE schemaname = 'public'",
}
#: Does what its lines say: ``STORE up``, ``STORE APP MIGRATION`` (``zero`` for none), or a command. What ``migrate``
#: does besides migrating (checks, permissions) takes longer than the rest, so only its executor is asked.
MIGRATE = """
import sys
import django
django.setup()
from django.core.management import call_command
from django.db import connections
from django.db.migrations.executor import MigrationExecutor
for line in sys.stdin.read().splitlines():
    store, *words = line.split()
    if store in connections:
        executor = MigrationExecutor(connections[store])
        pairs = zip(words[::2], words[1::2])
        targets = [(label, None if name == "zero" else name) for label, name in pairs]
        executor.migrate(targets or executor.loader.graph.leaf_nodes())
    else:
        call_command(store, *words, verbosity=0)
    print(line, flush=True)
"""


class Scratch:
    """Two empty databases of one's own, and what ``manage.py`` makes of them."""

    def __init__(self, name: str, folder: Path) -> None:
        self.name = name
        self.library_url = urlsplit(os.environ["DOCUMENTS_URL"])._replace(path=f"/{name}").geturl()
        self.url = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()
        urls = {"DATABASE_URL": self.url, "DOCUMENTS_URL": self.library_url, "REDIS_URL": os.environ["REDIS_URL"]}
        more = {"DJANGO_SETTINGS_MODULE": "p2psandbox.settings", "PROFILE": "test", "LOG_LEVEL": "WARNING"}
        self.environment = newcomers_environment(folder, urls | more) | more

    def manage(self, *lines: str) -> None:
        """Run several lines of :data:`MIGRATE` in one process."""
        done = subprocess.run(
            [sys.executable, "-c", MIGRATE],
            input="\n".join(lines),
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        said = done.stdout.splitlines()
        assert done.returncode == 0, f"after {said[-1:]}:\n{done.stderr[-4000:]}"

    def ask(self, sql: str) -> list[Any]:
        with psycopg.connect(self.url) as link:
            return link.execute(sql).fetchall()  # type: ignore[arg-type]  # our own words

    def shape(self) -> dict[str, Any]:
        """What both stores are made of, in an order of its own."""
        found: dict[str, Any] = {name: sorted(map(str, self.ask(sql))) for name, sql in SHAPE.items()}
        with pymongo.MongoClient(self.library_url) as client:
            library = client[self.name]
            names = sorted(name for name in library.list_collection_names() if not name.startswith("django_"))
            found["collections"] = {name: sorted(library[name].index_information()) for name in names}
        return found


@pytest.fixture
def scratch(tmp_path: Path) -> Iterator[Scratch]:
    name = f"scratch_{os.getpid()}_{re.sub('[^a-z0-9]', '', tmp_path.name.lower())[-20:]}"
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as link:
        link.execute(f'CREATE DATABASE "{name}"')  # type: ignore[arg-type]  # our own words
        made = Scratch(name, tmp_path)
        yield made
        link.execute(f'DROP DATABASE "{name}" WITH (FORCE)')  # type: ignore[arg-type]  # our own words
    with pymongo.MongoClient(made.library_url) as client:
        client.drop_database(name)


@pytest.fixture(scope="module")
def graph() -> Any:
    return MigrationLoader(None).graph


def chain(graph: Any, label: str) -> list[str]:
    """The names of an app's migrations in their order."""
    return sorted(name for app, name in graph.nodes if app == label)


def test_all_apps_of_ours_are_looked_at() -> None:
    assert {"accounts", "forums", "organizations", "platform", "usecases"} <= set(OURS)
    assert not {"account", "auth", "sessions", "admin"} & set(OURS)


@pytest.mark.parametrize("label", OURS)
def test_an_apps_migrations_stand_in_one_line(graph: Any, label: str) -> None:
    names = chain(graph, label)
    assert [name[:4] for name in names] == [f"{number:04}" for number in range(1, len(names) + 1)]
    assert [name for _app, name in graph.leaf_nodes(label)] == names[-1:]
    for before, name in zip([None, *names], names, strict=False):
        migration = graph.nodes[label, name]
        own = [parent for app, parent in migration.dependencies if app == label]
        assert own == ([before] if before else []), f"{name} follows {own}"
        assert not migration.replaces
        assert not migration.run_before


@pytest.mark.parametrize("label", OURS)
def test_every_step_can_be_taken_back(graph: Any, label: str) -> None:
    for name in chain(graph, label):
        for step in graph.nodes[label, name].operations:
            assert step.reversible, f"{name}: {step.describe()}"
            if isinstance(step, RunSQL | RunPython):
                assert "noop" not in repr(getattr(step, "reverse_code", "")), f"{name} undoes nothing"


def test_everything_goes_back_to_nothing_and_forward_again(scratch: Scratch, graph: Any) -> None:
    up = ["default", "documents"]
    zero = " ".join(f"{label} zero" for label in reversed(OURS) if chain(graph, label))
    back = [f"documents {zero}", f"default {zero}"]

    scratch.manage(*up)
    first = scratch.shape()
    assert any("forums_post" in line for line in first["columns"])
    assert any("revisions" in name for name in first["collections"])

    scratch.manage(*back)
    left = json.dumps(scratch.shape())
    tables = [model._meta.db_table for label in OURS for model in apps.get_app_config(label).get_models(True)]
    assert [table for table in tables if re.search(rf"\\b{table}\\b", left)] == []
    assert scratch.shape()["triggers"] == []
    assert scratch.shape()["functions"] == []
    assert scratch.shape()["collections"] == {}

    scratch.manage(*up)
    assert scratch.shape() == first


def test_steps_since_the_first_go_back_and_forward_with_data_in_place(scratch: Scratch, graph: Any) -> None:
    scratch.manage("migrate", "documents", "load_demo")
    shape, kept = scratch.shape(), _counts(scratch)
    assert min(kept.values()) > 0

    back: dict[str, str] = {}
    for label in OURS:
        for before, name in reversed(list(itertools.pairwise(chain(graph, label)))):
            taken_back = graph.backwards_plan((label, name))
            if any(other.startswith("0001_") for app, other in taken_back if app in OURS):
                break  # what holds the data would go
            back[label] = before
    assert back
    scratch.manage("default " + " ".join(f"{label} {name}" for label, name in back.items()), "default")

    assert scratch.shape() == shape
    assert _counts(scratch) == kept


def _counts(scratch: Scratch) -> dict[str, int]:
    """How many people, companies, topics, posts and stories there are."""
    tables = ("accounts_user", "organizations_organization", "forums_topic", "forums_post", "usecases_usecase")
    return {table: scratch.ask(f"SELECT count(*) FROM {table}")[0][0] for table in tables}
