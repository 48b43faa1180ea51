"""Exports in browsers: a list made by a real worker while its page shows how far it is, a story as PDF at once."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from tests.journeys.accessibility import barriers
from tests.journeys.conftest import Person
from tests.journeys.test_first_story import ADMIN, DEMO_PASSWORD, MEMBER, sign_in

pytestmark = pytest.mark.browser

Arrive = Callable[..., Person]

SIZES = pytest.mark.parametrize(("width", "dark"), [(1440, False), (390, True)], ids=["desktop", "phone, dark"])
READY = "The file is ready."
#: A worker has other things to do, too.
MADE_MS = 60_000


def draft(person: Person, title: str) -> None:
    """Leave a story that is not published."""
    page = person.open("/use-cases/new/")
    page.get_by_label("Title").fill(title)
    page.get_by_role("button", name="Next").click()
    expect(page.get_by_label("Problem").first).to_be_visible()


def ask(page: Page, kind: str, *, drafts: bool = False) -> None:
    """Ask for the list one sees as a file."""
    page.get_by_role("radio", name=kind).check()
    page.get_by_label("With unpublished use cases of my organization").set_checked(drafts)
    page.get_by_role("button", name="Make the file").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(kind)


def downloaded(page: Page) -> tuple[str, bytes]:
    """Press the button and return what is saved, and under which name."""
    with page.expect_download() as saved:
        page.get_by_role("main").get_by_role("link", name=re.compile("^Download")).click()
    return saved.value.suggested_filename, Path(saved.value.path()).read_bytes()


def titles(workbook: bytes) -> list[str]:
    """Return the titles in the first sheet of a workbook."""
    sheet = openpyxl.load_workbook(BytesIO(workbook), read_only=True).worksheets[0]
    head, *rows = sheet.iter_rows(values_only=True)
    column = head.index("Title")
    return [str(row[column]) for row in rows]


@SIZES
def test_an_admin_has_the_library_made_into_a_workbook(arrive: Arrive, width: int, *, dark: bool) -> None:
    admin, mark = arrive(width=width, dark=dark), secrets.token_hex(4)
    sign_in(admin, ADMIN, DEMO_PASSWORD)
    draft(admin, f"Not yet told {mark}")
    page = admin.open("/use-cases/")
    page.get_by_role("main").get_by_role("link", name="Exports", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Exports")
    assert barriers(page) == []

    ask(page, "PDF list")
    expect(page.get_by_role("main")).to_contain_text("You can leave this page")
    assert barriers(page) == []
    page.get_by_role("link", name="Exports", exact=True).click()
    ask(page, "Excel workbook", drafts=True)
    page.evaluate("window.neverLeft = true")
    expect(page.get_by_role("main")).to_contain_text(READY, timeout=MADE_MS)
    assert page.evaluate("window.neverLeft")
    assert barriers(page) == []

    name, data = downloaded(page)
    assert re.fullmatch(r"use-cases-\d{4}-\d\d-\d\d\.xlsx", name)
    found = titles(data)
    assert f"Not yet told {mark}" in found
    assert any("Vibration sensors" in title for title in found)

    # The notification leads to the same page; the file is listed, and gone when it is deleted.
    address = page.url
    page = admin.open("/notifications/")
    notices = page.get_by_role("listitem").filter(has_text="Your export is finished")
    notices.get_by_role("link", name=name).first.click()
    expect(page).to_have_url(address)
    page.get_by_role("button", name="Delete the export").click()
    expect(page.get_by_text("Deleted.").first).to_be_visible()
    assert barriers(page) == []
    assert page.request.get(address).status == 404


@SIZES
def test_an_export_is_cancelled_while_it_is_made(arrive: Arrive, width: int, *, dark: bool) -> None:
    admin = arrive(width=width, dark=dark)
    sign_in(admin, ADMIN, DEMO_PASSWORD)
    page = admin.open("/use-cases/exports/")
    ask(page, "PDF list")
    address = page.url
    cancel = page.get_by_role("button", name="Cancel the export")
    with page.expect_event("requestfinished", lambda sent: sent.url == address):
        cancel.focus()  # and it stays there while the page looks how far it is
    page.keyboard.press("Enter")
    expect(page.get_by_text(re.compile(r"(Cancelled|Deleted)\.")).first).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_text("Exports")
    assert page.request.get(address).status == 404


@SIZES
def test_a_member_takes_a_story_along_as_pdf(arrive: Arrive, width: int, *, dark: bool) -> None:
    member = arrive(width=width, dark=dark)
    sign_in(member, MEMBER, DEMO_PASSWORD)
    page = member.open("/use-cases/?search=vibration")
    page.get_by_role("main").get_by_role("link", name=re.compile("Vibration sensors")).first.click()
    title = page.get_by_role("heading", level=1).inner_text()
    assert barriers(page) == []
    with page.expect_download(timeout=MADE_MS) as saved:
        page.get_by_role("main").get_by_role("link", name=re.compile("^PDF")).click()
    assert saved.value.suggested_filename.startswith("Vibration-sensors")
    document = PdfReader(saved.value.path())
    assert document.metadata is not None
    assert document.metadata.title == title
    assert len(document.pages) >= 2

    # What only admins may have is not offered.
    page = member.open("/use-cases/exports/")
    expect(page.get_by_role("button", name="Make the file")).to_be_visible()
    expect(page.get_by_label("With unpublished use cases")).to_have_count(0)
