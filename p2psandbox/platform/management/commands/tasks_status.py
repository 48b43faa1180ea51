"""``manage.py tasks_status``: is background work well?"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.serializers.json import DjangoJSONEncoder
from django.db import OperationalError

from p2psandbox.platform.tasks.queries import Job, Status, status


class Command(BaseCommand):
    help = (
        "Say how background work is doing: broker, workers, queues, scheduled jobs, mail, dead letters. "
        "Ends with status 1 when somebody has to look."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="for programs")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            found = status()
        except OperationalError as error:
            raise CommandError("PostgreSQL does not answer.") from error
        if options["json"]:
            self.stdout.write(json.dumps(asdict(found), cls=DjangoJSONEncoder, indent=1))
        else:
            self._say(found)
        if found.problems:
            sys.exit(1)

    def _say(self, found: Status) -> None:
        queues = ", ".join(f"{name} {count}" for name, count in found.queues.items())
        letters = ", ".join(f"{task} {count}" for task, count in found.dead_letters.items())
        mail = ", ".join(f"{name.replace('_', ' ')} {count}" for name, count in asdict(found.mail).items())
        width = max(len(job.name) for job in found.jobs) + 2
        lines = [
            f"broker        {found.broker}",
            f"workers       {', '.join(found.workers) or 'none'}",
            f"queues        {queues or 'unknown'}",
            f"mail          {mail}",
            f"dead letters  {letters or 'none open'}",
            "",
            f"{'job':{width}}{'schedule':16}{'last run':22}{'result':8}{'took':>9}  {'next run':22}now",
            *(self._line(job, width) for job in found.jobs),
            "",
            *(found.problems or ["All is well."]),
        ]
        self.stdout.write("\n".join(lines))

    def _line(self, job: Job, width: int) -> str:
        took = "" if job.duration_ms is None else f"{job.duration_ms} ms"
        now = "running" if job.running else "late" if job.late else ""
        return (
            f"{job.name:{width}}{job.schedule:16}{_moment(job.last_run_at):22}{job.result or '-':8}{took:>9}"
            f"  {_moment(job.next_run_at):22}{now}"
        ).rstrip()


def _moment(when: datetime | None) -> str:
    return when.strftime("%Y-%m-%d %H:%M:%S") if when else "never"
