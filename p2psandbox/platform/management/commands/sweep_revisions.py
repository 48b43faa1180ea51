"""``manage.py sweep_revisions``: remove texts that no row leads to."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from p2psandbox.platform.ages import age
from p2psandbox.platform.documents import sweep
from p2psandbox.platform.errors import Unavailable


class Command(BaseCommand):
    help = (
        "Remove revisions in the document store that no row in PostgreSQL leads to: left behind by a crash "
        "between the two writes, or by a draft that moved on. Younger ones may be about to be pointed at."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--older-than", type=age, default=timedelta(days=1), metavar="AGE", help="1d (default), 12h, 30m"
        )
        parser.add_argument("--dry-run", action="store_true", help="count, remove nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            removed = sweep(older_than=options["older_than"], dry_run=options["dry_run"])
        except Unavailable as error:
            raise CommandError("The document server does not answer. Nothing was removed; try again later.") from error
        verb = "would be removed" if options["dry_run"] else "removed"
        for kind, count in removed.items():
            self.stdout.write(f"{kind}: {count} {verb}")
