"""Two people write to each other, each at a browser of their own: what one sends, the other's open page shows."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.accessibility import barriers
from tests.journeys.conftest import Person
from tests.journeys.test_first_story import ADMIN, DEMO_PASSWORD, sign_in
from tests.journeys.test_forums_by_keyboard import tab_to

pytestmark = pytest.mark.browser

Arrive = Callable[..., Person]

#: Journeys run beside each other in one product: nobody here is written to by two of them.
ARUN, ARUNS_NAME = "arun@nilgiri-turned-parts.example", "Arun"
CLAIRE, CLAIRES_NAME = "claire@laiterie-haut-plateau.example", "Claire"
MEENA, MEENAS_NAME = "meena@nilgiri-turned-parts.example", "Meena"
BAPTISTE, BAPTISTES_NAME = "baptiste@laiterie-haut-plateau.example", "Baptiste"
GRETAS_NAME, TAMMOS_NAME = "Greta", "Tammo"
#: What an open page may take to show something new, in milliseconds.
IN_TIME = 30_000


def write_to(person: Person, name: str) -> Page:
    """Open the conversation with somebody, found by name."""
    page = person.open("/messages/new/")
    page.get_by_label("Name, job, company").fill(name)
    page.get_by_role("button", name="Find", exact=True).click()
    page.get_by_role("main").get_by_role("link", name=re.compile(name)).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(name)
    return page


def send(page: Page, text: str) -> None:
    page.get_by_role("textbox", name="Your message").fill(text)
    page.get_by_role("button", name="Send", exact=True).click()
    expect(bubble(page, text)).to_be_visible()


def bubble(page: Page, text: str) -> Locator:
    return page.locator(".bubble").filter(has_text=text)


def waiting(page: Page) -> Locator:
    return page.locator(".rail [data-messages]")


def act_on(page: Page, text: str, what: str) -> None:
    """Choose something from the menu of one message."""
    one = bubble(page, text)
    one.get_by_text("More about this message").locator("..").click()
    one.get_by_text(what).click()


def test_what_one_writes_the_others_open_page_shows(arrive: Arrive) -> None:
    mark = secrets.token_hex(3)
    arun, claire = arrive(), arrive(width=390, height=844, dark=True)
    sign_in(arun, ARUN, DEMO_PASSWORD)
    sign_in(claire, CLAIRE, DEMO_PASSWORD)
    hers = claire.page
    expect(waiting(hers)).to_have_attribute("data-messages", "0")

    his = write_to(arun, CLAIRES_NAME)
    send(his, f"Which probe sits in the cheese vat {mark}?\n\nhttps://probes.example/pt100 <b>")
    expect(waiting(hers)).to_have_attribute("data-messages", "1", timeout=IN_TIME)

    hers = claire.open("/messages/")
    assert barriers(hers) == []
    expect(hers.locator(".talk").first).to_contain_text(ARUNS_NAME)
    expect(hers.locator(".talk").first).to_contain_text("1 unread")
    hers.get_by_role("link", name=re.compile(ARUNS_NAME)).first.click()
    expect(bubble(hers, mark).get_by_role("link", name="https://probes.example/pt100")).to_be_visible()
    expect(waiting(hers)).to_have_attribute("data-messages", "0")
    assert barriers(hers) == []

    send(hers, f"A PT100 in a sleeve {mark}")
    expect(bubble(his, f"A PT100 in a sleeve {mark}")).to_be_visible(timeout=IN_TIME)
    send(his, f"Who made the sleeve {mark}?")
    send(his, f"And which length {mark}?")
    expect(bubble(hers, f"And which length {mark}")).to_be_visible(timeout=IN_TIME)
    assert [text.count(mark) for text in hers.locator(".bubble__text").all_inner_texts()][-4:] == [1, 1, 1, 1]
    expect(hers.locator(".bubble__text").last).to_contain_text(f"And which length {mark}")
    expect(hers.locator(".bubble__text").last).to_be_in_viewport()
    expect(waiting(hers)).to_have_attribute("data-messages", "0", timeout=IN_TIME)
    assert barriers(hers) == []
    assert barriers(his) == []
    # Nobody has touched his page: it hears of it.
    expect(bubble(his, f"And which length {mark}")).to_contain_text("read", timeout=IN_TIME)
    expect(his.locator(".bubble [data-sent]").filter(visible=True)).to_have_count(0)
    assert barriers(his) == []
    his.reload()
    expect(bubble(his, f"And which length {mark}")).to_contain_text("read")


def test_a_list_shows_who_wrote_without_being_opened_again(arrive: Arrive) -> None:
    mark = secrets.token_hex(3)
    arun, greta = arrive(), arrive(width=820, height=1180)
    sign_in(arun, ARUN, DEMO_PASSWORD)
    sign_in(greta, ADMIN, DEMO_PASSWORD)
    hers = greta.open("/messages/")
    his = write_to(arun, GRETAS_NAME)
    send(his, f"First {mark}")
    expect(hers.locator(".talk").first).to_contain_text(f"First {mark}", timeout=IN_TIME)
    send(his, f"Second {mark}")
    expect(hers.locator(".talk").first).to_contain_text(f"Second {mark}", timeout=IN_TIME)
    expect(hers.locator(".talk__count").first).to_have_text("2")


def test_a_message_is_deleted_reported_and_its_writer_blocked(arrive: Arrive) -> None:
    mark = secrets.token_hex(3)
    meena, baptiste = arrive(), arrive(width=390, height=844)
    sign_in(meena, MEENA, DEMO_PASSWORD)
    sign_in(baptiste, BAPTISTE, DEMO_PASSWORD)
    writes = write_to(meena, BAPTISTES_NAME)
    send(writes, f"Kind words {mark}")
    send(writes, f"Rude words {mark}")

    reads = write_to(baptiste, MEENAS_NAME)
    act_on(reads, f"Kind words {mark}", "Delete for me")
    expect(reads.get_by_text("The other person still has it.")).to_be_visible()
    expect(bubble(reads, f"Kind words {mark}")).to_have_count(0)
    expect(bubble(writes, f"Kind words {mark}")).to_be_visible()

    act_on(reads, f"Rude words {mark}", "Report")
    expect(reads.get_by_role("button", name="Report to the moderators")).to_be_visible()
    assert barriers(reads) == []
    reads.get_by_role("radio").first.check()
    reads.get_by_role("button", name="Report to the moderators").click()
    reads.get_by_role("link", name="Back to the conversation").click()

    reads.get_by_text("More about this conversation").locator("..").click()
    reads.get_by_role("button", name="Block", exact=True).click()
    expect(reads.get_by_text("You have blocked this person.")).to_be_visible()
    assert barriers(reads) == []
    waited = waiting(reads).get_attribute("data-messages") or ""
    send(writes, f"Are you there {mark}?")  # looks like any other
    reads.reload()
    expect(bubble(reads, f"Are you there {mark}")).to_have_count(0)
    expect(waiting(reads)).to_have_attribute("data-messages", waited)

    reads.get_by_role("main").get_by_role("button", name="Unblock").last.click()
    expect(reads.get_by_text("You have blocked this person.")).to_have_count(0)
    send(writes, f"Hello again {mark}")
    expect(bubble(reads, f"Hello again {mark}")).to_be_visible(timeout=IN_TIME)
    expect(bubble(reads, f"Are you there {mark}")).to_have_count(0)


def test_a_message_is_written_and_found_by_keyboard_alone(arrive: Arrive) -> None:
    mark = secrets.token_hex(3)
    person = arrive()
    sign_in(person, MEENA, DEMO_PASSWORD)
    page = person.open("/messages/new/")
    page.keyboard.type(TAMMOS_NAME)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"q=Tammo"))
    tab_to(page, TAMMOS_NAME)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text(TAMMOS_NAME)
    expect(page.locator(".bubbles[data-ready]")).to_be_attached()  # or Control and Enter mean nothing yet
    tab_to(page, "Your message")
    page.keyboard.type(f"Two lines {mark}")
    page.keyboard.press("Enter")
    page.keyboard.type("and a thumb")
    page.keyboard.press("Control+Enter")
    expect(bubble(page, f"Two lines {mark}")).to_contain_text("and a thumb")

    page.keyboard.press("Tab")
    page = person.open("/messages/")
    tab_to(page, "Words in your messages")
    page.keyboard.type(mark)
    page.keyboard.press("Enter")
    expect(page.locator("mark")).to_have_text(mark)
    assert barriers(page) == []
