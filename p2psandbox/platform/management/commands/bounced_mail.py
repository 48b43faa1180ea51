"""Say of addresses that mail comes back from them, or that it arrives again."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email

from p2psandbox.platform.mail import bounces


class Command(BaseCommand):
    help = "Stop notifications by mail to addresses: bounced_mail ADDRESS ... --reason '550 no such user'; or --again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("address", nargs="+")
        parser.add_argument("--reason", default="", help="what the other server said; at most 120 characters are kept")
        parser.add_argument("--again", action="store_true", help="mail arrives again: send it")

    def handle(self, *args: Any, **options: Any) -> None:
        for address in options["address"]:
            try:
                validate_email(address.strip())
            except ValidationError as error:
                raise CommandError("This is no mail address; nothing after it was looked at.") from error
            if options["again"]:
                bounces.forget(address)
            else:
                bounces.record(address, options["reason"])
        self.stdout.write(f"addresses: {len(options['address'])}")
