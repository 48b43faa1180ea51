"""Signing in and out, as a page and as JSON."""

from __future__ import annotations

import re
import time
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.hashers import identify_hasher
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings
from rest_framework.test import APIClient

from accounts.models import User
from accounts.tests.conftest import codes
from tests.cast import PASSWORD

pytestmark = pytest.mark.django_db
PAGE, JSON = "/accounts/login/", "/api/v1/auth/login"


def page_sign_in(client: Client, user: User, password: str = PASSWORD, **more: Any) -> Any:
    return client.post(PAGE, {"login": user.email, "password": password, **more})


def json_sign_in(client: APIClient, user: User, password: str = PASSWORD, **more: Any) -> Any:
    return client.post(JSON, {"email": user.email, "password": password, **more})


# -- The page ----------------------------------------------------------------------------------------------


def test_the_page_has_its_fields_and_leads_on(browser: Client) -> None:
    page = browser.get(PAGE).content.decode()
    for name in ("login", "password", "remember"):
        assert f'id="id_{name}"' in page
    assert "/accounts/password/reset/" in page
    assert "/accounts/signup/" in page
    assert "placeholder" not in re.search(r'<input[^>]+id="id_login"[^>]*>', page)[0]  # type: ignore[index]


def test_the_right_password_signs_in(browser: Client, ada: User) -> None:
    answer = browser.post(PAGE, {"login": f" {ada.email.upper()} ", "password": PASSWORD})
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert browser.session["_auth_user_id"] == str(ada.pk)
    assert browser.cookies["django_language"].value == "en"


def test_the_session_cookie_is_closed_to_scripts_and_foreign_pages(browser: Client, ada: User) -> None:
    page_sign_in(browser, ada)
    cookie = browser.cookies["sessionid"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie["max-age"] == ""


def test_remember_me_outlasts_the_browser(browser: Client, ada: User) -> None:
    page_sign_in(browser, ada, remember="on")
    assert browser.cookies["sessionid"]["max-age"] == 30 * 24 * 3600


def test_signing_in_changes_the_session_id(browser: Client, ada: User) -> None:
    browser.get("/accounts/signup/sent/")
    session = browser.session
    session["planted"] = True
    session.save()
    before = session.session_key
    page_sign_in(browser, ada)
    assert browser.session.session_key != before
    assert not type(session)().exists(before)


def test_wrong_and_unknown_get_the_same_page(browser: Client, ada: User) -> None:
    def refused(email: str) -> str:
        page = browser.post(PAGE, {"login": email, "password": "wrong-password"})
        assert page.status_code == 200
        text = page.content.decode().replace(email, "EMAIL")
        return re.sub(r'(csrfmiddlewaretoken" value|nonce)="[^"]+"', "", text)

    wrong = refused(ada.email)
    assert "Email and password do not match" in wrong
    assert wrong == refused("ghost@example.com")


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example",
        "\\\\evil.example",
        "https://evil.example/",
        "javascript:alert(1)",
        "/\\evil.example",
        "http:///x",
    ],
)
def test_next_stays_on_the_site(browser: Client, ada: User, target: str) -> None:
    assert page_sign_in(browser, ada, next=target)["Location"] == "/"


def test_next_leads_to_the_page_that_was_wanted(browser: Client, ada: User, settings: Settings) -> None:
    settings.CSRF_TRUSTED_ORIGINS = ["https://app.example.com"]
    assert page_sign_in(browser, ada, next="/settings/profile/")["Location"] == "/settings/profile/"
    browser.logout()
    assert page_sign_in(browser, ada, next="https://app.example.com/")["Location"] == "/"


def test_a_page_for_members_asks_to_sign_in_and_leads_back(browser: Client, ada: User) -> None:
    asked = browser.get("/settings/profile/")["Location"]
    assert asked == "/accounts/login/?next=/settings/profile/"
    assert 'value="/settings/profile/"' in browser.get(asked).content.decode()


def test_deactivated_people_learn_why_once_their_password_is_right(browser: Client, ben: User) -> None:
    User.objects.filter(pk=ben.pk).update(is_active=False)
    assert page_sign_in(browser, ben)["Location"] == "/accounts/inactive/"
    assert "switched off" in browser.get("/accounts/inactive/").content.decode()
    assert "_auth_user_id" not in browser.session
    assert "do not match" in page_sign_in(browser, ben, "wrong-password").content.decode()


def test_deleted_people_cannot_sign_in(browser: Client, program: APIClient, ben: User) -> None:
    User.objects.filter(pk=ben.pk).update(deleted_at=timezone.now())
    assert "do not match" in page_sign_in(browser, ben).content.decode()
    assert codes(json_sign_in(program, ben)) == [("invalid_credentials", None)]


