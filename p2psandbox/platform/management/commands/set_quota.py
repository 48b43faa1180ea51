"""Give an organization another storage limit."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand, CommandError, CommandParser

from p2psandbox.platform.files.actions import set_quota
from p2psandbox.platform.files.purposes import MIB
from p2psandbox.platform.permissions import Actor, Role


class Command(BaseCommand):
    help = "Set how many MiB an organization may store: set_quota SLUG 20480, or set_quota SLUG default."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug")
        parser.add_argument("mib", help="a number of MiB, or: default")

    def handle(self, *args: Any, **options: Any) -> None:
        organization = apps.get_model("organizations", "Organization").objects.filter(slug=options["slug"]).first()
        if organization is None:
            raise CommandError(f"There is no organization {options['slug']}.")
        mib = options["mib"]
        if mib != "default" and not mib.isdecimal():
            raise CommandError("Give a whole number of MiB, or: default")
        quota = None if mib == "default" else int(mib) * MIB
        # Whoever may run commands here may do what moderators may.
        set_quota(actor=Actor(Role.MODERATOR), organization_id=organization.pk, quota_bytes=quota)
        self.stdout.write(f"{organization.slug}: {mib if mib == 'default' else mib + ' MiB'}")
