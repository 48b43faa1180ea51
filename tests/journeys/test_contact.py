"""Protected contact: somebody asks, the makers accept, and that person alone sees whom to talk to."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.journeys.accessibility import barriers
from tests.journeys.conftest import Person
from tests.journeys.test_first_story import ADMIN, DEMO_PASSWORD, confirm_address, sign_in, sign_up

pytestmark = pytest.mark.browser

Arrive = Callable[..., Person]

QUESTION = "We run the same compressors. Could we see the recovery unit at work?"


@pytest.mark.parametrize(("width", "dark"), [(1440, False), (390, True)], ids=["desktop", "phone, dark"])
def test_a_contact_is_asked_for_and_shown_to_who_asked_alone(arrive: Arrive, width: int, *, dark: bool) -> None:
    owner, asker = arrive(width=width, dark=dark), arrive(width=width, dark=dark)
    mark = secrets.token_hex(3)
    sign_in(owner, ADMIN, DEMO_PASSWORD)
    for who in ("alma", "otto"):
        person = asker if who == "alma" else arrive(width=width, dark=dark)
        email = f"{who}.{mark}@aurora.example"
        sign_up(person, email=email, organization=f"Conservas {who} {mark}")
        confirm_address(person, email)
    stranger = person

    page = owner.open("/use-cases/?search=vibration")
    story = page.get_by_role("main").locator("article a").first.get_attribute("href")
    assert story
    contact = owner.open(story).get_by_role("region", name="Contact", exact=True).locator("p").nth(1).inner_text()
    assert "@" in contact

    page = asker.open(story)
    expect(page.locator("body")).not_to_contain_text(contact)
    page.get_by_role("link", name="Ask for the contact").click()
    page.get_by_label("What you want to know").fill(QUESTION)
    assert barriers(page) == []
    page.get_by_role("button", name="Send the request").click()
    expect(page.get_by_role("main")).to_contain_text("You asked on")

    page = owner.open("/use-cases/contact-requests/")
    request = page.get_by_role("listitem").filter(has_text=f"Conservas alma {mark}")
    expect(request).to_contain_text(QUESTION)
    assert barriers(page) == []
    request.get_by_label(re.compile("A word to them")).fill("Gladly, call in the morning.")
    request.get_by_role("button", name="Accept and share the contact").click()
    expect(page.get_by_role("main")).to_contain_text("Accepted")

    page = asker.open(story)
    expect(page.get_by_role("main")).to_contain_text(contact)
    expect(page.get_by_role("main")).to_contain_text("Gladly, call in the morning.")
    assert barriers(page) == []
    expect(stranger.open(story).locator("body")).not_to_contain_text(contact)
    expect(owner.open(story).get_by_role("main")).to_contain_text("Contact shared with")
