"""What Word and Excel put on the clipboard comes into the editor clean. The fixtures are ours, in their format."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from p2psandbox.platform.tests.test_richtext import harm_in
from tests.journeys.conftest import Person
from tests.journeys.test_first_story import ADMIN, DEMO_PASSWORD, sign_in
from tests.journeys.test_forum_writing import ask, editor, paste

pytestmark = pytest.mark.browser

CLIPBOARD = Path(__file__).parent / "clipboard"


@pytest.fixture
def page(arrive: Callable[..., Person]) -> Page:
    greta = arrive()
    sign_in(greta, ADMIN, DEMO_PASSWORD)
    greta.open(ask(greta.page))
    expect(greta.page.locator("[data-rich-text][data-ready]")).to_be_attached()
    editor(greta.page).click()
    return greta.page


def posted(page: Page) -> str:
    """Post the reply and return its text as the page has it, without spaces between tags."""
    page.get_by_role("button", name="Post reply").click()
    html = page.locator("#post-2 .post__text").inner_html()
    return re.sub(r"\s+", " ", re.sub(r">\s+<", "><", html)).strip()


def test_text_from_word_keeps_its_shape_and_nothing_else(page: Page) -> None:
    paste(page, (CLIPBOARD / "word.html").read_text())
    html = posted(page)

    assert harm_in(html) == []
    for junk in (
        "mso",
        "Mso",
        "style=",
        "<span",
        "<font",
        "Comic",
        "o:p",
        "StartFragment",
        "[TH1]",
        "Ask Greta",
        "file:",
    ):
        assert junk not in html, html
    assert "<h2>Spindle 3</h2>" in html
    assert "It trips <strong>every</strong> morning, see the log." in html
    assert (
        "<ul><li><p>Relay replaced</p><ul><li><p>by the same type</p></li></ul></li><li><p>Oil changed</p></li></ul>"
        in html
    )
    assert "<ol><li><p>measure</p></li><li><p>wait</p></li></ol>" in html
    assert "<tr><td><p><strong>Bearing</strong></p></td><td><p><strong>°C</strong></p></td></tr>" in html
    assert "<tr><td><p>front</p></td><td><p>62</p></td></tr>" in html
    assert "the relay" in html, "what the picture shows, where there is none"


def test_cells_from_excel_stay_a_table(page: Page) -> None:
    paste(page, (CLIPBOARD / "excel.html").read_text(), **{"text/plain": "Line\tOEE\tScrap"})
    html = posted(page)

    assert harm_in(html) == []
    for junk in ("mso", "xl65", "style=", "<font", "x:num", "StartFragment", "height="):
        assert junk not in html, html
    assert html.count("<tr>") == 3
    assert "<td><p>Press 1</p></td><td><p>78,5%</p></td><td><p>2,1%</p></td>" in html
    assert '<td colspan="2"><p>Press 2 &lt;new&gt;</p></td><td><p>3,4%</p></td>' in html


def test_emphasis_that_is_only_a_style_stays(page: Page) -> None:
    """As Google Docs writes it: all in a bold that is none."""
    paste(
        page,
        '<meta charset="utf-8"><b style="font-weight:normal;" id="docs-internal-guid-1"><p dir="ltr" style="color:red">'
        '<span style="font-size:11pt;font-weight:400">It is </span><span style="font-weight:700">hot</span>'
        '<span style="font-style:italic"> today</span>'
        '<img src="https://elsewhere.example/a.png" alt="a chart"></p></b>',
    )
    html = posted(page)
    assert "It is <strong>hot</strong><em> today</em>" in html
    assert "<img" not in html
    assert "a chart" in html