@pytest.mark.parametrize("change", [{"is_active": False}, {"deleted_at": timezone.now()}])
def test_an_open_session_ends_at_the_next_request(browser: Client, ben: User, change: dict[str, Any]) -> None:
    page_sign_in(browser, ben)
    assert browser.get("/settings/profile/").status_code == 200
    User.objects.filter(pk=ben.pk).update(**change)
    assert browser.get("/settings/profile/")["Location"].startswith("/accounts/login/")


def test_signing_out_ends_the_session_on_the_server(browser: Client, ada: User) -> None:
    page_sign_in(browser, ada)
    key = browser.session.session_key
    store = type(browser.session)()
    assert "Sign out" in browser.get("/accounts/logout/").content.decode()
    assert browser.session["_auth_user_id"]
    assert browser.post("/accounts/logout/")["Location"] == "/"
    assert not store.exists(key)


def test_an_endless_password_is_refused_before_any_work(browser: Client, ada: User) -> None:
    assert "128 characters" in page_sign_in(browser, ada, "x" * 100_000).content.decode()


# -- JSON --------------------------------------------------------------------------------------------------


def test_json_answers_user_and_organization(program: APIClient, ada: User) -> None:
    answer = program.post(JSON, {"email": ada.email.upper(), "password": PASSWORD})
    assert answer.status_code == 200, answer.content
    body = answer.json()
    company = {"id": str(ada.organization_id), "name": "Bolt & Co", "slug": "bolt-co", "verified": False}
    assert body["organization"] == body["user"].pop("organization") == company
    assert body["user"] == {
        "id": str(ada.pk),
        "first_name": "Ada",
        "last_name": "Berg",
        "job_title": "",
        "avatar_url": None,
        "email": ada.email,
        "email_verified": True,
        "role": "admin",
        "is_moderator": False,
        "bio": "",
        "phone": "",
        "expertise": [],
        "language": "en",
        "time_zone": "UTC",
    }


def test_json_of_a_moderator_has_no_organization(program: APIClient, mona: User) -> None:
    assert json_sign_in(program, mona).json()["organization"] is None


def test_json_refuses_wrong_and_unknown_alike(program: APIClient, ada: User) -> None:
    wrong = json_sign_in(program, ada, "wrong-password")
    unknown = program.post(JSON, {"email": "ghost@example.com", "password": PASSWORD})
    assert wrong.status_code == unknown.status_code == 401
    assert codes(wrong) == [("invalid_credentials", None)]
    assert wrong.content == unknown.content
    assert set(wrong.headers) == set(unknown.headers)


def test_an_unknown_address_costs_a_password_check_too(program: APIClient, ada: User) -> None:
    assert identify_hasher(ada.password).algorithm == "argon2"

    def cost(email: str) -> float:
        """Seconds of processor time, the fastest of three."""
        tries = []
        for _ in range(3):
            before = time.process_time()
            program.post(JSON, {"email": email, "password": "wrong-password"})
            tries.append(time.process_time() - before)
        return min(tries)

    cost(ada.email)
    known, unknown = cost("x" + ada.email), cost("ghost@example.com")
    assert 0.4 < known / unknown < 2.5


def test_json_says_that_an_account_is_switched_off(program: APIClient, ben: User) -> None:
    User.objects.filter(pk=ben.pk).update(is_active=False)
    answer = json_sign_in(program, ben)
    assert (answer.status_code, codes(answer)) == (403, [("account_inactive", None)])


def test_json_remember_sets_how_long_it_lasts(program: APIClient, ada: User) -> None:
    json_sign_in(program, ada)
    assert program.cookies["sessionid"]["max-age"] == ""
    short = program.get("/api/v1/auth/session").json()["expires_at"]
    json_sign_in(program, ada, remember=True)
    assert program.cookies["sessionid"]["max-age"] == 30 * 24 * 3600
    assert program.get("/api/v1/auth/session").json()["expires_at"] > short


def test_json_signing_in_again_is_a_new_session(program: APIClient, ada: User, ben: User) -> None:
    keys = set()
    for person in (ada, ada, ben):
        json_sign_in(program, person)
        keys.add(program.cookies["sessionid"].value)
    assert len(keys) == 3
    assert program.get("/api/v1/users/me").json()["id"] == str(ben.pk)


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        {"email": {"$ne": 1}, "password": PASSWORD},
        {"email": "a@example.com", "password": {"$gt": ""}},
        {"email": "a@example.com", "password": None},
        {"email": "a@example.com", "password": PASSWORD, "is_staff": True},
        {"email": "a@example.com", "password": PASSWORD, "remember": "perhaps"},
        {"email": "a" * 300, "password": PASSWORD},
        {"email": "a@example.com", "password": "x" * 5000},
    ],
)
def test_json_takes_nothing_else(program: APIClient, body: Any) -> None:
    assert program.post(JSON, body).status_code == 400


