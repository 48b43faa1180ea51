"""``manage.py compute_trending``: works out anew what trends."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from dashboard import trending


class Command(BaseCommand):
    help = "Works out the scores of what trends, as the scheduled job does every few minutes. Can be repeated."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{trending.recompute():,} scores")
