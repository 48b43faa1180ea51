"""Migrates and seeds the stores the environment names, in one process: ``python -m benchmarks.seeded SCALE``."""

from __future__ import annotations

import os
import sys


def main(scale: str) -> None:
    """Fill empty stores."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "p2psandbox.settings"
    import django
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection

    django.setup()
    for store in settings.DATABASES:
        call_command("migrate", database=store, interactive=False, verbosity=0)
    if scale != "tiny":
        call_command("load_cities", verbosity=0)
    call_command("seed", scale=scale, yes=True)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")  # what PostgreSQL would do by itself while the pages are measured


if __name__ == "__main__":
    main(sys.argv[1])
