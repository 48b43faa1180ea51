"""``manage.py run_job NAME``: run a scheduled job now, in this process."""

from __future__ import annotations

from typing import Any

from celery import current_app
from django.core.management.base import BaseCommand, CommandError, CommandParser

from p2psandbox.platform.errors import ProductError
from p2psandbox.platform.tasks.queries import job_names


class Command(BaseCommand):
    help = "Run one scheduled job now, under its lock and with its heartbeat. Without a name: list them."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", nargs="?", help="as tasks_status shows it")

    def handle(self, *args: Any, **options: Any) -> None:
        name, known = options["name"], job_names()
        if name is None:
            self.stdout.write("\n".join(sorted(known)))
            return
        if name not in known:
            raise CommandError(f"There is no job “{name}”. There are: {', '.join(sorted(known))}")
        current_app.loader.import_default_modules()
        try:
            ran = current_app.tasks[known[name]].run()
        except ProductError as error:
            raise CommandError(f"{name} failed: {error}") from error
        if not ran:
            raise CommandError(f"{name} runs already, in another process.")
        self.stdout.write(f"{name} is done.")
