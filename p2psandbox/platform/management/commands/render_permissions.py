"""``manage.py render_permissions``: the matrix as a page of the documentation."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from p2psandbox.platform.environment import ROOT
from p2psandbox.platform.permissions import as_markdown


class Command(BaseCommand):
    help = "Writes docs/permissions.md from the permission matrix."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        target = ROOT / "docs" / "permissions.md"
        target.write_text(as_markdown(), encoding="utf-8")
        self.stdout.write(f"Wrote {target.relative_to(ROOT)}.")
