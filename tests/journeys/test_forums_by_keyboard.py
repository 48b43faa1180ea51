"""The forums without a mouse: every key a person presses is pressed here, and nothing else is done."""

from __future__ import annotations

import secrets
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Person
from tests.journeys.test_first_story import DEMO_PASSWORD, MEMBER, sign_in

pytestmark = pytest.mark.browser

#: More stops than any page of the forums has before its end.
MOST_STOPS = 150
_FOCUSED = """() => {
  const here = document.activeElement;
  if (!here || here === document.body) return "";
  const labels = [...(here.labels ?? [])].map((label) => label.textContent);
  return [here.getAttribute("aria-label"), ...labels, here.textContent, here.title]
    .filter(Boolean).join(" ").replace(/\\s+/g, " ").trim();
}"""
#: On the element itself, or on the box drawn around it.
_FOCUS_IS_SEEN = """() => {
  const here = document.activeElement;
  if (here.matches("[contenteditable=true]")) return true;
  return [here, here.parentElement, here.parentElement?.parentElement].filter(Boolean).some((element) => {
    const style = getComputedStyle(element);
    const marked = element === here || element.matches(":focus-within");
    const outlined = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
    return marked && (outlined || style.boxShadow !== "none");
  });
}"""


def tab_to(page: Page, words: str) -> None:
    """Press Tab until what has the focus is called ``words``; everything on the way shows that it has it."""
    passed = []
    for _stop in range(MOST_STOPS):
        page.keyboard.press("Tab")
        name = page.evaluate(_FOCUSED)
        passed.append(name)
        if name:
            assert page.evaluate(_FOCUS_IS_SEEN), f"nothing shows that “{name}” has the focus"
        if name.startswith(words):
            return
    raise AssertionError(f"“{words}” cannot be reached by Tab; passed {passed}")


def tab_into(page: Page, where: str) -> None:
    """Press Tab until what has the focus is what this selector means, such as past the tools of an editor."""
    for _stop in range(MOST_STOPS):
        page.keyboard.press("Tab")
        if page.evaluate("(where) => document.activeElement.matches(where)", where):
            return
    raise AssertionError(f"{where} cannot be reached by Tab")


def test_a_question_is_asked_answered_and_settled_by_keyboard_alone(arrive: Callable[..., Person]) -> None:
    title = f"Which torque for the flange {secrets.token_hex(3)}"
    person = arrive()
    sign_in(person, MEMBER, DEMO_PASSWORD)
    page = person.open("/forums/")
    tab_to(page, "Ask a question")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Ask a question")

    tab_to(page, "Category")
    page.keyboard.press("ArrowDown")
    tab_to(page, "Title")
    page.keyboard.type(title)
    tab_into(page, "[contenteditable=true]")
    page.keyboard.type("DN 80, PN 16. The seat leaks at 6 bar.")
    tab_to(page, "Post the question")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(title)

    tab_into(page, ".reply [contenteditable=true]")
    page.keyboard.type("It was 60 Nm, crosswise, in three rounds.")
    tab_to(page, "Post reply")
    page.keyboard.press("Enter")
    expect(page.locator(".thread").get_by_text("60 Nm")).to_be_visible()

    page.reload()
    tab_to(page, "This answered it")
    page.keyboard.press("Enter")
    expect(page.locator(".post--best")).to_contain_text("60 Nm")
