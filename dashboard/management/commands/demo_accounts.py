"""``manage.py demo_accounts``: who can sign in to the demo data, and with what."""

from __future__ import annotations

import unicodedata
from typing import Any

from django.core.management.base import BaseCommand

from dashboard import demo


class Command(BaseCommand):
    """Print the demo accounts as an aligned table; nothing when the demo data is not loaded."""

    help = "Print the demo accounts and their password."

    def handle(self, *args: Any, **options: Any) -> None:
        accounts = demo.accounts()
        if not accounts:
            self.stdout.write("There are no demo accounts here. To make them: manage.py load_demo")
            return
        rows = [(one.name, one.role, one.organization, one.email) for one in accounts]
        widths = [max(_width(row[column]) for row in rows) for column in range(4)]
        self.stdout.write(f"Demo accounts, all with the password {accounts[0].password}")
        for row in rows:
            cells = [cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)]
            self.stdout.write(("  " + "  ".join(cells)).rstrip())


def _width(text: str) -> int:
    """Return the columns a terminal gives a text: marks that stand above a letter take none."""
    return sum(not unicodedata.combining(char) for char in text)
