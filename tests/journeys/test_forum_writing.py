"""Writing in the forums with a real browser: quoting, answering in place, pictures, files, people, preview."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from p2psandbox.platform.files.tests.factories import pdf, picture
from tests.journeys.accessibility import barriers
from tests.journeys.conftest import Person
from tests.journeys.test_first_story import ADMIN, DEMO_PASSWORD, sign_in

pytestmark = pytest.mark.browser

Arrive = Callable[..., Person]


def editor(page: Page) -> Locator:
    return page.locator("[contenteditable=true]")


def ask(page: Page, body: str = "<p>It trips every morning after the first start.</p>") -> str:
    """Ask a question over the JSON API in the page's session; returns its address."""
    csrf = next(one["value"] for one in page.context.cookies() if one["name"] == "csrftoken")
    headers = {"X-CSRFToken": csrf, "Referer": page.url}
    base = re.match(r"https?://[^/]+", page.url)[0]  # type: ignore[index]
    shelf = page.request.get(f"{base}/api/v1/forums/categories").json()[0]["id"]
    title = f"Why does the spindle trip {secrets.token_hex(3)}"
    made = page.request.post(
        f"{base}/api/v1/forums/topics", data={"category": shelf, "title": title, "body": body}, headers=headers
    )
    assert made.status == 201, made.text()
    return str(made.json()["url"])


def paste(page: Page, html: str = "", **kinds: str) -> None:
    """Paste into the editor what a program would put on the clipboard."""
    data = json.dumps({"text/html": html, "text/plain": "x"} | kinds)
    page.evaluate(
        """data => {
          const clipboardData = new DataTransfer();
          for (const [kind, text] of Object.entries(JSON.parse(data))) clipboardData.setData(kind, text);
          document.querySelector("[contenteditable=true]").dispatchEvent(
            new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
        }""",
        data,
    )


def select(page: Page, words: str) -> None:
    """Select these words of a post, as dragging over them does."""
    page.evaluate(
        """words => {
          document.activeElement.blur();
          const walker = document.createTreeWalker(document.querySelector(".thread"), NodeFilter.SHOW_TEXT);
          while (walker.nextNode()) {
            const at = walker.currentNode.data.indexOf(words);
            if (at < 0) continue;
            const range = document.createRange();
            range.setStart(walker.currentNode, at);
            range.setEnd(walker.currentNode, at + words.length);
            getSelection().removeAllRanges();
            getSelection().addRange(range);
            return;
          }
          throw new Error("not there");
        }""",
        words,
    )


@pytest.fixture
def greta(arrive: Arrive) -> Person:
    person = arrive()
    sign_in(person, ADMIN, DEMO_PASSWORD)
    return person


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "relay.jpg"
    path.write_bytes(picture(1200, 800))
    return path


def test_a_selection_is_quoted_and_a_reply_stays_on_the_page(greta: Person) -> None:
    page = greta.open(ask(greta.page, "<p>It trips at <strong>6 o'clock</strong> sharp.</p>"))
    expect(page.locator("[data-rich-text][data-ready]")).to_be_attached()

    select(page, "6 o'clock")
    page.locator(".thread").get_by_role("button", name="Quote", exact=True).click()
    expect(editor(page).locator("blockquote")).to_contain_text("Greta Janssen, post 1:")
    expect(editor(page).locator("blockquote")).to_contain_text("6 o'clock")
    page.keyboard.insert_text("Sharp?")
    page.get_by_role("button", name="Post reply").click()
    first = page.locator("#post-2")
    expect(first.locator("blockquote a")).to_have_attribute("href", re.compile(r"^/forums/posts/[0-9a-f-]+/$"))

    address = page.url
    expect(page.locator("[data-rich-text][data-ready]")).to_be_attached()
    first.get_by_role("link", name="Reply").click()
    assert page.url == address, "the page is the same"
    expect(page.get_by_role("heading", name="Reply to Greta Janssen, post 2")).to_be_visible()
    expect(editor(page)).to_be_focused()
    page.get_by_role("link", name="Answer the topic instead").click()
    expect(page.get_by_role("heading", name="Your reply")).to_be_visible()

    select(page, "Sharp?")
    page.keyboard.press("q")
    expect(page.get_by_role("heading", name="Reply to Greta Janssen, post 2")).to_be_visible()
    expect(editor(page).locator("blockquote")).to_contain_text("Sharp?")
    page.keyboard.insert_text("Indeed.")
    assert barriers(page) == []
    page.get_by_role("button", name="Post reply").click()
    expect(page.locator(".replies #post-3")).to_contain_text("Indeed.")


def test_without_javascript_reply_and_preview_are_pages(arrive: Arrive, greta: Person, photo: Path) -> None:
    address = ask(greta.page)
    plain = arrive(javascript=False)
    plain.context.add_cookies(greta.context.cookies())
    page = plain.open(address)

    page.get_by_label("What you want to say").fill("First line\n\nSecond line")
    page.get_by_text("Attach files").click()
    page.get_by_label("Files").set_input_files(photo)
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_role("region", name="Preview")).to_contain_text("Second line")
    expect(page.get_by_label("Keep relay.jpg")).to_be_checked()
    page.get_by_role("button", name="Post reply").click()
    expect(page.locator("#post-2 .attachment")).to_contain_text("relay.jpg")

    page.locator("#post-2").get_by_role("link", name="Reply").click()
    expect(page.get_by_role("heading", name="Reply to Greta Janssen, post 2")).to_be_visible()


