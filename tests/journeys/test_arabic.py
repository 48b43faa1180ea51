"""An Arabic reader: the same product, from right to left, and not a button in another language."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.accessibility import barriers
from tests.journeys.conftest import Person
from tests.journeys.test_first_story import DEMO_PASSWORD

pytestmark = pytest.mark.browser

YOUSSEF = "youssef@rawafed-packaging.example"
PAGES = (
    "/",
    "/use-cases/",
    "/use-cases/new/",
    "/use-cases/map/",
    "/use-cases/exports/",
    "/forums/",
    "/forums/search/?q=PET",
    "/forums/topics/new/",
    "/people/",
    "/organizations/",
    "/messages/",
    "/notifications/",
    "/settings/profile/",
    "/accounts/2fa/",
    "/accounts/sessions/",
)
#: What buttons and links of the frame are called; names of languages, people and files stay as they are.
NAMES = """() => [...document.querySelectorAll("main button, .rail a, .menu__item, main label, main h1, main th")]
  .filter((one) => one.checkVisibility() && !one.closest("bdi, [lang=en], .prose"))
  .map((one) => (one.getAttribute("aria-label") || one.innerText).trim()).filter(Boolean)"""
_LATIN_WORDS = re.compile(r"[A-Za-z]{3,} [a-z]{2,}")


def reads_from_right_to_left(page: Page) -> None:
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert [name for name in page.evaluate(NAMES) if _LATIN_WORDS.search(name) and not re.search("[ء-ي]", name)] == []
    assert barriers(page) == []


@pytest.mark.parametrize(("width", "dark"), [(390, True), (1440, False)])
def test_a_visitor_chooses_arabic_and_a_person_has_it_everywhere(
    arrive: Callable[..., Person], width: int, *, dark: bool
) -> None:
    person = arrive(width=width, dark=dark)
    page = person.open("/use-cases/")
    page.get_by_role("contentinfo").get_by_role("link", name="العربيّة").click()
    page.get_by_role("button", name="العربيّة").click()
    expect(page).to_have_url(re.compile("/use-cases/$"))
    reads_from_right_to_left(page)

    page = person.open("/accounts/login/")
    reads_from_right_to_left(page)
    page.locator("[name=login]").fill(YOUSSEF)
    page.locator("[name=password]").fill(DEMO_PASSWORD)
    page.get_by_role("main").get_by_role("button", name="تسجيل الدخول", exact=True).click()
    expect(page.get_by_role("navigation").first).to_be_visible()
    for path in PAGES:
        page = person.open(path)
        reads_from_right_to_left(page)
