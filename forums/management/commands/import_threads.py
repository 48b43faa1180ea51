"""``manage.py import_threads FILE.json --category SLUG``: what a company brings along from its old forum."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from rich.console import Console
from rich.progress import Progress

from forums.actions.imports import Fate, Report, import_threads
from forums.imports.reader import UnreadableFile, read
from forums.models import Category
from organizations.models import Organization
from p2psandbox.platform.errors import ProductError
from p2psandbox.platform.permissions import Actor, Role

#: Whoever has a shell on the server acts as the platform.
OPERATOR = Actor(Role.MODERATOR)


class Command(BaseCommand):
    help = (
        "Import threads from a JSON file (see forums/imports/__init__.py). Each thread is taken whole or not at "
        "all; importing a file again makes no second threads. Ends with status 1 when a thread was refused; "
        "the others are imported."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--category", required=True, metavar="SLUG")
        parser.add_argument("--organization", metavar="SLUG", help="the company whose forum it was")
        parser.add_argument("--dry-run", action="store_true", help="check and report, write nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        category, organization = _category(options["category"]), _organization(options["organization"])
        try:
            items = read(options["file"])
        except UnreadableFile as error:
            raise CommandError(f"{options['file'].name}: {error}") from error
        with _progress(len(items), self.stderr) as step:
            try:
                report = import_threads(
                    actor=OPERATOR,
                    category_id=category.pk,
                    organization_id=organization.pk if organization else None,
                    items=items,
                    dry_run=options["dry_run"],
                    progress=step,
                )
            except ProductError as error:
                raise CommandError(f"Stopped: {error} Import the file again to go on.") from error
        self._print(report, dry_run=options["dry_run"])
        if refused := len(report.of(Fate.REFUSED)):
            raise CommandError(f"{refused} of {len(items)} threads refused, see above.")

    def _print(self, report: Report, *, dry_run: bool) -> None:
        for entry in report.entries:
            if entry.fate is Fate.REFUSED:
                self.stdout.write(f"{entry.place}: refused: {entry.title}: {' '.join(entry.reasons)}")
            for line in (*entry.refused, *entry.notes) if entry.fate is Fate.TAKEN else ():
                self.stdout.write(f"{entry.place}: {entry.title}: {line}")
        taken = report.of(Fate.TAKEN)
        posts, refused = sum(entry.posts for entry in taken), sum(len(entry.refused) for entry in taken)
        counts = ", ".join(f"{len(report.of(fate))} {fate.value}" for fate in Fate)
        self.stdout.write(
            f"{'Would be' if dry_run else 'Done'}: threads: {counts}; posts: {posts} imported, {refused} refused."
        )


def _category(slug: str) -> Category:
    category = Category.objects.filter(slug=slug).first()
    if category is None:
        known = ", ".join(Category.objects.values_list("slug", flat=True)) or "none yet"
        raise CommandError(f"There is no category “{slug}”. Give one of: {known}.")
    return category


def _organization(slug: str | None) -> Organization | None:
    if slug is None:
        return None
    organization = Organization.objects.alive().filter(slug=slug).first()
    if organization is None:
        raise CommandError(f"There is no organization “{slug}”. Give its slug, as in its page's address.")
    return organization


@contextmanager
def _progress(total: int, stream: Any) -> Iterator[Callable[[], Any]]:
    """Show a bar on the terminal, nothing where there is none."""
    if not stream.isatty():
        yield lambda: None
        return
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("Importing", total=total)
        yield lambda: bar.advance(task)
