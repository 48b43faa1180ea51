"""``manage.py load_demo``: four companies, their people, discussions, stories and messages, to look around in."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from dashboard import demo
from p2psandbox.platform.environment import Profile
from p2psandbox.platform.errors import ProductError


class Command(BaseCommand):
    """Load the demo data once; running it again changes nothing."""

    help = "Load the demo data: companies, people, discussions, stories and messages. Does nothing when it is there."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--force",
            action="store_true",
            help="load it in production, too, where anyone could sign in with the published password",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.ENV.PROFILE is Profile.PRODUCTION and not options["force"]:
            raise CommandError(
                "Refused in production: the password of the demo accounts is public. "
                "To load them all the same: manage.py load_demo --force"
            )
        if demo.is_loaded():
            self.stdout.write("The demo data is there already; nothing was changed.")
            return
        try:
            loaded = demo.load()
        except (ValidationError, ProductError) as error:
            raise CommandError(f"Nothing was loaded: {error}") from error
        self.stdout.write(
            f"Loaded {loaded.people} people, {loaded.topics} topics, {loaded.use_cases} use cases, "
            f"{loaded.messages} messages."
        )
