"""The library in browsers: narrowed by facets and place, kept as a search, compared, tried elsewhere."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.journeys.accessibility import barriers
from tests.journeys.conftest import Person
from tests.journeys.running import Product, load_cities
from tests.journeys.test_first_story import ADMIN, DEMO_PASSWORD, confirm_address, sign_in, sign_up

pytestmark = pytest.mark.browser

Arrive = Callable[..., Person]

SIZES = pytest.mark.parametrize(("width", "dark"), [(1440, False), (390, True)], ids=["desktop", "phone, dark"])


@SIZES
def test_the_library_is_narrowed_shared_by_its_address_and_kept(arrive: Arrive, width: int, *, dark: bool) -> None:
    person, name = arrive(width=width, dark=dark), f"Nearby {secrets.token_hex(3)}"
    sign_in(person, ADMIN, DEMO_PASSWORD)
    page = person.open("/use-cases/")
    main = page.get_by_role("main")
    everything = main.locator("article").count()
    page.goto(page.url + "?near=52.52,13.4&radius_km=500")
    expect(main.locator("article").first).to_contain_text("km")
    near = main.locator("article").count()
    assert 0 < near < everything

    facet = page.locator(".facet__option a, a.facet__option").first
    if not facet.is_visible():
        page.locator(".facets summary").first.click()
    facet.click()
    expect(page).to_have_url(re.compile(r"near=.*&?"))
    expect(main.locator("article").first).to_be_visible()
    assert main.locator("article").count() <= near
    assert barriers(page) == []

    # Who gets the address sees the same; who keeps it finds it again.
    shared = page.url.split("/use-cases/")[1]
    shown = main.locator("article h3, article h2").all_inner_texts()
    other = arrive().open(f"/use-cases/{shared}")
    assert set(other.get_by_role("main").locator("article h3, article h2").all_inner_texts()) <= set(shown)
    page.get_by_text("Keep this search").click()
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_role("button", name="Keep and tell me of new ones").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Saved searches")
    assert barriers(page) == []
    page.get_by_role("link", name=name).click()
    expect(main.locator("article h3, article h2")).to_have_text(shown)


@pytest.fixture
def cities(product: Product) -> None:
    """The world's cities, in the product all journeys share. One that runs already has them."""
    if "JOURNEYS_AT" not in os.environ:
        load_cities(Path(os.environ["P2P_TEST_SCRATCH"]))


@SIZES
def test_a_city_is_chosen_by_keyboard(arrive: Arrive, cities: None, width: int, *, dark: bool) -> None:
    person = arrive(width=width, dark=dark)
    sign_in(person, ADMIN, DEMO_PASSWORD)
    page = person.open("/use-cases/new/")
    city = page.get_by_role("combobox", name="City")
    offered = page.get_by_role("listbox", name="City").get_by_role("option")
    page.get_by_label("Country").select_option("DE")
    city.fill("")  # the company's own stands there
    city.press_sequentially("saint-ét")
    expect(offered.filter(has_text="Saint-Étienne").first).to_contain_text("France")
    assert barriers(page) == []
    page.keyboard.press("ArrowDown")
    expect(offered.first).to_have_attribute("aria-selected", "true")
    chosen = offered.first.locator("span").first.inner_text()
    page.keyboard.press("Enter")
    expect(city).to_have_value(chosen)
    expect(page.get_by_label("Country")).to_have_value("FR")
    expect(offered.first).to_be_hidden()
    page.get_by_label("Title").fill(f"Somewhere else {secrets.token_hex(3)}")
    page.get_by_role("button", name="Next").click()
    expect(page).to_have_url(re.compile("/edit/2/"))
    page.goto(page.url.replace("/edit/2/", "/edit/1/"))
    expect(page.get_by_label("Country")).to_have_value("FR")

    # Near a city: offered in Arabic as well; leaving the list with Escape keeps what is typed.
    page = person.open("/use-cases/")
    near = page.get_by_role("combobox", name="Near")
    near.press_sequentially("برلين")
    offered = page.get_by_role("listbox", name="Near").get_by_role("option")
    expect(offered.first).to_be_visible()
    page.keyboard.press("Escape")
    expect(offered.first).to_be_hidden()
    near.fill("")
    near.press_sequentially("berl")
    expect(offered.first).to_contain_text("Berlin")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(near).to_have_value("Berlin")
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_contain_text("of Berlin")
    assert barriers(page) == []


@SIZES
def test_stories_are_compared_side_by_side(arrive: Arrive, width: int, *, dark: bool) -> None:
    person = arrive(width=width, dark=dark)
    sign_in(person, ADMIN, DEMO_PASSWORD)
    page = person.open("/use-cases/")
    ticks = page.get_by_role("checkbox", name=re.compile("^Compare"))
    for number in range(2):
        ticks.nth(number).check()
    page.get_by_role("button", name="Compare the ticked ones").click()
    heads = page.get_by_role("main").get_by_role("columnheader")
    expect(heads).to_have_count(2)
    expect(page).to_have_url(re.compile(r"ids="))
    assert barriers(page) == []


@SIZES
def test_an_organization_reports_that_it_tried_it_too(arrive: Arrive, width: int, *, dark: bool) -> None:
    other, mark = arrive(width=width, dark=dark), secrets.token_hex(3)
    email = f"alma.{mark}@aurora.example"
    sign_up(other, email=email, organization=f"Conservas {mark}")
    confirm_address(other, email)
    page = other.open("/use-cases/?organization=norddeich-hydraulics")
    story = page.get_by_role("main").locator("article a").first.get_attribute("href")
    assert story
    page = other.open(story)
    page.get_by_role("link", name="We tried this too").click()
    page.get_by_role("button", name="Hand in the report").click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_role("radio").first.check()
    words = f"Half a year on our two lines, with the same parts {mark}."
    page.get_by_label("In a few sentences").fill(words)
    assert barriers(page) == []
    page.get_by_role("button", name="Hand in the report").click()
    expect(page.get_by_role("main").get_by_text(words)).to_be_visible()
    report = other.open(story).get_by_role("listitem").filter(has_text=words)
    expect(report).to_be_visible()
    # The first of an organization is its admin: nobody else has to approve it.
    expect(report.get_by_role("button", name="Approve and publish")).to_have_count(0)

    owner = arrive(width=width, dark=dark)
    sign_in(owner, ADMIN, DEMO_PASSWORD)
    page = owner.open(story)
    expect(page.get_by_role("region", name="Others tried it too")).to_contain_text(words)
    assert barriers(page) == []
