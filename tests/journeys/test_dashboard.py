"""Home in the morning: what is new comes by itself, numbers have their periods, all of it by phone and in the dark."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.accessibility import barriers
from tests.journeys.conftest import Person
from tests.journeys.test_first_story import DEMO_PASSWORD, editor, sign_in

pytestmark = pytest.mark.browser

Arrive = Callable[..., Person]
#: Nobody else's journey reads as the first: what is rung for him was rung here.
READER, COLLEAGUE = "baptiste@laiterie-haut-plateau.example", "claire@laiterie-haut-plateau.example"


def ask(person: Person, title: str) -> Page:
    """Ask a question through the page's form and return the page it led to."""
    page = person.open("/forums/topics/new/")
    page.get_by_label("Category").select_option(index=1)
    page.get_by_label("Title").fill(title)
    editor(page, "Your question").fill("Since Monday, on both presses.")
    page.get_by_role("button", name="Post the question").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(title)
    return page


def test_what_a_colleague_asks_shows_on_an_open_page_within_seconds(arrive: Arrive) -> None:
    title = f"Which belt lasts longer {secrets.token_hex(3)}"
    baptiste, claire = arrive(), arrive(width=390, height=844, dark=True)
    sign_in(baptiste, READER, DEMO_PASSWORD)
    sign_in(claire, COLLEAGUE, DEMO_PASSWORD)
    page = baptiste.open("/")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Baptiste")
    assert barriers(page) == []
    assert title not in page.content()

    ask(claire, title)
    new = page.get_by_role("link", name=re.compile(r"^\d+ new$"))
    expect(new).to_be_visible()
    assert barriers(page) == []
    new.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Activity")).to_be_visible()

    # Everybody's feed moves on while others write; their own company's shows it.
    page.get_by_role("navigation", name="Whose").get_by_role("link", name="My organization").click()
    expect(page.get_by_role("link", name=title).first).to_be_visible()
    page.get_by_role("list", name="Kind").get_by_role("link", name="Use case").click()
    expect(page.get_by_role("link", name=title)).to_have_count(0)
    assert barriers(page) == []


def test_a_reply_is_rung_on_an_open_page(arrive: Arrive) -> None:
    title = f"Why does the pump sing {secrets.token_hex(3)}"
    baptiste, claire = arrive(dark=True), arrive()
    sign_in(baptiste, READER, DEMO_PASSWORD)
    sign_in(claire, COLLEAGUE, DEMO_PASSWORD)
    address = ask(baptiste, title).url
    page = baptiste.open("/numbers/")
    bell = page.locator("[data-notifications]")
    before = bell.get_attribute("data-notifications") or ""

    claire.page.goto(address)
    editor(claire.page, "What you want to say").fill("Air in the suction line: look at the shaft seal.")
    claire.page.get_by_role("button", name="Post reply").click()
    expect(bell).not_to_have_attribute("data-notifications", before)
    bell.click()
    expect(page.get_by_role("link", name=re.compile(re.escape(title))).first).to_be_visible()


def test_numbers_have_periods_that_can_be_shared_and_fit_a_phone(arrive: Arrive) -> None:
    baptiste = arrive(width=390, height=844, dark=True)
    sign_in(baptiste, READER, DEMO_PASSWORD)
    page = baptiste.open("/")
    page.get_by_role("link", name="All numbers").click()
    for period, query in (("7 days", "7d"), ("A year", "365d"), ("All time", "all")):
        page.get_by_role("navigation", name="Period").get_by_role("link", name=period).click()
        expect(page).to_have_url(re.compile(rf"period={query}$"))
        expect(page.get_by_role("heading", name="Your organization")).to_be_visible()
        assert barriers(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
