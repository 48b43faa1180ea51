"""What axe finds on the page somebody looks at."""

from __future__ import annotations

from axe_core_python.sync_playwright import Axe
from playwright.sync_api import Page

_RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


def barriers(page: Page) -> list[str]:
    """Return each barrier axe sees, with where it is; empty when there is none."""
    page.wait_for_load_state()
    found = Axe().run(page, options=_RULES)["violations"]
    return [
        f"{one['id']}: {one['help']}: {node['target']} {node['html'][:200]}" for one in found for node in one["nodes"]
    ]
