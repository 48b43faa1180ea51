"""Profile and address: what people change about themselves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client
from rest_framework.test import APIClient

from accounts.models import User
from accounts.tests.conftest import codes
from tests.cast import PASSWORD

pytestmark = pytest.mark.django_db
ME = "/api/v1/users/me"
FORM = {
    "first_name": "Ada",
    "last_name": "Berg",
    "job_title": "Owner",
    "phone": "+49 341 123456",
    "bio": "Casts iron since 1998.\nAsk me about scrap.",
    "expertise": "casting, Scrap، furnaces,",
    "language": "ar",
    "time_zone": "Asia/Amman",
}


def test_the_profile_is_saved(browser: Client, ada: User) -> None:
    browser.force_login(ada)
    page = browser.get("/settings/profile/").content.decode()
    assert 'value="Berg"' in page
    assert page.count('aria-current="page"') >= 1
    for tab in ("/accounts/email/", "/accounts/password/change/", "/accounts/2fa/", "/accounts/sessions/"):
        assert f'href="{tab}"' in page
    assert browser.post("/settings/profile/", FORM)["Location"] == "/settings/profile/"
    ada.refresh_from_db()
    assert (ada.job_title, ada.phone, ada.language, ada.time_zone) == ("Owner", "+49 341 123456", "ar", "Asia/Amman")
    assert ada.expertise == ["casting", "Scrap", "furnaces"]
    assert ada.bio.endswith("about scrap.")
    assert browser.cookies["django_language"].value == "ar"
    assert 'dir="rtl"' in browser.get("/settings/profile/").content.decode()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("first_name", "..."),
        ("first_name", "Ada\u202e"),
        ("last_name", "https://evil.example"),
        ("job_title", "!!!!!"),
        ("job_title", "x y" * 60),
        ("bio", "b c" * 900),
        ("phone", "call me"),
        ("expertise", "a"),
        ("expertise", ",".join(f"skill {n}" for n in range(21))),
        ("language", "xx"),
        ("time_zone", "Mars/Olympus"),
    ],
)
def test_a_bad_profile_is_named_on_the_page_and_as_json(
    browser: Client, program: APIClient, ada: User, field: str, value: str
) -> None:
    browser.force_login(ada)
    page = browser.post("/settings/profile/", {**FORM, field: value}).content.decode()
    assert f'href="#id_{field}"' in page
    program.force_login(ada)
    typed: Any = value.split(",") if field == "expertise" else value
    answer = program.patch(ME, {field: typed})
    assert answer.status_code == 400
    assert (codes(answer)[0][1] or "").startswith(field)
    ada.refresh_from_db()
    assert (ada.first_name, ada.job_title) == ("Ada", "")


def test_json_shows_and_changes_oneself(program: APIClient, ada: User) -> None:
    program.force_login(ada)
    before = program.get(ME).json()
    after = program.patch(ME, {"bio": "Casts iron.", "expertise": ["casting"]}).json()
    assert after == {**before, "bio": "Casts iron.", "expertise": ["casting"]}
    assert program.patch(ME, {}).json() == after


@pytest.mark.parametrize(
    "field", ["id", "email", "role", "is_staff", "is_active", "organization", "email_verified", "password"]
)
def test_json_changes_nothing_that_is_not_ones_own_to_set(program: APIClient, ada: User, field: str) -> None:
    program.force_login(ada)
    answer = program.patch(ME, {field: "x"})
    assert (answer.status_code, codes(answer)) == (400, [("unknown_field", field)])


def test_visitors_have_no_account(program: APIClient) -> None:
    assert program.get(ME).status_code == 401
    assert program.patch(ME, {"bio": "x"}).status_code == 401


def test_an_account_deleted_meanwhile_is_gone(ada: User) -> None:
    from accounts.queries import own_account
    from p2psandbox.platform.errors import NotFound

    actor = ada.actor
    EmailAddress.objects.all().delete()
    User.objects.filter(pk=ada.pk).delete()
    with pytest.raises(NotFound):
        own_account(actor)


# -- Address -----------------------------------------------------------------------------------------------


@pytest.fixture
def at_home(browser: Client, ada: User) -> Client:
    browser.force_login(ada)
    browser.post("/accounts/reauthenticate/?next=/accounts/email/", {"password": PASSWORD})
    return browser


def test_changing_the_address_asks_for_the_password_again(browser: Client, ada: User) -> None:
    browser.force_login(ada)
    answer = browser.post("/accounts/email/", {"action_add": "1", "email": "new@example.com"})
    assert answer["Location"].startswith("/accounts/reauthenticate/")
    assert not EmailAddress.objects.filter(email="new@example.com").exists()
    done = browser.post(answer["Location"], {"password": PASSWORD})
    assert done.status_code == 302
    assert EmailAddress.objects.filter(email="new@example.com", verified=False).exists()


def test_a_new_address_counts_once_it_is_confirmed(at_home: Client, ada: User, mailed_link: Callable[..., str]) -> None:
    old = ada.email
    assert old in at_home.get("/accounts/email/").content.decode()
    at_home.post("/accounts/email/", {"action_add": "1", "email": "New@Example.com"})
    assert mail.outbox[-1].subject == "Confirm your new address"
    ada.refresh_from_db()
    assert ada.email == old
    page = at_home.get("/accounts/email/").content.decode()
    assert "Waits to be confirmed" in page
    link = mailed_link("new@example.com")
    assert at_home.post(link)["Location"] == "/"
    ada.refresh_from_db()
    assert (ada.email, ada.is_email_verified) == ("new@example.com", True)
    assert list(EmailAddress.objects.filter(user=ada).values_list("email", "verified", "primary")) == [
        ("new@example.com", True, True)
    ]
    assert (mail.outbox[-1].to, mail.outbox[-1].subject) == ([old], "Your address was changed")
    sign_in = Client().post("/accounts/login/", {"login": "new@example.com", "password": PASSWORD})
    assert sign_in["Location"] == "/"


def test_a_new_address_signs_nobody_in_before_it_is_confirmed(at_home: Client, ada: User) -> None:
    at_home.post("/accounts/email/", {"action_add": "1", "email": "new@example.com"})
    page = Client().post("/accounts/login/", {"login": "new@example.com", "password": PASSWORD})
    assert "do not match" in page.content.decode()


def test_a_new_address_can_be_given_up(at_home: Client, ada: User) -> None:
    at_home.post("/accounts/email/", {"action_add": "1", "email": "new@example.com"})
    at_home.post("/accounts/email/", {"action_send": "1", "email": "new@example.com"})
    assert len(mail.outbox) == 1  # the first is a moment old
    at_home.post("/accounts/email/", {"action_remove": "1", "email": "new@example.com"})
    assert list(EmailAddress.objects.filter(user=ada).values_list("email", flat=True)) == [ada.email]


def test_an_address_of_somebody_else_is_not_given_away(at_home: Client, ada: User, ben: User) -> None:
    page = at_home.post("/accounts/email/", {"action_add": "1", "email": ben.email}, follow=True)
    assert "already registered" not in page.content.decode()
    assert (
        "your address already"
        in at_home.post("/accounts/email/", {"action_add": "1", "email": ada.email}).content.decode()
    )


# -- Pages allauth brings that are not ours to show --------------------------------------------------------


@pytest.mark.parametrize("path", ["/accounts/login/code/confirm/", "/_allauth/app/v1/auth/signup"])
def test_pages_we_have_no_use_for_are_not_there(browser: Client, path: str) -> None:
    assert browser.get(path).status_code == 404


def test_the_page_before_the_first_link_is_ours(browser: Client) -> None:
    assert "Open it to confirm" in browser.get("/accounts/confirm-email/").content.decode()
