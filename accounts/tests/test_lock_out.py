"""Guessing passwords: slowed down per account and per address, on every way in."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings
from rest_framework.test import APIClient

from accounts.models import User
from accounts.tests.conftest import codes
from accounts.tests.forms import NEWCOMER
from p2psandbox.platform.mail.tests.conftest import closed_port
from tests.cast import PASSWORD

pytestmark = pytest.mark.django_db
PAGE, JSON = "/accounts/login/", "/api/v1/auth/login"


@pytest.fixture(autouse=True, params=["Redis", "PostgreSQL"])
def counters(request: pytest.FixtureRequest, settings: Settings) -> str:
    """Where failures are counted: all of this holds as well while Redis is away."""
    if request.param == "PostgreSQL":
        away = {"LOCATION": f"redis://127.0.0.1:{closed_port()}/0"}
        settings.CACHES = {"default": settings.CACHES["default"] | away}
        assert cache.set("x", 1) is None
    return str(request.param)


def guess(email: str, *, password: str = "wrong-password", place: str = "10.0.0.1", **headers: str) -> Any:
    return APIClient(REMOTE_ADDR=place).post(JSON, {"email": email, "password": password}, headers=headers)


def lock(user: User) -> None:
    for n in range(5):
        assert guess(user.email, place=f"10.1.0.{n}").status_code == 401


def test_an_account_is_locked_after_five_failures_wherever_they_come_from(ada: User) -> None:
    lock(ada)
    answer = guess(ada.email, password=PASSWORD, place="10.9.9.9")
    assert (answer.status_code, codes(answer)) == (429, [("throttled", None)])
    assert 0 < int(answer["Retry-After"]) <= 300
    assert re.search(r"Try again in [1-5] minutes?\.", answer.json()["errors"][0]["detail"])


def test_the_page_says_when_to_try_again_and_keeps_the_address(ada: User) -> None:
    lock(ada)
    page = Client().post(PAGE, {"login": ada.email, "password": PASSWORD}).content.decode()
    assert re.search(r"Too many failed attempts. Try again in [1-5] minutes?\.", page)
    assert ada.email in page


def test_the_lock_ends(ada: User) -> None:
    lock(ada)
    with time_machine.travel(timezone.now() + timedelta(minutes=5, seconds=1)):
        assert guess(ada.email, password=PASSWORD).status_code == 200


def test_an_unknown_account_locks_alike() -> None:
    answers = [guess("ghost@example.com", place=f"10.1.0.{n}").status_code for n in range(6)]
    assert answers == [401] * 5 + [429]


def test_others_are_not_locked(ada: User, ben: User) -> None:
    lock(ada)
    assert guess(ben.email, password=PASSWORD).status_code == 200


def test_a_place_is_locked_after_ten_failures_whomever_they_are_for(ada: User) -> None:
    answers = [guess(f"ghost{n}@example.com").status_code for n in range(11)]
    assert answers == [401] * 10 + [429]
    assert guess(ada.email, password=PASSWORD).status_code == 429
    assert guess(ada.email, password=PASSWORD, place="10.0.0.2").status_code == 200


def test_right_passwords_in_between_do_not_start_the_count_anew(ada: User, ben: User) -> None:
    for n in range(10):
        assert guess(f"ghost{n}@example.com").status_code == 401
        if n < 9:
            assert guess(ben.email, password=PASSWORD).status_code == 200
    assert guess("another@example.com").status_code == 429


def test_a_forged_forwarded_for_neither_evades_nor_shares(ada: User, settings: Settings) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 0
    for n in range(10):
        guess(f"ghost{n}@example.com", **{"X-Forwarded-For": f"1.2.3.{n}"})
    assert guess("more@example.com", **{"X-Forwarded-For": "9.9.9.9"}).status_code == 429
    assert guess("more@example.com", place="10.0.0.2", **{"X-Forwarded-For": "10.0.0.1"}).status_code == 401


def test_behind_one_proxy_only_its_own_entry_counts(ada: User, settings: Settings) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    for n in range(10):
        guess(f"ghost{n}@example.com", **{"X-Forwarded-For": f"1.2.3.{n}, 5.5.5.5"})
    assert guess("more@example.com", **{"X-Forwarded-For": "7.7.7.7, 5.5.5.5"}).status_code == 429
    assert guess("more@example.com", **{"X-Forwarded-For": "5.5.5.5, 6.6.6.6"}).status_code == 401


def test_a_request_past_the_proxies_is_counted_by_its_own_address(settings: Settings) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 2
    for n in range(10):
        guess(f"ghost{n}@example.com", **{"X-Forwarded-For": f"1.2.3.{n}"})
    assert guess("more@example.com", **{"X-Forwarded-For": "1.1.1.1"}).status_code == 429


def test_another_host_header_is_no_fresh_count(ada: User) -> None:
    lock(ada)
    assert guess(ada.email, password=PASSWORD, Host="localhost").status_code == 429


def test_apps_count_with_everybody_else(ada: User) -> None:
    lock(ada)
    answer = APIClient().post("/_allauth/app/v1/auth/login", {"email": ada.email, "password": PASSWORD})
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "too_many_login_attempts")


def test_asking_for_the_password_again_counts_too(ada: User) -> None:
    client = Client()
    client.force_login(ada)
    for _ in range(5):
        page = client.post("/accounts/reauthenticate/", {"password": "wrong-password"})
        assert "not your password" in page.content.decode()
    assert (
        "Too many failed attempts" in client.post("/accounts/reauthenticate/", {"password": PASSWORD}).content.decode()
    )


def test_the_admin_has_no_way_in_of_its_own(browser: Client, mona: User, ada: User) -> None:
    asked = browser.get("/admin/", follow=True)
    assert asked.redirect_chain[-1][0] == "/accounts/login/?next=%2Fadmin%2F"
    typed = {"username": mona.email, "password": PASSWORD}
    assert browser.post("/admin/login/", typed)["Location"].startswith("/accounts/login/")
    assert "_auth_user_id" not in browser.session
    browser.force_login(ada)
    assert browser.get("/admin/login/").status_code == 403
    browser.force_login(mona)
    assert browser.get("/admin/").status_code == 200
    assert browser.get("/admin/password_change/")["Location"] == "/accounts/password/change/"


def test_many_sign_ins_from_one_place_are_slowed_down(ada: User) -> None:
    answers = [guess(ada.email, password=PASSWORD).status_code for _ in range(31)]
    assert answers == [200] * 30 + [429]
    page = Client(REMOTE_ADDR="10.0.0.1").post(PAGE, {"login": ada.email, "password": PASSWORD})
    assert page.status_code == 429
    assert page["Retry-After"]


def test_a_code_of_the_second_factor_is_taken_once(ada: User) -> None:
    secret = generate_totp_secret()
    TOTP.activate(ada, secret)
    code = format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))
    assert [TOTP(Authenticator.objects.get()).validate_code(code) for _ in range(2)] == [True, False]


def test_a_sign_up_that_came_to_nothing_takes_its_name_all_the_same(ada: User) -> None:
    answers = [
        APIClient().post("/api/v1/auth/signup", NEWCOMER | {"email": email})
        for email in (ada.email, "somebody@winter.example")
    ]
    assert [answer.status_code for answer in answers] == [201, 400]
    assert codes(answers[1]) == [("invalid", "organization_name")]
