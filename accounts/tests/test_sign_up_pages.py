"""Signing up through the page and as JSON: what a stranger sees, and what they cannot tell."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from rest_framework.test import APIClient

from accounts.models import User
from accounts.tests.conftest import codes
from accounts.tests.forms import NEWCOMER

pytestmark = pytest.mark.django_db
PAGE, JSON = "/accounts/signup/", "/api/v1/auth/signup"


def test_the_page_asks_for_a_person_and_an_organization(browser: Client) -> None:
    page = browser.get(PAGE).content.decode()
    for name in NEWCOMER:
        assert f'id="id_{name}"' in page
    assert re.search(r'name="form_key" value="[\w-]{20,}"', page)


def test_after_signing_up_the_page_says_where_to_look(browser: Client, mailed_link: Callable[..., str]) -> None:
    answer = browser.post(PAGE, NEWCOMER)
    assert (answer.status_code, answer["Location"]) == (302, "/accounts/signup/sent/")
    assert "rosa@winter.example" in browser.get("/accounts/signup/sent/").content.decode()
    assert mailed_link("rosa@winter.example").startswith("/accounts/confirm-email/")


def test_signing_up_signs_nobody_in(browser: Client, program: APIClient) -> None:
    browser.post(PAGE, NEWCOMER)
    assert "_auth_user_id" not in browser.session
    program.post(JSON, {**NEWCOMER, "email": "b@winter.example", "organization_name": "Winter Two"})
    assert program.get("/api/v1/auth/session").status_code == 401


def test_a_refused_form_keeps_what_was_typed_but_the_password(browser: Client) -> None:
    answer = browser.post(PAGE, {**NEWCOMER, "first_name": "!!!"})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "symbols alone say nothing" in page
    assert 'value="Winter Castings"' in page
    assert '<option value="DE" selected>' in page
    assert NEWCOMER["password"] not in page


def test_an_empty_form_names_each_field(browser: Client) -> None:
    page = browser.post(PAGE, {}).content.decode()
    for name in ("email", "password", "first_name", "last_name", "organization_name"):
        assert f'href="#id_{name}"' in page


def test_signed_in_people_go_home(browser: Client, ada: User) -> None:
    browser.force_login(ada)
    assert browser.get(PAGE)["Location"] == "/"


def test_json_echoes_what_was_sent(program: APIClient) -> None:
    answer = program.post(JSON, NEWCOMER)
    assert answer.status_code == 201
    assert answer.json() == {
        "user": {"email": "rosa@winter.example", "first_name": "Rosa", "last_name": "Winter"},
        "organization": {"name": "Winter Castings"},
    }
    assert mail.outbox[0].to == ["rosa@winter.example"]


def test_a_known_address_cannot_be_told_from_a_new_one(browser: Client, program: APIClient, ada: User) -> None:
    known = program.post(JSON, {**NEWCOMER, "email": ada.email})
    new = program.post(JSON, {**NEWCOMER, "organization_name": "Winter Two"})
    assert known.status_code == new.status_code == 201
    assert known.json()["user"] == {**new.json()["user"], "email": ada.email}
    assert set(known.headers) == set(new.headers)

    known_page = browser.post(PAGE, {**NEWCOMER, "email": ada.email, "organization_name": "Winter Three"})
    known_cookies = set(browser.cookies)
    assert known_page["Location"] == "/accounts/signup/sent/"
    assert ada.email in browser.get("/accounts/signup/sent/").content.decode()
    new_browser = Client()
    new_browser.post(PAGE, {**NEWCOMER, "email": "c@winter.example", "organization_name": "Winter Four"})
    assert set(new_browser.cookies) == known_cookies
    assert [m.subject for m in mail.outbox if ada.email in m.to] == ["You have an account already"] * 2


def test_a_known_address_costs_the_same_statements(
    program: APIClient, ada: User, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(40) as new:
        program.post(JSON, NEWCOMER)
    with django_assert_max_num_queries(40) as known:
        program.post(JSON, {**NEWCOMER, "email": ada.email, "organization_name": "Winter Two"})
    assert abs(len(new) - len(known)) <= 5


def test_an_idempotency_key_signs_up_once(program: APIClient) -> None:
    for _ in range(2):
        assert program.post(JSON, NEWCOMER, headers={"Idempotency-Key": "k1"}).status_code == 201
    assert User.objects.count() == 1


@pytest.mark.parametrize("field", ["is_staff", "role", "organization", "organization_id", "email_verified_at", "id"])
def test_fields_nobody_asked_for_are_refused(program: APIClient, field: str) -> None:
    answer = program.post(JSON, {**NEWCOMER, field: "1"})
    assert (answer.status_code, codes(answer)) == (400, [("unknown_field", field)])
    assert not User.objects.exists()


@pytest.mark.parametrize(
    "body",
    [
        [NEWCOMER],
        "text",
        7,
        None,
        {**NEWCOMER, "email": {"$ne": 1}},
        {**NEWCOMER, "password": ["x"]},
        {**NEWCOMER, "first_name": 3},
    ],
)
def test_only_an_object_of_texts_is_taken(program: APIClient, body: Any) -> None:
    answer = program.post(JSON, body, format="json")
    assert answer.status_code == 400
    assert not User.objects.exists()


@pytest.mark.parametrize("password", [r"\ud800xxxxxxxx", r"nul\u0000nulnul"])
def test_a_password_that_is_no_text_is_refused(program: APIClient, password: str) -> None:
    body = json.dumps({**NEWCOMER, "password": "PASSWORD"}).replace("PASSWORD", password)
    answer = program.post(JSON, body, content_type="application/json")
    assert (answer.status_code, codes(answer)[0][1]) == (400, "password")


def test_form_data_that_is_not_utf_8_is_no_fault(browser: Client) -> None:
    body = b"email=rosa%40winter.example&first_name=\xff\xfe&password=%FF%FE%00"
    answer = browser.post(PAGE, body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 200
    assert not User.objects.exists()


def test_too_many_sign_ups_from_one_place_are_slowed_down(program: APIClient) -> None:
    answers = [program.post(JSON, {}).status_code for _ in range(21)]
    assert answers == [400] * 20 + [429]
    assert program.get("/api/v1/auth/session").status_code == 401


@pytest.mark.parametrize("email", ["rosa@winter.example", "known"])
def test_allauths_own_sign_up_is_closed_for_apps(program: APIClient, ada: User, email: str) -> None:
    email = ada.email if email == "known" else email
    answer = program.post("/_allauth/app/v1/auth/signup", {"email": email, "password": NEWCOMER["password"]})
    assert answer.status_code == 404
    assert User.objects.count() == 1
