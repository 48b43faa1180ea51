"""An admin brings use cases in from a spreadsheet: columns, a look, drafts, and back again."""

from __future__ import annotations

import csv
import io
import re
import secrets
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.accessibility import barriers
from tests.journeys.conftest import Person
from tests.journeys.test_first_story import ADMIN, DEMO_PASSWORD, sign_in

pytestmark = pytest.mark.browser

Arrive = Callable[..., Person]

HEADER = ["Project", "Challenge", "What we did", "Sector", "Country"]
ARABIC = "مراقبة المرجل عن بُعد 🔥"


def stories(mark: str) -> bytes:
    """Three use cases, one of them nowhere."""
    text = io.StringIO()
    csv.writer(text).writerows(
        [
            HEADER,
            [f"Reading the boiler from afar {mark}", "It failed at night.", "Twelve sensors.", "Metals", "Germany"],
            [f"{ARABIC} {mark}", "كان يتعطل ليلاً.", "حساسات.", "Metals", "Jordan"],
            [f"Lost {mark}", "It is nowhere.", "", "Metals", "Atlantis"],
        ]
    )
    return text.getvalue().encode()


def upload(page: Page, name: str, data: bytes) -> None:
    page.get_by_label("File").set_input_files({"name": name, "mimeType": "text/csv", "buffer": data})
    page.get_by_role("button", name="Upload and look at it").click()


@pytest.mark.parametrize(("width", "dark"), [(1440, False), (390, True)], ids=["desktop", "phone, dark"])
def test_an_admin_brings_stories_in_and_takes_them_back(arrive: Arrive, width: int, *, dark: bool) -> None:
    admin, mark = arrive(width=width, dark=dark), secrets.token_hex(3)
    sign_in(admin, ADMIN, DEMO_PASSWORD)
    page = admin.open("/use-cases/")
    page.get_by_role("main").get_by_role("link", name="Import", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Import use cases")
    assert barriers(page) == []
    upload(page, "plan.pdf", b"%PDF")
    expect(page.get_by_role("alert")).to_contain_text("Give a .json, .csv or .xlsx file")
    upload(page, "stories.csv", stories(mark))

    # Nothing says which column is the title until somebody does.
    main = page.get_by_role("main")
    expect(main).to_contain_text("Choose which column holds the title")
    expect(page.get_by_label("challenge")).to_have_value("problem")
    page.get_by_label("project").select_option("Title")
    page.get_by_role("button", name="Check again").click()
    refused = page.get_by_role("listitem").filter(has_text="line 4")
    expect(refused).to_contain_text("“Atlantis” is no country we know")
    expect(main).to_contain_text(ARABIC)
    assert barriers(page) == []

    page.get_by_role("button", name="Import as drafts").dblclick()
    undo = page.get_by_role("button", name=re.compile("Undo: delete 2 unchanged drafts"))
    expect(undo).to_be_visible(timeout=20_000)
    expect(page.get_by_role("link", name=re.compile("Reading the boiler from afar"))).to_have_count(1)
    assert barriers(page) == []

    undo.click()
    page.get_by_role("dialog").get_by_role("button", name=re.compile("Undo")).click()
    expect(main).to_contain_text("Undone: its drafts are deleted")
    expect(admin.open("/use-cases/?mine=1").get_by_role("main")).not_to_contain_text(mark)
