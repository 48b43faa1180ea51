"""A day in the forums: a question begun on the shop floor and finished at the desk, answered, settled, found again."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, Request, expect

from p2psandbox.platform.files.tests.factories import picture
from tests.journeys.accessibility import barriers
from tests.journeys.conftest import Person
from tests.journeys.test_first_story import ADMIN, DEMO_PASSWORD, MEMBER, sign_in

pytestmark = pytest.mark.browser

Arrive = Callable[..., Person]


def editor(page: Page) -> Locator:
    return page.locator("[contenteditable=true]")


def files_of_draft(request: Request) -> int:
    """How many files the draft names that this request keeps."""
    return len(request.post_data_json["fields"]["attachments_ids"]) if request.method == "PUT" else 0


def reply(page: Page, text: str) -> None:
    editor(page).click()
    page.keyboard.insert_text(text)
    page.get_by_role("button", name="Post reply").click()
    expect(page.locator(".thread").get_by_text(text)).to_be_visible()


def test_a_question_begun_on_the_phone_is_finished_at_the_desk(arrive: Arrive, tmp_path: Path) -> None:
    photo = tmp_path / "spindle.jpg"
    photo.write_bytes(picture(1200, 800))
    title = f"Spindle warms up after the service {secrets.token_hex(3)}"
    phone, desk = arrive(width=390, height=844), arrive()
    sign_in(phone, MEMBER, DEMO_PASSWORD)
    sign_in(desk, MEMBER, DEMO_PASSWORD)

    page = phone.open("/forums/topics/new/")
    page.get_by_label("Title").fill(title)
    editor(page).click()
    with page.expect_response(lambda answer: "45 °C" in str(answer.request.post_data_json)):
        page.keyboard.insert_text("62 °C after ten minutes, it used to be 45 °C.")
    expect(page.locator("[data-autosave-status]")).to_contain_text("Saved")
    with page.expect_response(lambda answer: "/drafts/" in answer.url and files_of_draft(answer.request) == 1):
        page.get_by_label("Files").set_input_files(photo)
    expect(page.locator(".upload__item")).to_have_attribute("data-state", "ready")

    page = desk.open("/forums/topics/new/")
    expect(page.get_by_label("Title")).to_have_value(title)
    expect(editor(page)).to_contain_text("62 °C after ten minutes")
    expect(page.locator(".upload__item")).to_contain_text(photo.name)
    assert barriers(page) == []
    page.get_by_label("Category").select_option(index=1)
    page.get_by_role("button", name="Post the question").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    expect(page.locator("#post-1 .attachment")).to_have_count(1)

    page = phone.open("/forums/topics/new/")
    expect(page.get_by_label("Title")).to_have_value("")
    expect(page.locator(".upload__item")).to_have_count(0)
    expect(page.get_by_role("button", name="Discard the draft")).to_be_hidden()


def test_a_question_is_answered_followed_and_settled(arrive: Arrive) -> None:
    title = f"Which grease for the spindle {secrets.token_hex(3)}"
    tammo, greta = arrive(width=390, height=844), arrive(dark=True)
    sign_in(tammo, MEMBER, DEMO_PASSWORD)
    sign_in(greta, ADMIN, DEMO_PASSWORD)
    page = tammo.open("/forums/topics/new/")
    page.get_by_label("Category").select_option(index=1)
    page.get_by_label("Title").fill(title)
    editor(page).click()
    page.keyboard.insert_text("The plate is worn off and the manual is lost.")
    page.get_by_role("button", name="Post the question").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    address = page.url

    hers = greta.page
    hers.goto(address)
    hers.get_by_role("button", name="Bookmark").click()
    expect(hers.get_by_role("button", name="Bookmarked")).to_be_visible()
    reply(hers, "NBU 15, every 2,000 hours, and not too much of it.")
    expect(hers.locator(".follow summary")).to_contain_text("Watching")
    assert barriers(hers) == []

    page.goto(tammo.product.url("/notifications/"))
    page.get_by_role("link", name=re.compile(title)).first.click()
    answer = page.locator("article.post").filter(has_text="NBU 15")
    expect(answer).to_be_visible()
    answer.get_by_role("button", name="This answered it").click()
    expect(page.locator(".post--best")).to_contain_text("NBU 15")
    assert barriers(page) == []

    hers.goto(greta.product.url("/forums/?bookmarked=1"))
    row = hers.get_by_role("listitem").filter(has_text=title)
    expect(row).to_contain_text("Answered")
    assert barriers(hers) == []


def test_a_question_is_found_by_its_part_number_and_a_bad_answer_reported(arrive: Arrive) -> None:
    tammo = arrive(width=390, height=844, dark=True)
    sign_in(tammo, MEMBER, DEMO_PASSWORD)
    page = tammo.open("/")
    page.get_by_role("searchbox").or_(page.get_by_role("combobox")).first.fill("6es7314")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Search the forums")
    hit = page.get_by_role("main").get_by_role("link", name=re.compile("6ES7 314")).first
    expect(hit).to_be_visible()
    assert barriers(page) == []
    hit.click()
    post = page.locator("article.post").filter(has_text="diagnostic buffer").first
    post.get_by_role("link", name=re.compile("Report")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Report this post")
    assert barriers(page) == []
    page.get_by_label("Dangerous advice").check()
    page.get_by_label("What a moderator should know").fill("The plant must be locked out first.")
    page.get_by_role("button", name="Report to the moderators").click()
    expect(page.get_by_text("It waits for a moderator.")).to_be_visible()
    assert barriers(page) == []


def test_the_keyboard_alone_is_enough_to_keep_and_to_like(arrive: Arrive) -> None:
    greta = arrive()
    sign_in(greta, ADMIN, DEMO_PASSWORD)
    page = greta.open("/forums/")
    page.locator(".topic__link").nth(1).focus()
    page.keyboard.press("Enter")
    expect(page.locator("article.post").first).to_be_visible()
    for pressed in ("Bookmark", "Like"):
        button = page.get_by_role("button", name=re.compile(pressed)).first
        before = button.get_attribute("aria-pressed")
        button.focus()
        page.keyboard.press("Enter")
        button = page.get_by_role("button", name=re.compile(pressed)).first
        expect(button).to_have_attribute("aria-pressed", "false" if before == "true" else "true")
