"""From a first look to a published story: the whole of it in browsers, and once more as JSON.

Company A is new; company B is one of the demo companies, whose admin and member have accounts already.
"""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from p2psandbox.platform.environment import ROOT
from tests.journeys.conftest import Person

pytestmark = pytest.mark.browser

Arrive = Callable[..., Person]

PASSWORD = "seven-calm-herons"
DEMO_PASSWORD = "open-factory-door"
MEMBER = "tammo@norddeich-hydraulics.example"
ADMIN = "greta@norddeich-hydraulics.example"
QUESTION = "Compressor stops at night with fault E04"
STORY = "Heat recovery from two screw compressors"
PHONE = "+49 4921 555 0199"


def sign_in(person: Person, email: str, password: str) -> None:
    page = person.open("/accounts/login/")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Good to see you")


def editor(page: Page, label: str) -> Locator:
    """The rich-text editor of that label, once it has taken the plain text area's place."""
    return page.locator("[contenteditable=true]").and_(page.get_by_role("textbox", name=re.compile(label)))


def sign_up(person: Person, *, email: str, organization: str) -> None:
    page = person.open("/")
    page.get_by_role("main").get_by_role("link", name="Sign up your organization").first.click()
    page.get_by_label("Work email").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("First name").fill("Alma")
    page.get_by_label("Last name").fill("Reyes")
    page.get_by_label("Organization", exact=True).fill(organization)
    page.get_by_label("Industry").select_option(label="Food and beverage")
    page.get_by_label("Country").select_option(label="Mexico")
    page.get_by_role("main").get_by_role("button", name=re.compile("Sign up|Create")).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(re.compile("mail", re.IGNORECASE))


def confirm_address(person: Person, email: str) -> None:
    link = person.read_mail(to=email, subject="confirm")
    person.page.goto(link)
    person.page.get_by_role("main").get_by_role("button", name=re.compile("confirm", re.IGNORECASE)).click()


def ask(page: Page) -> str:
    """Ask a question with bold text, a list, a link and code; return its address."""
    page.get_by_role("link", name="Ask a question").first.click()
    page.get_by_label("Category").select_option(index=1)
    page.get_by_label("Title").fill(QUESTION)
    text = editor(page, "Your question")
    text.click()
    page.keyboard.type("It happens ")
    page.keyboard.press("Control+b")
    page.keyboard.type("every night")
    page.keyboard.press("Control+b")
    page.keyboard.type(" at two.")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="List", exact=True).click()
    page.keyboard.type("oil level is fine")
    page.keyboard.press("Enter")
    page.keyboard.type("see https://example.com/manual for the manual")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.keyboard.type("Display shows ")
    page.keyboard.press("Control+e")
    page.keyboard.type("E04 6ES7 314")
    page.keyboard.press("Control+e")
    page.get_by_label("Tags").fill("compressor")
    page.get_by_role("main").get_by_role("button", name=re.compile("Ask|Post|Publish")).last.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(QUESTION)
    post = page.locator(".prose").first
    expect(post.locator("strong")).to_have_text("every night")
    expect(post.locator("li")).to_have_count(2)
    expect(post.locator("code")).to_have_text("E04 6ES7 314")
    expect(post.locator("a[href='https://example.com/manual']")).to_have_count(1)
    return page.url


def answer(person: Person, address: str) -> None:
    page = person.page
    page.goto(address)
    editor(page, "What you want to say").click()
    page.keyboard.type("Look at the condensate drain, ours froze in the same hours.")
    page.get_by_role("main").get_by_role("button", name=re.compile("^Reply|Post")).last.click()
    expect(page.get_by_text("Look at the condensate drain").first).to_be_visible()


