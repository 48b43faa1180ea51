"""Uploading in a real browser: a connection that breaks, a pause, a reload in the middle, a file that is none."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from p2psandbox.platform.files.tests.factories import pdf
from tests.journeys.accessibility import barriers
from tests.journeys.conftest import Person
from tests.journeys.test_first_story import DEMO_PASSWORD, MEMBER, sign_in

pytestmark = pytest.mark.browser

PARTS = re.compile(r"/api/v1/files/[^/]+/parts/")
SIZE = 20 * 1024 * 1024  # three parts


@pytest.fixture
def manual(tmp_path: Path) -> Path:
    path = tmp_path / "Manual, pump 3.pdf"
    path.write_bytes(pdf(SIZE))
    return path


@pytest.fixture
def person(arrive: Callable[..., Person]) -> Person:
    somebody = arrive()
    sign_in(somebody, MEMBER, DEMO_PASSWORD)
    somebody.open("/dev/components/?section=files")
    return somebody


def field(page: Page) -> Locator:
    """The input, once the module has taken it over."""
    expect(page.get_by_text("or drop files here")).to_be_visible()
    return page.get_by_label("Photos, logs, documents")


def line(page: Page, name: str = "Manual, pump 3.pdf") -> Locator:
    """The line of a file that was chosen (the last: the page shows samples before it)."""
    return page.locator("[data-module] .upload__item").filter(has_text=name).last


def test_an_upload_goes_on_by_itself_when_the_connection_breaks(person: Person, manual: Path) -> None:
    page, cut = person.page, []

    def cutting(route: Route) -> None:
        if len(cut) < 4:
            cut.append(route.request.url)
            route.abort("connectionreset")
        else:
            route.continue_()

    page.route(PARTS, cutting)
    field(page).set_input_files(manual)

    expect(line(page)).to_have_attribute("data-state", "ready", timeout=30_000)
    expect(page.locator(".upload [role=status]").first).to_have_text("Manual, pump 3.pdf is uploaded")
    file_id = line(page).locator("input[name=attachments_ids]").input_value()
    file = page.request.get(person.product.url(f"/api/v1/files/{file_id}")).json()
    assert file["sha256"] == hashlib.sha256(manual.read_bytes()).hexdigest()
    assert len(cut) == 4


def test_an_upload_is_paused_and_goes_on_by_keyboard(person: Person, manual: Path) -> None:
    page = person.page
    page.route(PARTS, lambda route: None)  # sent, and never answered
    field(page).set_input_files(manual)
    expect(line(page)).to_have_attribute("data-state", "uploading")

    line(page).get_by_role("button", name="Pause").focus()
    page.keyboard.press("Enter")
    expect(line(page)).to_contain_text("Paused")
    expect(line(page).get_by_role("button", name="Go on")).to_be_focused()
    assert barriers(page) == []

    page.unroute(PARTS)
    page.keyboard.press("Enter")
    expect(line(page)).to_have_attribute("data-state", "ready", timeout=30_000)


def test_after_a_reload_only_what_is_missing_is_sent(person: Person, manual: Path) -> None:
    page, sent = person.page, []
    page.route(PARTS, lambda route: route.continue_() if "/parts/3" not in route.request.url else None)
    field(page).set_input_files(manual)
    with page.expect_response(lambda answer: "/parts/1" in answer.url):
        pass
    expect(line(page)).to_contain_text(re.compile(r"\b(8|9)\d% uploaded"))
    page.once("dialog", lambda dialog: dialog.accept())
    page.reload()

    expect(line(page)).to_contain_text("Choose this file again to go on where it stopped")
    page.unroute(PARTS)
    page.on("request", lambda request: sent.append(request.url) if PARTS.search(request.url) else None)
    field(page).set_input_files(manual)

    expect(line(page)).to_have_attribute("data-state", "ready", timeout=30_000)
    assert [url.partition("/parts/")[2][:1] for url in sent] == ["3"]


def test_what_is_not_taken_is_said_at_once_and_can_be_removed(person: Person, tmp_path: Path) -> None:
    page = person.page
    program, fake = tmp_path / "setup.exe", tmp_path / "drawing.pdf"
    program.write_bytes(b"MZ" + b"\0" * 100)
    fake.write_bytes(b"<html>" * 100)
    field(page).set_input_files([program, fake])

    expect(line(page, "setup.exe")).to_contain_text("Choose a file of these kinds")
    expect(line(page, "drawing.pdf")).to_contain_text("Choose another file")
    assert barriers(page) == []
    line(page, "drawing.pdf").get_by_role("button", name="Remove").click()
    line(page, "setup.exe").get_by_role("button", name="Remove").click()
    expect(page.locator("[data-module] .upload__item").filter(has_text="setup.exe")).to_have_count(0)


def test_files_are_dropped_too(person: Person) -> None:
    page = person.page
    field(page)
    drop = page.evaluate_handle(
        """() => {
            const data = new DataTransfer();
            data.items.add(new File(["08:00 stop\\n08:02 run\\n"], "plc.log", { type: "text/plain" }));
            return data;
        }"""
    )
    page.dispatch_event("[data-zone]", "drop", {"dataTransfer": drop})
    expect(line(page, "plc.log")).to_have_attribute("data-state", "ready")


def test_without_javascript_it_is_a_plain_file_input(arrive: Callable[..., Person]) -> None:
    page = arrive(javascript=False).open("/dev/components/?section=files")
    plain = page.get_by_label("Photos, logs, documents")
    expect(plain).to_have_attribute("name", "attachments")
    expect(page.get_by_text("or drop files here")).to_be_hidden()
    expect(page.get_by_label("Keep Manual, pump 3.pdf")).to_be_checked()
