"""Attacks on the forums in a real browser whose content policy is switched off: nothing runs.

The vectors are those of the sanitiser's own test: OWASP's evasion cheat sheet, html5sec, mutation XSS.
"""

from __future__ import annotations

import json
import os
import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from p2psandbox.platform.tests.test_richtext import ATTACKS
from tests.journeys.conftest import Person
from tests.journeys.running import Product, operate
from tests.journeys.test_first_story import ADMIN, DEMO_PASSWORD, sign_in
from tests.journeys.test_forum_writing import ask, editor, paste

pytestmark = pytest.mark.browser

WATCH = """
  window.ran = [];
  for (const name of ["alert", "confirm", "prompt", "msgbox"]) window[name] = () => { window.ran.push(name); };
"""


@dataclass
class Watched:
    """A page without a content policy, and what happened on it that should not."""

    page: Page
    person: Person
    elsewhere: list[str] = field(default_factory=list)

    def nothing_happened(self) -> None:
        """Move over everything, as a person would, and look whether anything ran or was fetched from elsewhere."""
        self.page.evaluate(
            """() => {
              for (const element of document.querySelectorAll(".prose *")) {
                for (const name of ["mouseover", "focus", "toggle"]) element.dispatchEvent(new Event(name));
              }
            }"""
        )
        assert self.page.evaluate("window.ran") == []
        assert self.elsewhere == []


@pytest.fixture
def watched(browser: Browser, product: Product) -> Iterator[Watched]:
    context = browser.new_context(bypass_csp=True, locale="en-GB")
    context.add_init_script(WATCH)
    page = context.new_page()
    found = Watched(page, Person(page, context, product))

    def note(url: str) -> None:
        if not url.startswith((product.address.rstrip("/"), "data:", "blob:", "about:")):
            found.elsewhere.append(url)

    context.on("request", lambda request: note(request.url))
    page.on("dialog", lambda dialog: (found.elsewhere.append("dialog"), dialog.dismiss()))
    sign_in(found.person, ADMIN, DEMO_PASSWORD)
    yield found
    context.close()


def test_attacks_over_the_json_api_are_harmless_on_the_page(watched: Watched) -> None:
    page = watched.page
    address = ask(page)
    topic = re.search(r"topics/([0-9a-f-]+)/", address)
    assert topic
    csrf = next(one["value"] for one in page.context.cookies() if one["name"] == "csrftoken")
    product = watched.person.product
    stored = 0
    for attack in ATTACKS:
        made = page.request.post(
            product.url(f"/api/v1/forums/topics/{topic[1]}/posts"),
            data={"body": f"<p>Look at this:</p>{attack}"},
            headers={"X-CSRFToken": csrf, "Referer": page.url},
        )
        assert made.status in (201, 400), (attack, made.text())
        stored += made.status == 201
    assert stored > len(ATTACKS) / 2

    for number in range(1, stored // 20 + 2):
        watched.person.open(f"{address}?page={number}")
        expect(page.locator("[data-rich-text][data-ready]")).to_be_attached()
        watched.nothing_happened()
    # An edit form gives the stored text to the editor once more.
    page.locator(".post__bar").last.get_by_role("link", name="Edit").click()
    expect(page.locator("[data-rich-text][data-ready]")).to_be_attached()
    watched.nothing_happened()


def test_attacks_pasted_previewed_and_posted_are_harmless(watched: Watched) -> None:
    page = watched.page
    watched.person.open(ask(page))
    expect(page.locator("[data-rich-text][data-ready]")).to_be_attached()
    editor(page).click()
    page.keyboard.insert_text("All of it:")
    for attack in ATTACKS:
        paste(page, attack)
    watched.nothing_happened()
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_role("region", name="Preview")).to_contain_text("All of it:")
    watched.nothing_happened()
    page.get_by_role("button", name="Post reply").click()
    expect(page.locator("#post-2")).to_contain_text("All of it:")
    watched.nothing_happened()


def test_attacks_sent_past_the_editor_are_harmless(watched: Watched) -> None:
    """A form's text area, filled with HTML by hand."""
    page = watched.page
    watched.person.open(ask(page))
    expect(page.locator("[data-rich-text][data-ready]")).to_be_attached()
    whole = "<p>All of it:</p>" + "".join(
        f"<p>{attack}</p>" for attack in ATTACKS if "\x00" not in attack and "\x01" not in attack
    )
    page.evaluate(
        """html => {
          const form = document.querySelector("#reply form");
          form.elements.namedItem("body").value = html;
          form.elements.namedItem("body_format").value = "html";
        }""",
        whole,
    )
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_role("region", name="Preview")).to_contain_text("All of it:")
    watched.nothing_happened()


def test_attacks_brought_along_from_another_forum_are_harmless(watched: Watched, tmp_path: Path) -> None:
    page, mark = watched.page, secrets.token_hex(3)
    attacks = [attack for attack in ATTACKS if "\x00" not in attack and "\x01" not in attack]
    posts = [
        {
            "author": "<img src=x onerror=alert(1)>",
            "created_at": "2014-03-01",
            "body_html": f"<p>Look at this:</p>{attack}",
        }
        for attack in attacks
    ]
    thread = {"source": mark, "licence": "ours", "title": f"Attacks {mark} <script>alert(1)</script>", "posts": posts}
    file = tmp_path / "threads.json"
    file.write_text(json.dumps([thread]))
    operate(Path(os.environ["P2P_TEST_SCRATCH"]), "import_threads", str(file), "--category", "machines-and-maintenance")

    watched.person.open(f"/forums/?search={mark}")
    watched.nothing_happened()
    page.get_by_role("link", name=re.compile(f"Attacks {mark}")).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(mark)
    address = urlsplit(page.url).path
    for number in range(1, len(attacks) // 20 + 2):
        watched.person.open(f"{address}?page={number}")
        expect(page.locator("article.post").first).to_be_visible()
        watched.nothing_happened()
