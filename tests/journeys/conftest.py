"""Journeys: the whole product as its own processes, and a real browser in front of it.

The product is started the way ``make run`` starts it, with a data directory and a port of its own. Nothing here
reaches into it: what a test knows, it read on a page or in an answer.
"""

from __future__ import annotations

import os
import queue
import re
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect, sync_playwright

from p2psandbox.platform.environment import ROOT

START_SECONDS = 300
expect.set_options(timeout=10_000)

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


@dataclass
class Product:
    """A running product: its address, and what its processes have printed."""

    address: str
    var: Path
    lines: list[str] = field(default_factory=list)

    def url(self, path: str) -> str:
        return self.address.rstrip("/") + path


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _environment(var: Path) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PYTEST", "P2P_"))}
    for name in ("DATABASE_URL", "DOCUMENTS_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE"):
        kept.pop(name, None)
    return kept | {
        "PROFILE": "local",
        "VAR_DIRECTORY": str(var),
        "WEB_PORT": str(_free_port()),
        "LOG_LEVEL": "INFO",
        "LOAD_CITIES": "false",
    }


@pytest.fixture(scope="session")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """The product, started once for all journeys of this process, with its demo data.

    With ``JOURNEYS_AT=http://localhost:8000/`` a product that runs already is used instead.
    """
    if address := os.environ.get("JOURNEYS_AT"):
        yield Product(address, ROOT / "var")
        return
    with started(tmp_path_factory.mktemp("product") / "var") as running:
        yield running


@contextmanager
def started(var: Path, **more: str) -> Iterator[Product]:
    """Start a product of one's own with its demo data, under further variables of the environment."""
    process = subprocess.Popen(
        [sys.executable, "-m", "p2psandbox.platform.embedded", "run"],
        cwd=ROOT,
        env=_environment(var) | more,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    said: queue.Queue[str | None] = queue.Queue()
    running = Product("", var)

    def read() -> None:
        assert process.stdout is not None
        for line in process.stdout:
            running.lines.append(line)
            said.put(line)
        said.put(None)

    threading.Thread(target=read, daemon=True).start()
    while not running.address:
        line = said.get(timeout=START_SECONDS)
        assert line is not None, "The product did not start:\n" + "".join(running.lines)
        if found := re.search(r"runs at (http://\S+)", line):
            running.address = found[1]
    try:
        yield running
    finally:
        process.terminate()
        process.wait(timeout=30)


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="module")
def browser(playwright: Playwright) -> Iterator[Browser]:
    names = ("chromium", "chromium-browser", "google-chrome")
    path = next(filter(None, map(shutil.which, names)), None)
    assert path, "Chromium is missing: apt-get install chromium"
    launched = playwright.chromium.launch(executable_path=path, args=CHROMIUM_ARGUMENTS)
    yield launched
    launched.close()


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
        text = self.page.locator("body").inner_text()
        link = re.search(re.escape(self.product.address.rstrip("/")) + r"/\S+", text)
        assert link, f"no link in the mail:\n{text}"
        return link[0]


@pytest.fixture
def arrive(browser: Browser, product: Product) -> Iterator[Callable[..., Person]]:
    """Let a person arrive with a fresh browser: ``arrive(width=390, dark=True)``."""
    people: list[Person] = []

    def _arrive(*, width: int = 1440, height: int = 900, dark: bool = False, javascript: bool = True) -> Person:
        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            java_script_enabled=javascript,
            locale="en-GB",
        )
        context.set_default_timeout(10_000)
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
