"""Confirming an address."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from django.core import mail
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import User
from accounts.tests.conftest import codes
from accounts.tests.factories import UserFactory
from accounts.tests.forms import NEWCOMER

pytestmark = pytest.mark.django_db


@pytest.fixture
def link(browser: Client, mailed_link: Callable[..., str]) -> str:
    """The link a newcomer got."""
    browser.post("/accounts/signup/", NEWCOMER)
    return mailed_link("rosa@winter.example")


@pytest.fixture
def rosa(link: str) -> User:
    return User.objects.get(email="rosa@winter.example")


def key_of(link: str) -> str:
    return link.rstrip("/").rpartition("/")[2]


def is_confirmed(user: User) -> bool:
    user.refresh_from_db()
    address = EmailAddress.objects.get(user=user, primary=True)
    assert address.verified is user.is_email_verified
    return user.is_email_verified


def test_opening_the_link_says_who_confirms_what_and_changes_nothing(link: str, rosa: User) -> None:
    page = Client().get(link).content.decode()
    assert "rosa@winter.example" in page
    assert "Rosa Winter" in page
    assert "Winter Castings" in page
    assert not is_confirmed(rosa)


def test_confirming_in_the_browser_that_signed_up_signs_in(browser: Client, link: str, rosa: User) -> None:
    answer = browser.post(link)
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert is_confirmed(rosa)
    assert browser.session["_auth_user_id"] == str(rosa.pk)


def test_confirming_elsewhere_leads_to_the_sign_in_page(link: str, rosa: User) -> None:
    stranger = Client()
    answer = stranger.post(link)
    assert answer["Location"] == "/accounts/login/"
    assert is_confirmed(rosa)
    assert "_auth_user_id" not in stranger.session


def test_the_browser_that_signed_up_has_an_hour_to_be_signed_in(browser: Client, link: str, rosa: User) -> None:
    with time_machine.travel(timezone.now() + timedelta(minutes=61)):
        assert browser.post(link)["Location"] == "/accounts/login/"
    assert "_auth_user_id" not in browser.session


def test_a_link_works_once(browser: Client, link: str) -> None:
    browser.post(link)
    page = Client().get(link)
    assert "no longer works" in page.content.decode()
    assert Client().post(link).status_code == 404


def test_a_link_expires(link: str, rosa: User) -> None:
    with time_machine.travel(timezone.now() + timedelta(days=3, minutes=1)):
        assert "no longer works" in Client().get(link).content.decode()
        assert Client().post(link).status_code == 404
    assert not is_confirmed(rosa)


@pytest.mark.parametrize("key", ["x", "MQ:1abc:def", "1:2:3"])
def test_a_made_up_key_opens_nothing(key: str) -> None:
    assert "no longer works" in Client().get(f"/accounts/confirm-email/{key}/").content.decode()


def test_links_lead_to_the_configured_site_whatever_the_host_header_says(browser: Client) -> None:
    browser.post("/accounts/signup/", NEWCOMER, headers={"Host": "localhost"})
    browser.post("/accounts/password/reset/", {"email": "rosa@winter.example"}, headers={"Host": "localhost"})
    for message in mail.outbox:
        assert "http://localhost:8000/accounts/" in str(message.body)
        assert "http://localhost/" not in str(message.body)


def test_opening_a_link_signs_nobody_out(link: str, ada: User) -> None:
    client = Client()
    client.force_login(ada)
    client.get(link)
    client.post(link)
    assert client.session["_auth_user_id"] == str(ada.pk)


def test_a_person_signed_in_as_themselves_goes_home(link: str, rosa: User) -> None:
    client = Client()
    client.force_login(rosa)
    assert client.post(link)["Location"] == "/"
    assert is_confirmed(rosa)


def test_an_address_somebody_else_has_confirmed_meanwhile_is_not_taken_twice(ada: User, ben: User) -> None:
    mine = EmailAddress.objects.create(user=ada, email="shared@example.com", primary=False, verified=False)
    EmailAddress.objects.filter(user=ben).delete()
    EmailAddress.objects.create(user=ben, email="shared@example.com", primary=True, verified=True)
    User.objects.filter(pk=ben.pk).update(email="shared@example.com")
    link = f"/accounts/confirm-email/{EmailConfirmationHMAC.create(mine).key}/"
    assert "no longer works" in Client().get(link).content.decode()
    assert "no longer works" in Client().post(link).content.decode()
    ada.refresh_from_db()
    assert ada.email != "shared@example.com"


def test_an_address_somebody_is_signing_up_with_meanwhile_is_not_taken_twice(ada: User) -> None:
    mine = EmailAddress.objects.create(user=ada, email="shared@example.com", primary=False, verified=False)
    UserFactory(email="shared@example.com", email_verified_at=None)
    link = f"/accounts/confirm-email/{EmailConfirmationHMAC.create(mine).key}/"
    assert "no longer works" in Client().post(link).content.decode()
    ada.refresh_from_db()
    assert ada.email != "shared@example.com"
    assert EmailAddress.objects.get(user=ada, primary=True).verified


# -- JSON --------------------------------------------------------------------------------------------------


def test_json_confirms_a_key_once_and_signs_nobody_in(program: APIClient, link: str, rosa: User) -> None:
    answer = program.post("/api/v1/auth/email/verify", {"key": key_of(link)})
    assert (answer.status_code, answer.json()) == (200, {"email": "rosa@winter.example", "verified": True})
    assert is_confirmed(rosa)
    assert program.get("/api/v1/auth/session").status_code == 401
    again = program.post("/api/v1/auth/email/verify", {"key": key_of(link)})
    assert (again.status_code, codes(again)) == (400, [("expired_key", "key")])


def test_json_refuses_an_expired_key(program: APIClient, link: str) -> None:
    with time_machine.travel(timezone.now() + timedelta(days=4)):
        assert codes(program.post("/api/v1/auth/email/verify", {"key": key_of(link)})) == [("expired_key", "key")]


# -- Sending it again --------------------------------------------------------------------------------------


def test_the_mail_is_sent_again_at_most_every_three_minutes(program: APIClient, rosa: User) -> None:
    def ask() -> int:
        return int(program.post("/api/v1/auth/email/resend", {"email": "ROSA@winter.example"}).status_code)

    assert [ask(), ask()] == [202, 202]
    assert len(mail.outbox) == 2  # the first came with signing up
    with time_machine.travel(timezone.now() + timedelta(minutes=3, seconds=1)):
        assert ask() == 202
    assert len(mail.outbox) == 3


@pytest.mark.parametrize("email", ["nobody@example.com", "ada"])
def test_asking_again_answers_alike_for_unknown_and_confirmed_addresses(
    program: APIClient, ada: User, rosa: User, email: str
) -> None:
    other = program.post("/api/v1/auth/email/resend", {"email": ada.email if email == "ada" else email})
    waiting = program.post("/api/v1/auth/email/resend", {"email": rosa.email})
    assert (other.status_code, other.content) == (waiting.status_code, waiting.content) == (202, b"")
    assert [m.to for m in mail.outbox] == [[rosa.email]] * 2


def test_asking_for_many_addresses_is_slowed_down(program: APIClient) -> None:
    answers = [program.post("/api/v1/auth/email/resend", {"email": f"a{n}@example.com"}) for n in range(11)]
    assert [a.status_code for a in answers] == [202] * 10 + [429]
    assert int(answers[-1]["Retry-After"]) > 0


def test_a_visitor_asks_again_on_a_page(browser: Client, rosa: User) -> None:
    assert "id_email" in browser.get("/accounts/verification/resend/").content.decode()
    page = browser.post("/accounts/verification/resend/", {"email": "rosa@winter.example"})
    assert "rosa@winter.example" in page.content.decode()
    assert len(mail.outbox) == 2
    assert "Enter an email address" in browser.post("/accounts/verification/resend/", {"email": "x"}).content.decode()


def test_a_signed_in_person_asks_again_for_themselves(browser: Client, nico: User) -> None:
    browser.force_login(nico)
    assert browser.get("/accounts/verification/resend/")["Location"] == "/"
    first = browser.post("/accounts/verification/resend/", {"email": "eve@example.com"}, follow=True)
    assert "We sent the link again" in first.content.decode()
    assert [m.to for m in mail.outbox] == [[nico.email]]
    second = browser.post("/accounts/verification/resend/", follow=True)
    assert "Wait three minutes" in second.content.decode()
    assert len(mail.outbox) == 1


# -- Held back until then ----------------------------------------------------------------------------------


def test_an_unconfirmed_person_sees_what_is_missing(browser: Client, nico: User, ada: User) -> None:
    assert browser.get("/accounts/verification/")["Location"].startswith("/accounts/login/?next=")
    browser.force_login(nico)
    assert nico.email in browser.get("/accounts/verification/").content.decode()
    browser.force_login(ada)
    assert browser.get("/accounts/verification/")["Location"] == "/"


def test_an_unconfirmed_person_signs_in_and_reaches_their_settings_only(browser: Client, nico: User) -> None:
    answer = browser.post("/accounts/login/", {"login": nico.email, "password": NEWCOMER["password"]})
    assert answer["Location"] == "/accounts/verification/"
    for page in ("/settings/profile/", "/accounts/email/", "/accounts/password/change/", "/accounts/sessions/"):
        assert browser.get(page).status_code == 200
    assert browser.get("/forums/")["Location"] == "/accounts/verification/"
    assert browser.get("/accounts/2fa/totp/activate/").status_code == 302
