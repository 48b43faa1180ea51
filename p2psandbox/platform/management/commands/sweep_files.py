"""Remove uploads nobody finished, files attached to nothing and objects without rows; report rows without objects."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from p2psandbox.platform.errors import Unavailable
from p2psandbox.platform.files.sweep import sweep


class Command(BaseCommand):
    help = "Sweep files: what the nightly task does, now."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only count")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            found = sweep(dry_run=options["dry_run"])
        except Unavailable as error:
            raise CommandError("The store does not answer. Nothing is lost; try again later.") from error
        verb = "would be" if options["dry_run"] else "were"
        self.stdout.write(f"{found.expired} unfinished uploads {verb} given up.")
        self.stdout.write(f"{found.unattached} files attached to nothing for a day {verb} deleted.")
        self.stdout.write(f"{found.erased} deleted or refused files {verb} erased.")
        self.stdout.write(f"{found.forgotten} rows of files erased over a month ago {verb} removed.")
        self.stdout.write(f"{found.unfinished_uploads} uploads in parts without a row {verb} aborted.")
        self.stdout.write(f"{found.objects_without_rows} objects without a row {verb} removed.")
        self.stdout.write(f"{len(found.rows_without_objects)} files have lost their bytes.")
        for file_id in found.rows_without_objects:
            self.stdout.write(f"  {file_id}")
