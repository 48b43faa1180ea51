"""``manage.py check_environment``: is this machine configured well enough to start?"""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from pydantic import SecretStr

from p2psandbox.platform.environment import Environment, EnvironmentRefused, load

_WITH_CREDENTIALS = ("DATABASE_URL", "DOCUMENTS_URL", "REDIS_URL", "EMAIL_URL")


class Command(BaseCommand):
    help = "Checks every variable of the environment and prints what is in force, without secrets."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            found = load()
        except EnvironmentRefused as refused:
            raise CommandError(str(refused)) from None
        for name, field in Environment.model_fields.items():
            self.stdout.write(f"{name}={self._shown(name, getattr(found, name))}  # {field.description}")
        self.stdout.write(self.style.SUCCESS("The environment is usable."))

    def _shown(self, name: str, value: Any) -> str:
        if isinstance(value, SecretStr):
            return "(set)" if value.get_secret_value() else ""
        if name in _WITH_CREDENTIALS:
            return "(set)" if value else ""
        if isinstance(value, list):
            return ",".join(value)
        return str(value).lower() if isinstance(value, bool) else str(value)
