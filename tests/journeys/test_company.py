"""A new company: signed up, confirmed, described, and what its first admin reads about it in numbers."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.accessibility import barriers
from tests.journeys.conftest import Person
from tests.journeys.test_first_story import confirm_address, sign_up

pytestmark = pytest.mark.browser

Arrive = Callable[..., Person]


def company(page: Page, tab: str) -> None:
    """Go to one of the company's pages: by the rail, on phones by the account's menu."""
    link = page.get_by_role("navigation", name="Main").get_by_role("link", name="Company")
    if not link.is_visible():
        page.get_by_label("Your account").click()
        link = page.get_by_role("banner").get_by_role("link", name="Company")
    link.click()
    page.get_by_role("navigation", name="Company").get_by_role("link", name=tab, exact=True).click()


def save(page: Page) -> None:
    page.get_by_role("main").get_by_role("button", name=re.compile("^Save")).first.click()


@pytest.mark.parametrize(("width", "dark"), [(1440, False), (390, True)], ids=["desktop", "phone, dark"])
def test_a_company_arrives_describes_itself_and_reads_its_numbers(arrive: Arrive, width: int, *, dark: bool) -> None:
    mark = secrets.token_hex(3)
    name, email = f"Conservas Aurora {mark}", f"alma.{mark}@aurora.example"
    alma = arrive(width=width, dark=dark)
    sign_up(alma, email=email, organization=name)
    assert barriers(alma.page) == []
    confirm_address(alma, email)
    expect(alma.page.get_by_role("navigation", name="Main")).to_be_visible()

    page = alma.open("/settings/profile/")
    page.get_by_label("Job title").fill("Plant manager")
    expect(page.locator(".tag-input")).to_be_visible()  # or the field is exchanged under the fingers
    page.get_by_label("What you know about").fill("retorts, steam, OEE")
    save(page)
    expect(page.get_by_label("Job title")).to_have_value("Plant manager")
    assert barriers(page) == []

    company(page, "Profile")
    page.get_by_role("main").get_by_role("link", name=re.compile("^Edit")).first.click()
    page.get_by_label("What you make, and for whom").fill("Beans and peppers in tins, for shops in five countries.")
    page.get_by_label("Founded in").fill("3021")
    save(page)
    expect(page.locator("[aria-invalid=true]")).to_have_count(1)
    expect(page.get_by_label("What you make, and for whom")).to_have_value(re.compile("Beans and peppers"))
    assert barriers(page) == []
    page.get_by_label("Founded in").fill("1987")
    save(page)
    expect(page.get_by_role("main")).to_contain_text("Beans and peppers in tins")
    assert barriers(page) == []

    company(page, "Statistics")
    expect(page.get_by_role("main")).to_contain_text("Storage")
    assert barriers(page) == []
    page.goto(alma.product.url(f"/people/?search={mark}"))
    page.goto(alma.product.url("/organizations/?search=" + mark))
    page.get_by_role("main").get_by_role("link", name=re.compile(name)).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(name)
    assert barriers(page) == []
