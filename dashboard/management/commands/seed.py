"""``manage.py seed``: synthetic data at size."""

from __future__ import annotations

import sys
import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from dashboard import seeding
from p2psandbox.platform.environment import Profile


class Command(BaseCommand):
    """Add synthetic companies, people, discussions and stories by bulk insert."""

    help = "Add synthetic data: small, medium, large (500,000 posts) or library (50,000 use cases)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--scale", choices=list(seeding.SCALES), default="small", help="how much (default: small)")
        parser.add_argument("--yes", action="store_true", help="do not ask; needed in production")

    def handle(self, *args: Any, **options: Any) -> None:
        scale = seeding.SCALES[options["scale"]]
        if seeding.is_seeded():
            raise CommandError("This database has been seeded already. Seed into an empty one.")
        if not options["yes"]:
            self._ask(scale)
        began = time.monotonic()
        with _Bars(scale) as bars:
            seeding.seed(scale, advance=bars.advance)
        self.stdout.write(
            f"Seeded {scale.organizations:,} organizations, {scale.people:,} people, {scale.topics:,} topics, "
            f"{scale.posts:,} posts, {scale.use_cases:,} use cases, {scale.messages:,} messages, "
            f"{scale.notifications:,} notifications in {time.monotonic() - began:.0f} s."
        )
        self.stdout.write(
            f"Sign in as {seeding.email(1)} (or {seeding.email(0)}, the moderator) with {seeding.PASSWORD}"
        )

    def _ask(self, scale: seeding.Scale) -> None:
        if settings.ENV.PROFILE is Profile.PRODUCTION or not sys.stdin.isatty():
            raise CommandError("This adds synthetic people with a published password. If you mean it: add --yes")
        question = f"Add {scale.people:,} synthetic people and {scale.posts:,} posts to this database? [y/N] "
        if input(question).strip().lower() not in ("y", "yes"):
            raise CommandError("Nothing was added.")


class _Bars:
    """Progress on standard error, for people; silent elsewhere."""

    def __init__(self, scale: seeding.Scale) -> None:
        console = Console(stderr=True)
        self.progress = Progress(
            TextColumn("{task.description:<14}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=console,
            disable=not console.is_terminal,
        )
        totals = {
            "organizations": scale.organizations,
            "people": scale.people,
            "posts": scale.posts,
            "use cases": scale.use_cases,
            "messages": scale.messages,
            "notifications": scale.notifications,
        }
        self.tasks: dict[str, TaskID] = {name: self.progress.add_task(name, total=n) for name, n in totals.items()}

    def advance(self, part: str, rows: int) -> None:
        self.progress.advance(self.tasks[part], rows)

    def __enter__(self) -> _Bars:
        self.progress.start()
        return self

    def __exit__(self, *_exit: object) -> None:
        self.progress.stop()