@pytest.mark.parametrize("way", ["button", "drop", "paste"])
def test_a_picture_goes_into_the_text(greta: Person, photo: Path, way: str) -> None:
    page = greta.open(ask(greta.page))
    expect(page.locator("[data-rich-text][data-ready]")).to_be_attached()
    editor(page).click()
    if way == "button":
        with page.expect_file_chooser() as chooser:
            page.get_by_role("button", name="Picture").click()
        chooser.value.set_files(photo)
    else:
        page.evaluate(
            """async ([bytes, way]) => {
              const carrier = new DataTransfer();
              carrier.items.add(new File([new Uint8Array(bytes)], "relay.jpg", { type: "image/jpeg" }));
              const editor = document.querySelector("[contenteditable=true]");
              const { left, top } = editor.getBoundingClientRect();
              const how = { bubbles: true, cancelable: true, clientX: left + 20, clientY: top + 20 };
              editor.dispatchEvent(way === "drop"
                ? new DragEvent("drop", { ...how, dataTransfer: carrier })
                : new ClipboardEvent("paste", { ...how, clipboardData: carrier }));
            }""",
            [list(photo.read_bytes()), way],
        )
    dialog = page.get_by_role("dialog", name="Picture")
    dialog.get_by_label("What does the picture show?").fill("the burnt relay")
    assert barriers(page) == []
    dialog.get_by_role("button", name="Put it into the text").click()
    expect(editor(page).get_by_role("img", name="the burnt relay")).to_be_visible()
    page.keyboard.insert_text("As you see.")
    page.get_by_role("button", name="Post reply").click()

    shown = page.locator("#post-2").get_by_role("img", name="the burnt relay")
    expect(shown).to_have_attribute("width", "1200")
    expect(shown).to_have_js_property("complete", True)
    assert shown.evaluate("img => img.naturalWidth") > 0
    href = page.locator("#post-2 a.picture").get_attribute("href")
    assert href
    assert page.request.get(greta.product.url(href)).headers["content-type"] == "image/jpeg"
    expect(page.locator("#post-2")).to_contain_text("As you see.")


def test_other_files_dropped_on_the_text_are_attached(greta: Person) -> None:
    page = greta.open(ask(greta.page))
    expect(page.locator("[data-rich-text][data-ready]")).to_be_attached()
    page.evaluate(
        """bytes => {
          const dataTransfer = new DataTransfer();
          dataTransfer.items.add(new File([new Uint8Array(bytes)], "manual.pdf", { type: "application/pdf" }));
          const editor = document.querySelector("[contenteditable=true]");
          const { left, top } = editor.getBoundingClientRect();
          const how = { bubbles: true, cancelable: true, clientX: left + 20, clientY: top + 20 };
          editor.dispatchEvent(new DragEvent("drop", { ...how, dataTransfer }));
        }""",
        list(pdf()),
    )
    expect(page.locator(".upload__item").filter(has_text="manual.pdf")).to_be_visible()
    editor(page).click()
    page.keyboard.insert_text("See the manual.")
    page.get_by_role("button", name="Post reply").click()
    expect(page.locator("#post-2 .attachment")).to_contain_text("manual.pdf")
    assert barriers(page) == []


def test_a_person_is_mentioned_from_the_keyboard(greta: Person) -> None:
    page = greta.open(ask(greta.page))
    expect(page.locator("[data-rich-text][data-ready]")).to_be_attached()
    editor(page).click()
    page.keyboard.type("Ask @tam")
    people = page.get_by_role("listbox", name="People")
    expect(people.get_by_role("option", selected=True)).to_contain_text("Tammo")
    assert barriers(page) == []
    page.keyboard.press("Escape")
    expect(people).to_be_hidden()
    page.keyboard.type("m")
    expect(people.get_by_role("option", selected=True)).to_contain_text("Tammo")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    page.keyboard.type("about it.")
    expect(editor(page).locator("a.mention")).to_contain_text("@Tammo")
    page.get_by_role("button", name="Post reply").click()
    mention = page.locator("#post-2 a.mention")
    expect(page.locator("#post-2")).to_contain_text(re.compile(r"Ask @Tammo \w+ about it\."))
    mention.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Tammo")


def test_a_preview_stays_on_the_page_and_says_what_is_wrong(arrive: Arrive) -> None:
    person = arrive(width=390, height=844, dark=True)
    sign_in(person, ADMIN, DEMO_PASSWORD)
    page = person.open(ask(person.page))
    expect(page.locator("[data-rich-text][data-ready]")).to_be_attached()
    page.get_by_role("button", name="Preview").click()
    expect(page.locator("[data-preview-region]")).to_contain_text("Fill this in")
    editor(page).click()
    page.keyboard.insert_text("Measured twice.")
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_role("region", name="Preview")).to_contain_text("Measured twice.")
    assert barriers(page) == []
    page.get_by_role("button", name="Post reply").click()
    expect(page.locator("#post-2")).to_contain_text("Measured twice.")


def test_a_draft_of_an_edit_keeps_all_files(greta: Person, tmp_path: Path, photo: Path) -> None:
    manual = tmp_path / "manual.pdf"
    manual.write_bytes(pdf())
    page = greta.open(ask(greta.page))
    expect(page.locator("[data-rich-text][data-ready]")).to_be_attached()
    editor(page).click()
    page.keyboard.insert_text("Two files.")
    page.get_by_text("Attach files").click()
    page.get_by_label("Files").set_input_files([photo, manual])
    page.get_by_role("button", name="Post reply").click()
    page.locator("#post-2").get_by_role("link", name="Edit").click()
    expect(page.locator("[data-rich-text][data-ready]")).to_be_attached()
    editor(page).click()
    with page.expect_response(lambda answer: "/drafts/" in answer.url and answer.request.method == "PUT"):
        page.keyboard.insert_text("Still ")
    page.reload()
    expect(editor(page)).to_contain_text("Still")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#post-2 .attachment")).to_have_count(2)
    expect(page.locator("#post-2")).to_contain_text("Still")
