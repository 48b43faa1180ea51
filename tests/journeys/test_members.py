"""From an invitation to a colleague who is felt to have a role, and to have lost it: in three browsers."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.accessibility import barriers
from tests.journeys.conftest import Person
from tests.journeys.test_first_story import ADMIN, DEMO_PASSWORD, PASSWORD, sign_in

pytestmark = pytest.mark.browser

Arrive = Callable[..., Person]
MEMBERS = "/organization/members/"


def press_and_confirm(page: Page, button: str) -> None:
    page.get_by_role("button", name=button).click()
    page.get_by_role("dialog").get_by_role("button", name=button).click()


def invite(person: Person, email: str) -> None:
    page = person.open("/")
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Company").click()
    page.get_by_role("navigation", name="Company").get_by_role("link", name="Invitations").click()
    page.get_by_label("Email addresses").fill(f"Ilse Onken <{email}>; nonsense")
    page.get_by_label("Message").fill("Ilse, come and read what others did about E04.")
    page.get_by_role("button", name="Send invitations").click()
    expect(page.get_by_text("1 invitation sent.")).to_be_visible()
    expect(page.get_by_text("Not an email address")).to_be_visible()
    expect(page.get_by_role("listitem").filter(has_text=email).last).to_contain_text("Pending")
    assert barriers(page) == []


def accept(person: Person, link: str) -> None:
    page = person.page
    page.goto(link)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Norddeich Hydraulics")
    expect(page.get_by_role("main")).to_contain_text("Greta Janssen")
    assert barriers(page) == []
    page.get_by_label("First name").fill("Ilse")
    page.get_by_label("Last name").fill("Onken")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Accept and sign in").click()
    expect(page.get_by_text("Welcome to Norddeich Hydraulics")).to_be_visible()


def test_a_colleague_is_invited_joins_and_feels_a_change_of_role_at_once(arrive: Arrive) -> None:
    email = f"ilse.{secrets.token_hex(3)}@norddeich-hydraulics.example"
    greta, ilse, late = arrive(), arrive(width=390, height=844), arrive(dark=True)
    sign_in(greta, ADMIN, DEMO_PASSWORD)
    invite(greta, email)

    link = ilse.read_mail(to=email, subject="invites you")
    accept(ilse, link)
    late.page.goto(link)
    expect(late.page.get_by_role("heading", level=1)).to_contain_text("has been accepted")
    assert barriers(late.page) == []

    assert ilse.page.goto(ilse.product.url(MEMBERS)).status == 403
    page = greta.open(f"{MEMBERS}?search={email}")
    assert barriers(page) == []
    page.get_by_role("link", name="Ilse Onken").click()
    expect(page.get_by_role("button", name="Make an admin")).to_be_visible()
    assert barriers(page) == []
    press_and_confirm(page, "Make an admin")
    expect(page.get_by_text("Ilse Onken is an admin now.")).to_be_visible()
    assert ilse.page.goto(ilse.product.url(MEMBERS)).status == 200

    press_and_confirm(page, "Take the admin role away")
    expect(page.get_by_text("is a member now")).to_be_visible()
    assert ilse.page.reload().status == 403

    press_and_confirm(page, "Deactivate")
    expect(page.get_by_text("signed out everywhere")).to_be_visible()
    ilse.page.goto(ilse.product.url("/forums/"))
    expect(ilse.page).to_have_url(re.compile("/accounts/login/"))

    page = greta.open("/organization/audit/")
    trail = page.get_by_role("main").get_by_role("listitem").filter(has_text="Ilse Onken")
    expect(trail).to_have_count(4)
    expect(trail.first).to_contain_text("Member deactivated")
    assert barriers(page) == []
