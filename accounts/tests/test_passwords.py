"""Forgetting and changing a password."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.core import mail
from django.db import connections
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import User
from accounts.tests.conftest import codes
from tests.cast import PASSWORD

pytestmark = pytest.mark.django_db
NEW = "quite-another-one"
ASK, CONFIRM = "/api/v1/auth/password/reset", "/api/v1/auth/password/reset/confirm"
CHANGE = "/api/v1/auth/password/change"


@pytest.fixture
def link(browser: Client, ada: User, mailed_link: Callable[..., str]) -> str:
    """The link Ada got when she forgot her password."""
    browser.post("/accounts/password/reset/", {"email": ada.email})
    return mailed_link(ada.email, "/password/reset/key/")


def key_of(link: str) -> str:
    return link.rstrip("/").rpartition("/")[2]


def knows(user: User, password: str) -> bool:
    user.refresh_from_db()
    return user.check_password(password)


# -- Asking ------------------------------------------------------------------------------------------------


def test_the_page_and_json_answer_alike_for_known_and_unknown(browser: Client, program: APIClient, ada: User) -> None:
    for email in (ada.email, "ghost@example.com"):
        page = browser.post("/accounts/password/reset/", {"email": email})
        assert page["Location"] == "/accounts/password/reset/done/"
        answer = program.post(ASK, {"email": email})
        assert (answer.status_code, answer.content) == (202, b"")
    assert email not in browser.get("/accounts/password/reset/done/").content.decode()
    subjects = [(m.to[0], m.subject) for m in mail.outbox]
    assert subjects.count((ada.email, "Set a new password")) == 2
    assert subjects.count(("ghost@example.com", "No account with this address")) == 2


def test_people_who_may_not_sign_in_get_no_key(program: APIClient, ada: User, ben: User) -> None:
    User.objects.filter(pk=ada.pk).update(is_active=False)
    User.objects.filter(pk=ben.pk).update(deleted_at=timezone.now())
    for user in (ada, ben):
        assert program.post(ASK, {"email": user.email}).status_code == 202
    assert "Set a new password" not in [m.subject for m in mail.outbox]


def test_no_key_goes_to_an_address_its_owner_has_not_confirmed(program: APIClient, ada: User) -> None:
    EmailAddress.objects.create(user=ada, email="typo@example.com", primary=False, verified=False)
    program.post(ASK, {"email": "typo@example.com"})
    assert [m.subject for m in mail.outbox] == ["No account with this address"]


def test_asking_too_often_is_slowed_down(program: APIClient, ada: User) -> None:
    answers = [program.post(ASK, {"email": ada.email}).status_code for _ in range(6)]
    assert answers == [202] * 5 + [429]
    assert Client().post("/accounts/password/reset/", {"email": ada.email}).status_code == 429


def test_an_address_that_is_none_is_named(browser: Client, program: APIClient) -> None:
    assert codes(program.post(ASK, {"email": "ada"})) == [("invalid", "email")]
    assert browser.post("/accounts/password/reset/", {"email": "ada"}).status_code == 200


# -- The page behind the link ------------------------------------------------------------------------------


def test_the_link_sets_a_new_password_once(browser: Client, link: str, ada: User) -> None:
    form = browser.get(link)
    assert form["Location"].endswith("-set-password/")  # the key leaves the address bar, and with it the Referer
    page = browser.get(form["Location"])
    assert 'id="id_password1"' in page.content.decode()
    assert page["Referrer-Policy"] == "same-origin"
    done = browser.post(form["Location"], {"password1": NEW})
    assert done["Location"] == "/accounts/password/reset/key/done/"
    assert "Your new password is set" in browser.get(done["Location"]).content.decode()
    assert knows(ada, NEW)
    assert "_auth_user_id" not in browser.session
    assert "no longer works" in Client().get(link).content.decode()


def test_weak_passwords_are_refused_there_too(browser: Client, link: str, ada: User) -> None:
    target = browser.get(link)["Location"]
    for weak in ("short", "password", ada.email, "x" * 129):
        assert "field__errors" in browser.post(target, {"password1": weak}).content.decode()
    assert knows(ada, PASSWORD)


def test_a_link_works_for_an_hour(browser: Client, link: str) -> None:
    with time_machine.travel(timezone.now() + timedelta(minutes=61)):
        assert "no longer works" in browser.get(link).content.decode()


def test_a_link_dies_when_its_owner_signs_in_after_all(browser: Client, link: str, ada: User) -> None:
    browser.post("/accounts/login/", {"login": ada.email, "password": PASSWORD})
    assert "no longer works" in Client().get(link).content.decode()


def test_a_link_opens_nobody_elses_account(link: str, ben: User) -> None:
    token = key_of(link).partition("-")[2]
    assert "no longer works" in Client().get(f"/accounts/password/reset/key/{ben.pk.hex}-{token}/").content.decode()


def test_following_a_link_signs_nobody_out(link: str, ben: User) -> None:
    client = Client()
    client.force_login(ben)
    client.get(client.get(link)["Location"])
    assert client.session["_auth_user_id"] == str(ben.pk)


def test_a_new_password_ends_all_sessions_and_is_told_by_mail(browser: Client, link: str, ada: User) -> None:
    phone = Client()
    phone.force_login(ada)
    User.objects.filter(pk=ada.pk).update(last_login=None)
    target = browser.get(link)["Location"]
    assert browser.post(target, {"password1": NEW}).status_code == 302
    assert phone.get("/api/v1/auth/session").status_code == 401
    assert mail.outbox[-1].subject == "Your password was changed"
    assert "127.0.0.1" in str(mail.outbox[-1].body)


def test_a_new_password_unlocks_the_account(browser: Client, ada: User, link: str) -> None:
    for _ in range(5):
        browser.post("/accounts/login/", {"login": ada.email, "password": "wrong-password"})
    browser.post(browser.get(link)["Location"], {"password1": NEW})
    assert browser.post("/accounts/login/", {"login": ada.email, "password": NEW})["Location"] == "/"


# -- JSON --------------------------------------------------------------------------------------------------


def test_json_sets_a_new_password_once(program: APIClient, link: str, ada: User) -> None:
    typed = {"key": key_of(link), "new_password": NEW}
    assert program.post(CONFIRM, typed).status_code == 204
    assert knows(ada, NEW)
    again = program.post(CONFIRM, {**typed, "new_password": "a-third-one-here"})
    assert (again.status_code, codes(again)) == (400, [("expired_key", "key")])


def test_json_refuses_expired_and_made_up_keys(program: APIClient, link: str, ada: User) -> None:
    with time_machine.travel(timezone.now() + timedelta(minutes=61)):
        assert codes(program.post(CONFIRM, {"key": key_of(link), "new_password": NEW})) == [("expired_key", "key")]
    for key in ("", "x", "x-y", f"{ada.pk.hex}-abc", "-" * 300):
        answer = program.post(CONFIRM, {"key": key, "new_password": NEW})
        assert (answer.status_code, codes(answer)[0][1]) == (400, "key")
    assert knows(ada, PASSWORD)


def test_json_refuses_a_key_of_somebody_switched_off_meanwhile(program: APIClient, link: str, ada: User) -> None:
    User.objects.filter(pk=ada.pk).update(is_active=False)
    assert codes(program.post(CONFIRM, {"key": key_of(link), "new_password": NEW})) == [("expired_key", "key")]


def test_json_names_a_weak_password(program: APIClient, link: str) -> None:
    answer = program.post(CONFIRM, {"key": key_of(link), "new_password": "short"})
    assert codes(answer)[0][1] == "new_password"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("way", ["page", "json", "app"])
def test_two_uses_of_one_key_at_once_set_one_password(ada: User, way: str) -> None:
    Client().post("/accounts/password/reset/", {"email": ada.email})
    link = next(line for line in str(mail.outbox[0].body).split() if "/key/" in line)
    link = link.removeprefix("http://localhost:8000")
    start = Barrier(3)

    def use(password: str) -> bool:
        client = APIClient(raise_request_exception=False)
        try:
            if way == "page":
                browser = Client(raise_request_exception=False)
                target = browser.get(link)["Location"]
                start.wait(timeout=60)
                return bool(browser.post(target, {"password1": password}).status_code == 302)
            start.wait(timeout=60)
            if way == "app":
                typed = {"key": key_of(link), "password": password}
                return bool(client.post("/_allauth/app/v1/auth/password/reset", typed).status_code in (200, 401))
            typed = {"key": key_of(link), "new_password": password}
            return bool(client.post(CONFIRM, typed).status_code == 204)
        finally:
            connections.close_all()

    passwords = [f"one-of-three-{n}" for n in range(3)]
    with ThreadPoolExecutor(3) as people:
        worked = list(people.map(use, passwords))
    assert worked.count(True) == 1
    assert knows(ada, passwords[worked.index(True)])


# -- Changing ----------------------------------------------------------------------------------------------


def test_a_changed_password_ends_all_other_sessions(browser: Client, ada: User) -> None:
    for client in (browser, phone := Client()):
        client.post("/accounts/login/", {"login": ada.email, "password": PASSWORD})
    before = browser.session.session_key
    other = phone.session.session_key
    answer = browser.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": NEW})
    assert answer["Location"] == "/accounts/password/change/"
    assert knows(ada, NEW)
    assert browser.get("/settings/profile/").status_code == 200
    assert browser.session.session_key != before
    assert not type(browser.session)().exists(other)
    assert phone.get("/api/v1/auth/session").status_code == 401
    assert mail.outbox[-1].subject == "Your password was changed"
    assert len(browser.get("/api/v1/auth/sessions").json()) == 1


def test_the_present_password_is_asked_for(browser: Client, program: APIClient, ada: User) -> None:
    browser.force_login(ada)
    page = browser.post("/accounts/password/change/", {"oldpassword": "wrong-one", "password1": NEW})
    assert "not your present password" in page.content.decode()
    program.force_login(ada)
    answer = program.post(CHANGE, {"current_password": "wrong-one", "new_password": NEW})
    assert codes(answer) == [("invalid", "current_password")]
    assert knows(ada, PASSWORD)


def test_json_changes_a_password(program: APIClient, ada: User) -> None:
    program.force_login(ada)
    phone = Client()
    phone.force_login(ada)
    assert program.post(CHANGE, {"current_password": PASSWORD, "new_password": "x"}).status_code == 400
    assert program.post(CHANGE, {"current_password": PASSWORD, "new_password": NEW}).status_code == 204
    assert program.get("/api/v1/auth/session").status_code == 200
    assert phone.get("/api/v1/auth/session").status_code == 401
    assert APIClient().post(CHANGE, {"current_password": PASSWORD, "new_password": NEW}).status_code == 401


def test_guessing_the_present_password_is_slowed_down(program: APIClient, ada: User) -> None:
    program.force_login(ada)
    answers = [
        program.post(CHANGE, {"current_password": f"wrong-{n}-word", "new_password": NEW}).status_code for n in range(6)
    ]
    assert answers == [400] * 5 + [429]


def test_somebody_without_a_password_sets_one(browser: Client, ada: User) -> None:
    ada.set_unusable_password()
    ada.save()
    browser.force_login(ada)
    assert browser.get("/accounts/password/change/")["Location"] == "/accounts/password/set/"
    assert "Set password" in browser.get("/accounts/password/set/").content.decode()
    browser.post("/accounts/password/set/", {"password1": NEW, "password2": NEW})
    assert knows(ada, NEW)
