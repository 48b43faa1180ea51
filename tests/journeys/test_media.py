"""Pictures of a story in a real browser: three files, put in order by keyboard, published, looked at one by one."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from p2psandbox.platform.files.tests.factories import film, pdf, picture
from tests.journeys.accessibility import barriers
from tests.journeys.conftest import Person
from tests.journeys.test_first_story import ADMIN, DEMO_PASSWORD, editor, sign_in

pytestmark = pytest.mark.browser

Arrive = Callable[..., Person]


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    made = {
        "before.jpg": picture(1600, 1000),
        "after.png": picture(900, 1200, format="PNG"),
        "line.mp4": film(seconds=2, size=(640, 360)),
        "plan.pdf": pdf(4000),
    }
    for name, data in made.items():
        (tmp_path / name).write_bytes(data)
    return [tmp_path / name for name in made]


def started(person: Person, title: str) -> Page:
    """A story that lacks nothing, open at its last page."""
    page = person.open("/use-cases/new/")
    page.get_by_label("Title").fill(title)
    page.get_by_role("button", name="Next").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    editor(page, "Problem").fill("Scrap at the press was far too high.")
    expect(page.locator(".tag-input").first).to_be_visible()
    page.get_by_label("Technology").fill("Camera")
    page.get_by_label("Technology").press("Enter")
    editor(page, "How you did it").fill("We put a camera over the press and looked at each part.")
    editor(page, "Outcomes").fill("Scrap fell by a third within four months.")
    page.get_by_role("button", name="Next").click()
    expect(page.get_by_label("Add pictures, videos and documents")).to_be_visible()
    expect(page.get_by_text("or drop files here")).to_be_visible()
    return page


def items(page: Page) -> Locator:
    return page.locator("[data-medium]")


def names(page: Page) -> list[str]:
    return items(page).locator("[data-name]").all_inner_texts()


def test_three_files_are_put_in_order_by_keyboard_published_and_looked_at(arrive: Arrive, files: list[Path]) -> None:
    person = arrive()
    sign_in(person, ADMIN, DEMO_PASSWORD)
    page = started(person, "A camera over the press")
    page.get_by_label("Add pictures, videos and documents").set_input_files(files)
    expect(items(page)).to_have_count(4, timeout=30_000)
    expect(page.locator(".upload__item")).to_have_count(0)
    assert sorted(names(page)) == ["after.png", "before.jpg", "line.mp4", "plan.pdf"]

    # By keyboard alone: the plan last, the press after its rebuilding first, and a caption for it.
    for name, key in (("plan.pdf", "Down"), ("line.mp4", "Down"), ("plan.pdf", "Down"), ("after.png", "Up")):
        button = page.get_by_role("button", name=re.compile(rf"{key}\s*: {re.escape(name)}"))
        button.focus()
        for _time in range(4):
            page.keyboard.press("Enter")
            expect(button).to_be_focused()
    assert names(page) == ["after.png", "before.jpg", "line.mp4", "plan.pdf"]
    page.get_by_label("Caption of after.png").fill("خط الضغط بعد التركيب")
    page.get_by_label("Caption of before.jpg").fill("The press before")
    expect(page.locator("[data-autosave-status]")).to_contain_text("Saved")
    cover = page.get_by_role("radio", name=re.compile(r"Cover\s*: before.jpg"))
    chosen = f"media_cover={cover.get_attribute('value')}"
    with page.expect_response(lambda answer: answer.ok and chosen in (answer.request.post_data or ""), timeout=30_000):
        cover.check()

    # Removed and put back: the place and the words are the same.
    order = "%2C".join(str(one.get_attribute("data-medium")) for one in items(page).all())
    page.get_by_role("button", name=re.compile(r"Remove\s*: before.jpg")).click()
    expect(items(page)).to_have_count(3)
    expect(page.get_by_role("button", name="Undo")).to_be_focused()
    page.keyboard.press("Enter")
    expect(items(page)).to_have_count(4)
    with page.expect_request(lambda sent: order in (sent.post_data or ""), timeout=30_000) as sent:
        pass  # what is sent from now on knows that it is back
    assert sent.value.response().ok
    page.reload()
    assert names(page) == ["after.png", "before.jpg", "line.mp4", "plan.pdf"]

    # Moved, and the page reloaded before that is saved: this device remembers, and the server hears of it.
    # The request alone: it may leave before the page does, and then nobody waits for its answer.
    with page.expect_request(lambda sent: "/edit/3/" in sent.url and sent.method == "POST", timeout=30_000):
        page.get_by_role("button", name=re.compile(r"Up\s*: plan.pdf")).click()
        page.reload()
        expect(items(page).locator("[data-name]")).to_have_text(["after.png", "before.jpg", "plan.pdf", "line.mp4"])
    with page.expect_response(lambda answer: answer.ok and order in (answer.request.post_data or ""), timeout=30_000):
        page.get_by_role("button", name=re.compile(r"Down\s*: plan.pdf")).click()
    page.reload()
    assert names(page) == ["after.png", "before.jpg", "line.mp4", "plan.pdf"]
    expect(page.get_by_label("Caption of before.jpg")).to_have_value("The press before")
    expect(page.get_by_role("radio", name=re.compile(r"Cover\s*: before.jpg"))).to_be_checked()
    expect(page.get_by_text("or drop files here")).to_be_visible()
    assert barriers(page) == []

    page.get_by_role("radio", name=re.compile("Everyone")).check()
    page.get_by_role("main").get_by_role("button", name="Publish").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("A camera over the press")
    looks_at_the_gallery(page)

    visitor = arrive()
    visitor.open(re.sub(r"^https?://[^/]+", "", page.url))
    looks_at_the_gallery(visitor.page)
    assert barriers(visitor.page) == []
    cover = visitor.page.locator("meta[property='og:image']").get_attribute("content")
    answer = visitor.page.request.get(visitor.product.url(re.sub(r"^https?://[^/]+", "", str(cover))))
    assert (answer.status, answer.headers["content-type"]) == (200, "image/jpeg")


def looks_at_the_gallery(page: Page) -> None:
    """Open the lightbox with the keyboard, go through it, leave it, and be where one was."""
    first, second = page.locator("[data-picture]").all()
    expect(first.locator("img")).to_have_attribute("alt", "خط الضغط بعد التركيب")
    expect(page.locator(".gallery[data-ready]")).to_be_visible()
    first.focus()
    page.keyboard.press("Enter")
    dialog = page.locator("dialog.lightbox")
    expect(dialog).to_be_visible()
    expect(dialog.get_by_role("status")).to_have_text("Picture 1 of 2")
    shown = dialog.locator("img")
    page.wait_for_function("() => document.querySelector('.lightbox img').naturalWidth > 0")
    page.keyboard.press("ArrowRight")
    expect(dialog.get_by_role("status")).to_have_text("Picture 2 of 2")
    expect(shown).to_have_attribute("alt", "The press before")
    page.keyboard.press("ArrowRight")
    expect(dialog.get_by_role("status")).to_have_text("Picture 2 of 2")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(second).to_be_focused()

    video = page.locator("video")
    expect(video).to_have_attribute("preload", "none")
    ended = (
        "v => { v.muted = true; return v.play().then(() => new Promise(done => v.onended = () => done(v.duration))) }"
    )
    assert 1.9 < video.evaluate(ended) < 2.1
    with page.expect_download() as saved:
        page.get_by_role("link", name="plan.pdf").click()
    assert saved.value.suggested_filename == "plan.pdf"


def test_without_javascript_files_are_added_ordered_removed_and_put_back(arrive: Arrive, files: list[Path]) -> None:
    person = arrive()
    sign_in(person, ADMIN, DEMO_PASSWORD)
    page = started(person, "A second camera over the press")
    address = re.sub(r"^https?://[^/]+", "", page.url)
    bare = arrive(javascript=False)
    sign_in(bare, ADMIN, DEMO_PASSWORD)
    plain = bare.open(address)
    plain.locator("input[type=file]").set_input_files(files[:2])
    plain.get_by_role("button", name="Add these files").click()
    expect(items(plain)).to_have_count(2)
    plain.get_by_label("Caption of after.png").fill("After")
    plain.get_by_role("button", name=re.compile(r"Up\s*: after.png")).click()
    expect(items(plain).locator("[data-name]")).to_have_text(["after.png", "before.jpg"])
    expect(plain.get_by_label("Caption of after.png")).to_have_value("After")
    plain.get_by_role("button", name=re.compile(r"Remove\s*: after.png")).click()
    expect(items(plain).locator("[data-name]")).to_have_text(["before.jpg"])
    plain.get_by_role("button", name=re.compile(r"Put back\s*: after.png")).click()
    expect(items(plain).locator("[data-name]")).to_have_text(["before.jpg", "after.png"])
    expect(plain.get_by_label("Caption of after.png")).to_have_value("After")
