"""``manage.py reindex_search``: makes the forums' search entries that are missing or out of date."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from rich.console import Console
from rich.progress import Progress

from forums.actions.search import reindex, waiting
from forums.models import Post
from p2psandbox.platform.errors import ProductError


class Command(BaseCommand):
    help = (
        "Make the search entries that are missing or out of date, from the texts in the library. Can be stopped and "
        "started again at any time; the product may run meanwhile."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--all", action="store_true", help="make every entry anew, not only those that wait")
        parser.add_argument("--check", action="store_true", help="only say how many wait; ends with 1 if any does")

    def handle(self, *args: Any, **options: Any) -> None:
        count = Post.objects.count() if options["all"] else waiting()
        if options["check"]:
            if count:
                raise CommandError(f"{count} posts wait for a search entry: run manage.py reindex_search.")
            self.stdout.write("Every post has its search entry.")
            return
        try:
            made = self._reindex(count, everything=options["all"])
        except ProductError as error:
            raise CommandError(f"Stopped: {error} Run it again to go on.") from error
        self.stdout.write(f"Done: {made} search entries made.")

    def _reindex(self, count: int, *, everything: bool) -> int:
        if not self.stderr.isatty():
            return reindex(everything=everything)
        with Progress(console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task("Indexing posts", total=count)
            return reindex(everything=everything, progress=lambda posts: bar.advance(task, posts))
