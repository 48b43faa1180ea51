"""Writing on three short pages: with the autosave script, and without any."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from accounts.models import User
from usecases.actions import drafts, lifecycle
from usecases.models import Status, UseCase, UseCaseContact, UseCaseTransition
from usecases.tests.factories import draft, published, submitted

NEW = reverse("usecases:new")
PAGE_1 = {"title": "Vibration sensors on our compressors", "industry": "metals", "country": "DE", "city": "Leipzig"}
PAGE_2 = {
    "problem": "Two compressors failed.\n\nWithout warning.",
    "technologies": "PLC, Vibration sensor، 6ES7 314",
    "solution": "We glued sensors on.",
    "outcomes": "We hear of it three weeks before.",
}
PAGE_3 = {
    "contact_name": "Ben Krause",
    "contact_email": "ben@bolt.example",
    "visibility": "members",
    "metric-0-name": "Scrap",
    "metric-0-unit": "%",
    "metric-0-baseline": "8",
    "metric-0-result": "5",
    "lessons": "Measure first\nGlue does not hold",
}
SCRIPT = {"HTTP_ACCEPT": "application/json"}


def address(row: UseCase, step: int) -> str:
    return reverse("usecases:edit", args=[row.pk, step])


def hidden(html: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', html)
    assert found, name
    return found[1]


def only_row() -> UseCase:
    return UseCase.objects.get()


def test_three_pages_without_javascript_make_a_story(client: Client, ben: User) -> None:
    client.force_login(ben)
    html = client.get(NEW).content.decode()
    assert "Leipzig" in html
    assert UseCase.objects.count() == 0
    response = client.post(NEW, PAGE_1 | {"key": hidden(html, "key"), "go": "next"})
    row = only_row()
    assert response["Location"] == address(row, 2)
    for step, fields in ((2, PAGE_2), (3, PAGE_3)):
        html = client.get(address(row, step)).content.decode()
        go = "submit" if step == 3 else "next"
        response = client.post(address(row, step), fields | {"revision": hidden(html, "revision"), "go": go})
    row = only_row()
    assert response["Location"] == row.get_absolute_url()
    assert row.status == Status.IN_REVIEW
    assert row.technologies == ["PLC", "Vibration sensor", "6ES7 314"]
    assert (row.headline_name, row.headline_change) == ("Scrap", -38)
    html = client.get(row.get_absolute_url()).content.decode()
    assert "<p>Two compressors failed.</p><p>Without warning.</p>" in html
    assert "Glue does not hold" in html


def test_the_first_keystroke_makes_the_draft_and_the_next_ones_fill_it(client: Client, ben: User) -> None:
    client.force_login(ben)
    key = hidden(client.get(NEW).content.decode(), "key")
    answer = client.post(NEW, {"title": "V", "key": key, "revision": ""}, **SCRIPT)
    row = only_row()
    assert answer.status_code == 201
    assert answer.json()["autosave_url"] == address(row, 1)
    assert set(answer.json()) == {"saved_at", "revision", "autosave_url", "autosave_key", "edit_url"}
    fields = {"title": "Vibra", "revision": answer.json()["revision"]}
    answer = client.post(address(row, 1), fields, **SCRIPT)
    assert (answer.status_code, only_row().title) == (200, "Vibra")
    assert 'value="Vibra"' in client.get(address(row, 1)).content.decode()


def test_the_first_page_sent_twice_makes_one_draft_with_the_last_words(client: Client, ben: User) -> None:
    client.force_login(ben)
    key = hidden(client.get(NEW).content.decode(), "key")
    client.post(NEW, {"title": "Vibr", "key": key}, **SCRIPT)
    client.post(NEW, PAGE_1 | {"key": key, "go": "next"})
    assert only_row().title == PAGE_1["title"]


def test_half_a_story_survives_a_reload(client: Client, ben: User) -> None:
    client.force_login(ben)
    row = draft(ben, problem="")
    fields = {"problem": "<p>Two compr</p>", "problem_format": "html", "revision": row.version}
    client.post(address(row, 2), fields, **SCRIPT)
    assert "Two compr" in client.get(address(row, 2)).content.decode()


def test_a_second_tab_is_told_and_overwrites_nothing(client: Client, ben: User) -> None:
    client.force_login(ben)
    row = draft(ben)
    first = client.post(address(row, 1), PAGE_1 | {"title": "First tab", "revision": 1}, **SCRIPT)
    second = client.post(address(row, 1), PAGE_1 | {"title": "Second tab", "revision": 1}, **SCRIPT)
    assert (first.status_code, second.status_code) == (200, 409)
    assert second.json()["errors"][0]["code"] == "stale"
    page = client.post(address(row, 1), PAGE_1 | {"title": "Second tab", "revision": 1, "go": "next"})
    assert page.status_code == 409
    assert 'value="Second tab"' in page.content.decode()
    assert only_row().title == "First tab"


@pytest.mark.parametrize(
    ("step", "field", "value", "words"),
    [
        (1, "title", "x" * 100_000, "Shorten this to 200"),
        (1, "title", "right\u202eleft", "hidden characters"),
        (1, "industry", "circus", "Select a valid choice"),
        (1, "title", "bell\x07", "control characters"),
        (2, "technologies", "x" * 61, "Shorten this to 60"),
        (3, "timeline_months", "0", "between 1 and 600"),
        (3, "timeline_months", "soon", "whole number"),
        (3, "metric-0-name", "x" * 121, "Shorten this to 120"),
        (3, "contact_email", "x" * 255, "Shorten this to 254"),
    ],
)
def test_bad_input_comes_back_with_what_to_do(
    step: int, field: str, value: str, words: str, client: Client, ben: User
) -> None:
    client.force_login(ben)
    row = draft(ben)
    fields = {1: PAGE_1, 2: PAGE_2, 3: PAGE_3}[step] | {field: value, "revision": row.version}
    html = client.post(address(row, step), fields | {"go": "next"}).content.decode()
    assert words in html
    assert f"#id_{field}" in html
    assert value in html
    answer = client.post(address(row, step), fields, **SCRIPT)
    assert answer.status_code == 400
    assert words in answer.json()["errors"][0]["detail"]
    assert only_row().version == row.version


def test_the_save_of_a_page_that_was_left_does_not_make_the_reloaded_one_stale(client: Client, ben: User) -> None:
    client.force_login(ben)
    row = draft(ben)
    fields = PAGE_1 | {"title": "Left in mid-sent", "revision": row.version}
    sent_on_leaving = client.post(address(row, 1), fields, **SCRIPT)
    sent_after_reload = client.post(address(row, 1), fields, **SCRIPT)
    assert (sent_on_leaving.status_code, sent_after_reload.status_code) == (200, 200)
    assert sent_on_leaving.json()["revision"] == sent_after_reload.json()["revision"]


def test_what_is_missing_is_said_with_links_to_the_fields(client: Client, ben: User) -> None:
    client.force_login(ben)
    row, _ = drafts.start_draft(actor=ben.actor, changes={"title": "Vibration sensors"})
    response = client.post(address(row, 3), PAGE_3 | {"revision": row.version, "go": "submit"}, follow=True)
    html = response.content.decode()
    for field in ("problem", "solution", "outcomes", "technologies"):
        assert f'href="{address(row, 2)}#id_{field}"' in html
    assert "Glue does not hold" in html
    assert only_row().status == Status.DRAFT


def test_submitting_twice_has_one_effect(client: Client, ben: User) -> None:
    client.force_login(ben)
    row = draft(ben)
    for _ in range(2):
        response = client.post(address(row, 3), PAGE_3 | {"revision": row.version, "go": "submit"})
        assert response["Location"] == only_row().get_absolute_url()
    assert UseCaseTransition.objects.filter(step="submitted").count() == 1


def test_back_saves_too(client: Client, ben: User) -> None:
    client.force_login(ben)
    row = draft(ben)
    response = client.post(address(row, 2), PAGE_2 | {"revision": row.version, "go": "back"})
    assert response["Location"] == address(row, 1)
    assert only_row().technologies == ["PLC", "Vibration sensor", "6ES7 314"]


def test_the_button_says_what_happens(client: Client, ben: User, ada: User) -> None:
    row = draft(ben)
    client.force_login(ben)
    assert "Submit for review" in client.get(address(row, 3)).content.decode()
    client.force_login(ada)
    html = client.get(address(row, 3)).content.decode()
    assert "Submit for review" not in html
    client.post(address(row, 3), PAGE_3 | {"revision": row.version, "go": "submit"})
    assert only_row().status == Status.PUBLISHED


def test_the_contact_is_prefilled_with_the_writer(client: Client, ben: User) -> None:
    client.force_login(ben)
    key = hidden(client.get(NEW).content.decode(), "key")
    client.post(NEW, PAGE_1 | {"key": key})
    assert f'value="{ben.email}"' in client.get(address(only_row(), 3)).content.decode()


def test_a_story_in_review_sends_its_writer_to_read_it(client: Client, ben: User) -> None:
    client.force_login(ben)
    row = submitted(ben)
    assert client.get(address(row, 1))["Location"] == row.get_absolute_url()
    answer = client.post(address(row, 1), PAGE_1 | {"revision": row.version}, **SCRIPT)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (409, "in_review")


def test_editing_a_published_story_on_the_pages_keeps_readers_undisturbed(client: Client, ben: User, ada: User) -> None:
    row = published(ben, ada)
    client.force_login(ben)
    client.post(address(row, 1), PAGE_1 | {"title": "Quite another title", "revision": row.version})
    row = only_row()
    assert (row.title, row.working_status) == ("Vibration sensors on our compressors", "draft")
    assert 'value="Quite another title"' in client.get(address(row, 1)).content.decode()


def signed_out_answers(client: Client, row: UseCase) -> list[HttpResponse]:
    return [client.get(NEW), client.get(address(row, 1)), client.post(address(row, 1), PAGE_1)]


def test_visitors_are_sent_to_sign_in_and_scripts_hear_401(client: Client, ben: User) -> None:
    row = draft(ben)
    for response in signed_out_answers(client, row):
        assert response.status_code == 302
        assert reverse("account_login") in response["Location"]
    answer = client.post(address(row, 1), PAGE_1, **SCRIPT)
    assert (answer.status_code, answer["Content-Type"]) == (401, "application/json")


def test_someone_who_lost_the_right_to_write_is_refused_at_the_next_save(client: Client, ben: User) -> None:
    row = draft(ben)
    client.force_login(ben)
    User.objects.filter(pk=ben.pk).update(is_active=False)
    answer = client.post(address(row, 1), PAGE_1 | {"title": "After hours"}, **SCRIPT)
    assert answer.status_code == 401
    assert only_row().title == "Vibration sensors on our compressors"


def test_more_rows_for_outcomes_appear_as_they_fill(client: Client, ben: User) -> None:
    row = draft(ben, metrics=[{"name": f"Metric {n}", "result": n} for n in range(3)])
    client.force_login(ben)
    html = client.get(address(row, 3)).content.decode()
    assert 'name="metric-4-name"' in html
    assert 'name="metric-5-name"' not in html


def test_an_unsaved_contact_of_a_published_story_waits(client: Client, ben: User, ada: User) -> None:
    row = published(ben, ada)
    client.force_login(ben)
    fields = PAGE_3 | {"contact_phone": "+1 555", "revision": row.version, "go": "submit"}
    client.post(address(row, 3), fields)
    phones: Any = UseCaseContact.objects.filter(use_case=row).order_by("pending").values_list("phone", flat=True)
    assert list(phones) == ["+49 341 123", "+1 555"]
    lifecycle.approve(actor=ada.actor, use_case_id=row.pk)
    assert list(UseCaseContact.objects.filter(use_case=row).values_list("phone", flat=True)) == ["+1 555"]
