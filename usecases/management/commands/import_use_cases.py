"""``manage.py import_use_cases FILE.(json|csv|xlsx) --organization SLUG``: bring stories in as drafts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from rich.console import Console
from rich.progress import Progress

from accounts.models import MemberRole, User
from organizations.models import Organization
from p2psandbox.platform.errors import ProductError
from usecases.actions.imports import Fate, Report, import_use_cases
from usecases.imports.readers import UnreadableFile, read


class Command(BaseCommand):
    help = (
        "Import use cases from a JSON, CSV or XLSX file as drafts of an organization. Importing a file again "
        "makes no second drafts. Ends with status 1 when anything was refused; the rest is imported. "
        "Columns: see usecases/imports/__init__.py."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--organization", required=True, metavar="SLUG")
        parser.add_argument("--author", metavar="EMAIL", help="whose drafts; by default the first admin's")
        parser.add_argument("--dry-run", action="store_true", help="check and report, write nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        author = _author(options["organization"], options["author"])
        try:
            items = read(options["file"])
        except UnreadableFile as error:
            raise CommandError(f"{options['file'].name}: {error}") from error
        with _progress(len(items), self.stderr) as step:
            try:
                report = import_use_cases(
                    actor=author.actor, author=author, items=items, dry_run=options["dry_run"], progress=step
                )
            except ProductError as error:
                raise CommandError(f"Stopped: {error}. Import the file again to go on.") from error
        self._print(report, dry_run=options["dry_run"])
        if refused := len(report.of(Fate.REFUSED)):
            raise CommandError(f"{refused} of {len(items)} refused, see above.")

    def _print(self, report: Report, *, dry_run: bool) -> None:
        for fate in (Fate.REFUSED, Fate.DRAFT, Fate.READY):
            for entry in report.of(fate):
                reasons = f" – {'; '.join(entry.reasons)}" if entry.reasons else ""
                words = "incomplete draft" if fate is Fate.DRAFT else fate.value
                self.stdout.write(f"{entry.place}: {words}: {entry.title}{reasons}")
        counts = ", ".join(f"{len(report.of(fate))} {fate.value}" for fate in Fate)
        self.stdout.write(f"{'Would be' if dry_run else 'Done'}: {counts}.")


def _author(slug: str, email: str | None) -> User:
    organization = Organization.objects.alive().filter(slug=slug).first()
    if organization is None:
        raise CommandError(f"There is no organization “{slug}”. Give its slug, as in its page's address.")
    people = User.objects.select_related("organization").filter(
        organization=organization, is_active=True, deleted_at__isnull=True, email_verified_at__isnull=False
    )
    if email:
        author = people.filter(email=User.objects.normalize_email(email)).first()
        if author is None:
            raise CommandError(f"“{email}” is no active, confirmed person of {organization.name}.")
        return author
    author = people.filter(role=MemberRole.ADMIN).order_by("created_at", "id").first()
    if author is None:
        raise CommandError(f"{organization.name} has no active admin. Name a person with --author.")
    return author


@contextmanager
def _progress(total: int, stream: Any) -> Iterator[Any]:
    """Show a bar on the terminal, nothing where there is none."""
    if not stream.isatty():
        yield lambda: None
        return
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("Importing", total=total)
        yield lambda: bar.advance(task)
