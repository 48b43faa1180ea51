"""What scripts make of times, in a real browser: the reader's zone, wherever the browser itself is."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, expect

from p2psandbox.platform.environment import ROOT

pytestmark = pytest.mark.browser

SITE = "http://times.example/"
PAGE = """<!doctype html><html lang="en-GB"><title>Times</title>
<time datetime="2026-06-30T20:30:00+00:00" data-relative>30 Jun 2026, 20:30 UTC</time>
<time datetime="2026-06-30T20:30:00+00:00">1 Jul 2026, 00:30</time>
<script type="module" src="/times.js"></script>"""


@pytest.fixture
def open_page(browser: Browser) -> Callable[..., tuple[str, str, str]]:
    """Open a page with two times in a browser in Berlin; returns title and text of the first, text of the second."""

    def look(cookie: str = "", *, javascript: bool = True) -> tuple[str, str, str]:
        context = browser.new_context(timezone_id="Europe/Berlin", java_script_enabled=javascript)
        page = context.new_page()
        page.clock.install(time="2026-07-02T20:30:00Z")
        page.route(SITE, lambda route: route.fulfill(body=PAGE, content_type="text/html"))
        page.route(SITE + "times.js", lambda route: route.fulfill(path=ROOT / "static/js/times.js"))
        if cookie:
            context.add_cookies([{"name": "time_zone", "value": cookie, "url": SITE}])
        page.goto(SITE)
        first, second = page.locator("time").all()
        if javascript:
            expect(first).to_have_attribute("title", re.compile("."))
        said = first.get_attribute("title") or "", first.inner_text(), second.inner_text()
        context.close()
        return said

    return look


@pytest.mark.parametrize(
    ("cookie", "title"),
    [
        ('"Asia/Dubai"', "1 July 2026 at 00:30"),
        ("America/New_York", "30 June 2026 at 16:30"),
        ("", "30 June 2026 at 20:30 UTC"),
        ("Mars/Olympus", "30 June 2026 at 20:30 UTC"),
        ("%E0%A4%A", "30 June 2026 at 20:30 UTC"),
    ],
    ids=["Dubai", "New York", "nobody", "unknown", "broken"],
)
def test_the_title_is_in_the_zone_of_the_profile(
    open_page: Callable[..., tuple[str, str, str]], cookie: str, title: str
) -> None:
    assert open_page(cookie) == (title, "2 days ago", "1 Jul 2026, 00:30")


def test_without_scripts_the_zone_stands_in_the_text(open_page: Callable[..., tuple[str, str, str]]) -> None:
    assert open_page(javascript=False) == ("", "30 Jun 2026, 20:30 UTC", "1 Jul 2026, 00:30")
