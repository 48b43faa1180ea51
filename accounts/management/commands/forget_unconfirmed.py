"""``manage.py forget_unconfirmed``: erase sign-ups that nobody confirmed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from accounts.actions.unconfirmed import forget_unconfirmed
from p2psandbox.platform.ages import age


class Command(BaseCommand):
    help = (
        "Erase people who signed up and never confirmed their address, and their organizations if nobody else "
        "belongs to them. Who left anything others see stays. Runs each night by itself."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--older-than",
            type=age,
            default=timedelta(days=settings.UNCONFIRMED_SIGN_UP_DAYS),
            metavar="AGE",
            help="30d, 12h or 45m; by default UNCONFIRMED_SIGN_UP_DAYS",
        )
        parser.add_argument("--dry-run", action="store_true", help="count, erase nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        found = forget_unconfirmed(older_than=options["older_than"], dry_run=options["dry_run"])
        verb = "would be erased" if options["dry_run"] else "erased"
        self.stdout.write(f"people: {found.people} {verb}, {found.kept} kept because of what they left")
        self.stdout.write(f"organizations: {found.organizations} {verb}")