def test_json_signs_out(program: APIClient, ada: User) -> None:
    json_sign_in(program, ada)
    assert program.post("/api/v1/auth/logout").status_code == 204
    assert program.get("/api/v1/auth/session").status_code == 401
    assert program.post("/api/v1/auth/logout").status_code == 204


def test_the_session_endpoint_sets_the_csrf_cookie_either_way(ada: User) -> None:
    client = Client()
    assert client.get("/api/v1/auth/session").status_code == 401
    assert client.cookies["csrftoken"].value
    client = Client()
    client.force_login(ada)
    assert client.get("/api/v1/auth/session").json()["user"]["id"] == str(ada.pk)
    assert client.cookies["csrftoken"].value


# -- CSRF --------------------------------------------------------------------------------------------------

WITHOUT_TOKEN = [
    "login",
    "signup",
    "mfa",
    "logout",
    "session/refresh",
    "password/reset",
    "password/reset/confirm",
    "password/change",
    "email/verify",
    "email/resend",
]


@pytest.mark.parametrize("path", WITHOUT_TOKEN)
def test_json_refuses_a_forged_request(path: str, ada: User) -> None:
    strict = APIClient(enforce_csrf_checks=True)
    answer = strict.post(f"/api/v1/auth/{path}", {"email": ada.email, "password": PASSWORD})
    assert (answer.status_code, codes(answer)) == (403, [("csrf_failed", None)])
    strict.force_login(ada)
    assert strict.post(f"/api/v1/auth/{path}", {}).status_code == 403


def test_json_takes_a_request_with_its_token(ada: User) -> None:
    strict = APIClient(enforce_csrf_checks=True)
    strict.get("/api/v1/auth/session")
    token = strict.cookies["csrftoken"].value
    answer = strict.post(JSON, {"email": ada.email, "password": PASSWORD}, headers={"X-CSRFToken": token})
    assert answer.status_code == 200


@pytest.mark.parametrize("path", ["login", "signup", "logout", "password/reset", "verification/resend", "sessions"])
def test_pages_refuse_a_forged_form(path: str) -> None:
    answer = Client(enforce_csrf_checks=True).post(f"/accounts/{path}/", {"login": "a", "password": "b"})
    assert answer.status_code == 403


# -- Apps --------------------------------------------------------------------------------------------------

APP = "/_allauth/app/v1/auth"


def app_token(client: APIClient, user: User) -> str:
    answer = client.post(f"{APP}/login", {"email": user.email, "password": PASSWORD})
    assert answer.status_code == 200, answer.content
    return str(answer.json()["meta"]["session_token"])


def test_an_app_signs_in_without_cookies_and_uses_the_api(ada: User) -> None:
    app = APIClient(enforce_csrf_checks=True)
    token = app_token(app, ada)
    assert "sessionid" not in app.cookies
    app.credentials(HTTP_X_SESSION_TOKEN=token)
    session = app.get("/api/v1/auth/session").json()
    assert session["user"]["id"] == str(ada.pk)
    assert app.patch("/api/v1/users/me", {"job_title": "Owner"}).json()["job_title"] == "Owner"
    assert app.post("/api/v1/auth/session/refresh").status_code == 200
    assert [line["current"] for line in app.get("/api/v1/auth/sessions").json()] == [True]
    assert app.post("/api/v1/auth/logout").status_code == 204
    assert app.get("/api/v1/auth/session").status_code == 401


def test_an_app_learns_its_new_token_with_a_new_password(ada: User) -> None:
    app = APIClient(enforce_csrf_checks=True)
    old = app_token(app, ada)
    app.credentials(HTTP_X_SESSION_TOKEN=old)
    typed = {"current_password": PASSWORD, "new_password": "another-long-one"}
    answer = app.post("/api/v1/auth/password/change", typed)
    assert answer.status_code == 204
    assert app.get("/api/v1/auth/session").status_code == 401
    app.credentials(HTTP_X_SESSION_TOKEN=answer["X-Session-Token"])
    assert app.get("/api/v1/auth/session").status_code == 200


def test_an_apps_session_ends_too(ada: User) -> None:
    app = APIClient()
    app.credentials(HTTP_X_SESSION_TOKEN=app_token(app, ada))
    now = timezone.now()
    for days in (10, 20, 29):
        with time_machine.travel(now + timedelta(days=days)):
            assert app.get("/api/v1/auth/session").status_code == 200
    with time_machine.travel(now + timedelta(days=30, minutes=1)):
        assert app.get("/api/v1/auth/session").status_code == 401


def test_a_made_up_token_is_nobody(program: APIClient) -> None:
    program.credentials(HTTP_X_SESSION_TOKEN="made-up")
    assert program.get("/api/v1/users/me").status_code == 401
