"""What stands between running services and a running product: migrations, demo data, static files.

Runs as a process of its own (``python -m p2psandbox.platform.embedded.prepare``), because it is the one
part of this package that needs Django; in one process, because starting Django is most of its time.
"""

from __future__ import annotations

import argparse
import io
import json
from pathlib import Path

ACCOUNTS = "demo-accounts.txt"


def main() -> None:
    """Migrate both stores; with ``--demo`` load the demo data once per database and note the accounts."""
    parser = argparse.ArgumentParser(prog="prepare")
    parser.add_argument("--demo", action="store_true")
    options = parser.parse_args()

    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "p2psandbox.settings")
    import django

    django.setup()
    from django.conf import settings

    for alias in settings.DATABASES:
        _migrate(alias)
    _collect_static()
    _index()
    if settings.LOAD_CITIES:
        _load_cities()
    if options.demo:
        _load_demo(Path(settings.VAR_DIRECTORY))


def _migrate(alias: str) -> None:
    from django.core.management import call_command
    from django.db import connections
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connections[alias])
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if plan:
        print(f"{alias}: applying {len(plan)} migrations", flush=True)
        call_command("migrate", database=alias, interactive=False, verbosity=0)


def _collect_static() -> None:
    """Only where files are not served from where they lie, as local mode does."""
    from django.conf import settings
    from django.core.management import call_command

    Path(settings.STATIC_ROOT).mkdir(exist_ok=True)  # its absence is warned of
    if not getattr(settings, "WHITENOISE_USE_FINDERS", False):
        call_command("collectstatic", interactive=False, verbosity=0)


def _index() -> None:
    """Let search find what was written before search was as it is now; nothing to do as a rule."""
    from django.core.management import call_command, get_commands

    for command in ("reindex_search", "reindex_use_cases"):
        if command in get_commands():
            call_command(command, stdout=io.StringIO())


def _load_cities() -> None:
    """Once per database and release of the data: some seconds on the first start, a look afterwards."""
    from p2psandbox.platform.places import loading

    loading.load(progress=lambda words: print(f"cities: {words}", flush=True))


def _load_demo(var: Path) -> None:
    from django.core.management import call_command, get_commands

    known = get_commands()
    note = var / "demo-loaded.json"
    loaded = json.loads(note.read_text()) if note.exists() else []
    database = _database_identity()
    if "load_demo" in known and database not in loaded:
        print("loading the demo data", flush=True)
        call_command("load_demo")
        note.write_text(json.dumps([*loaded, database]))
    if "demo_accounts" in known:
        accounts = io.StringIO()
        call_command("demo_accounts", stdout=accounts)
        (var / ACCOUNTS).write_text(accounts.getvalue())


def _database_identity() -> str:
    """Names this very database: another one under the same address must get its demo data, too."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT system_identifier, current_database() FROM pg_control_system()")
        identifier, name = cursor.fetchone()
    return f"{identifier}/{name}"


if __name__ == "__main__":
    main()
