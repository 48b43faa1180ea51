"""``manage.py reindex_use_cases``: makes search vectors of stories that are out of date."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from p2psandbox.platform.errors import ProductError
from usecases.actions.search import reindex


class Command(BaseCommand):
    help = (
        "Make the search vectors of use cases that are out of date, from the texts in the library. Can be stopped and "
        "started again at any time; the product may run meanwhile."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--all", action="store_true", help="make every vector anew, not only those that wait")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            made = reindex(everything=options["all"])
        except ProductError as error:
            raise CommandError(f"Stopped: {error} Run it again to go on.") from error
        self.stdout.write(f"Done: {made} search vectors made.")
