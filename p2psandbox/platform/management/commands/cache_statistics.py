"""``manage.py cache_statistics``: how often kept numbers were still good."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from p2psandbox.platform import cachetags


class Command(BaseCommand):
    help = "Prints hits, misses and the hit rate of numbers kept under tags, since Redis was last emptied."

    def handle(self, *args: Any, **options: Any) -> None:
        found = cachetags.counts()
        rate = "-" if found.hit_rate is None else f"{100 * found.hit_rate:.1f} %"
        self.stdout.write(f"hits={found.hits} misses={found.misses} hit_rate={rate}")
