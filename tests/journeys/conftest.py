"""Journeys: the whole product as its own processes, and a real browser in front of it.

The product is started the way ``make run`` starts it, with a data directory and a port of its own. Nothing here
reaches into it: what a test knows, it read on a page or in an answer.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect, sync_playwright

from tests.journeys.running import Product, shared

#: Three browsers and a whole product share two cores with the rest of the suite: nothing here measures time.
PATIENCE = 30_000
expect.set_options(timeout=PATIENCE)

#: Without these, Chromium looks for servers of its own on a network that may not be there.
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def product() -> Product:
    """The product with its demo data, started once for all journeys of all processes of the suite.

    With ``JOURNEYS_AT=http://localhost:8000/`` a product that runs already is used instead.
    """
    if address := os.environ.get("JOURNEYS_AT"):
        return Product(address)
    return shared(Path(os.environ["P2P_TEST_SCRATCH"]))


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="module")
def browser(playwright: Playwright) -> Iterator[Browser]:
    # The first has no window to draw: a new page costs a sixth of the processor's time.
    names = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
    path = next(filter(None, map(shutil.which, names)), None)
    assert path, "Chromium is missing: apt-get install chromium-headless-shell"
    launched = playwright.chromium.launch(executable_path=path, args=CHROMIUM_ARGUMENTS)
    yield launched
    launched.close()


#: Each browser comes from an address of its own, as if through a proxy: the product slows down who signs in too often.
_addresses = (f"198.51.{secrets.randbelow(256)}.{secrets.randbelow(256)}" for _ in iter(int, 1))


@dataclass
class Person:
    """Somebody at a browser of their own. Errors on the console are collected and must stay empty."""

    page: Page
    context: BrowserContext
    product: Product
    complaints: list[str] = field(default_factory=list)

    def open(self, path: str) -> Page:
        self.page.goto(self.product.url(path))
        return self.page

    def read_mail(self, *, to: str, subject: str) -> str:
        """Wait for a mail in the local inbox, open it and return the first link to the product in its text."""
        row = self.page.get_by_role("link").filter(has_text=re.compile(subject, re.IGNORECASE))
        inbox = self.product.url("/dev/mail/")
        self.page.goto(inbox)
        wanted = row.filter(has_text=to) if row.filter(has_text=to).count() else row
        for _ in range(100):
            if self.page.get_by_text(to).count() and wanted.count():
                break
            self.page.wait_for_timeout(100)
            self.page.goto(inbox)
        wanted.first.click()
        pattern = re.compile(re.escape(self.product.address.rstrip("/")) + r"/\S+")
        expect(self.page).to_have_url(re.compile(r"/dev/mail/.+"))
        expect(self.page.locator("body")).to_contain_text(pattern, use_inner_text=True)
        return str(pattern.search(self.page.locator("body").inner_text())[0])  # type: ignore[index]  # just seen


@pytest.fixture
def arrive(browser: Browser, product: Product) -> Iterator[Callable[..., Person]]:
    """Let a person arrive with a fresh browser: ``arrive(width=390, dark=True)``."""
    people: list[Person] = []

    def _arrive(*, width: int = 1440, height: int = 900, dark: bool = False, javascript: bool = True) -> Person:
        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            java_script_enabled=javascript,
            reduced_motion="reduce",  # halfway from one colour to another, a contrast says nothing
            extra_http_headers={"X-Forwarded-For": next(_addresses)},
            locale="en-GB",
        )
        context.set_default_timeout(PATIENCE)
        context.set_default_navigation_timeout(2 * PATIENCE)
        person = Person(context.new_page(), context, product)

        def note(message: object) -> None:
            kind, text = getattr(message, "type", "error"), getattr(message, "text", str(message))
            # Chromium reports every answer from 400 up as an error; a refused form is a normal day.
            if kind == "error" and "Failed to load resource" not in text:
                person.complaints.append(text)

        person.page.on("console", note)
        person.page.on("pageerror", note)
        people.append(person)
        return person

    yield _arrive
    for person in people:
        person.context.close()
    assert [person.complaints for person in people if person.complaints] == []