def write_story(page: Page) -> None:
    """Write a story on three pages, with a reload in the middle of a sentence, and hand it in."""
    page.goto(page.url.split("/forums/")[0] + "/use-cases/new/")
    expect(page.get_by_label("Industry")).to_have_value("machinery")
    page.get_by_label("Title").fill(STORY)
    page.get_by_label("Category").select_option("energy")
    page.get_by_role("button", name=re.compile("Next|Continue")).click()

    problem = editor(page, "^Problem")
    problem.click()
    page.keyboard.type("We heated the hall with gas while the compressors blew their")
    expect(page.locator("[data-autosave-status]").first).to_contain_text(re.compile(r"Saved \d"))
    page.reload()
    expect(editor(page, "^Problem")).to_contain_text("while the compressors blew their")

    editor(page, "^Problem").click()
    page.keyboard.press("Control+End")
    page.keyboard.type(" heat out of the window.")
    page.get_by_role("textbox", name=re.compile("^Technology")).first.fill("Plate heat exchanger")
    editor(page, "^How you did it").click()
    page.keyboard.type("Two plate heat exchangers and a buffer tank, fitted over Easter.")
    editor(page, "^Outcomes").click()
    page.keyboard.type("Gas for heating fell by half.")
    page.get_by_role("button", name=re.compile("Next|Continue")).click()

    page.get_by_label("Phone").fill(PHONE)
    page.get_by_text("Figures", exact=False).first.click()
    page.get_by_label("What was measured").first.fill("Gas")
    page.get_by_label("Unit").first.fill("MWh")
    page.get_by_label("Before").first.fill("420")
    page.get_by_label("After").first.fill("210")
    page.get_by_label("Over which time").first.fill("12 months")
    page.get_by_role("button", name=re.compile("Submit|Hand in|sign off", re.IGNORECASE)).last.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(STORY)


def approve(person: Person) -> None:
    page = person.open("/")
    page.get_by_role("link", name=STORY).first.click()
    page.get_by_role("button", name=re.compile("Approve|Publish")).first.click()
    expect(page.get_by_text("Published").first).to_be_visible()


def test_a_company_goes_from_sign_up_to_reading_a_peers_story(arrive: Arrive) -> None:
    stamp = secrets.token_hex(3)
    email = f"alma.{stamp}@cocoa.example"
    alma, tammo, greta = arrive(), arrive(), arrive(width=820)

    sign_up(alma, email=email, organization=f"Cocoa del Sur {stamp}")
    confirm_address(alma, email)
    expect(alma.page.get_by_role("heading", name=re.compile("Three steps"))).to_be_visible()

    address = ask(alma.page)
    sign_in(tammo, MEMBER, DEMO_PASSWORD)
    answer(tammo, address)
    alma.page.goto(alma.product.url("/"))
    expect(alma.page.get_by_role("link", name=QUESTION).first).to_be_visible()

    write_story(tammo.page)
    sign_in(greta, ADMIN, DEMO_PASSWORD)
    approve(greta)

    page = alma.open("/use-cases/")
    page.get_by_role("link", name=STORY).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(STORY)
    expect(page.get_by_role("main")).to_contain_text("50")
    source = page.content()
    assert PHONE not in source
    assert MEMBER not in source
    greta.page.goto(page.url)
    expect(greta.page.get_by_text(PHONE).first).to_be_visible()


def test_the_readme_shows_a_use_case_as_it_looks(arrive: Arrive, tmp_path: Path) -> None:
    """Take the README's picture anew; ``UPDATE_PICTURES=1`` keeps it."""
    person = arrive(width=1280, height=860)
    sign_in(person, ADMIN, DEMO_PASSWORD)
    page = person.open("/use-cases/?search=vibration")
    page.get_by_role("link", name=re.compile("Vibration sensors")).first.click()
    expect(page.get_by_role("heading", name="Outcomes", exact=True)).to_be_visible()
    kept = ROOT / "docs" / "images" / "use-case.png"
    taken = kept if os.environ.get("UPDATE_PICTURES") else tmp_path / kept.name
    page.screenshot(path=taken)
    assert taken.read_bytes()[16:24] == kept.read_bytes()[16:24], "width and height in the PNG header"
