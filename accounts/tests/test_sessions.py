"""How long sign-ins last, where they are, and how they end."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from allauth.usersessions.models import UserSession
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import User
from accounts.sessions import device_name
from tests.cast import PASSWORD

pytestmark = pytest.mark.django_db
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/17.5 Mobile/15E148 Safari/604.1"
)


def sign_in(user: User, client: Client | None = None, *, agent: str = FIREFOX, **more: Any) -> Client:
    client = client or Client(headers={"User-Agent": agent})
    client.post("/accounts/login/", {"login": user.email, "password": PASSWORD, **more})
    assert client.session["_auth_user_id"] == str(user.pk)
    return client


def is_signed_in(client: Client) -> bool:
    return bool(client.get("/api/v1/auth/session").status_code == 200)


def later(**delta: float) -> Any:
    return time_machine.travel(timezone.now() + timedelta(**delta), tick=False)


# -- Limits ------------------------------------------------------------------------------------------------


def test_a_browser_session_ends_after_twelve_idle_hours(ada: User) -> None:
    client = sign_in(ada)
    with later(hours=11, minutes=59):
        assert is_signed_in(client)
    client = sign_in(ada)
    with later(hours=12, minutes=1):
        assert not is_signed_in(client)


def test_using_it_keeps_a_browser_session_going(ada: User) -> None:
    client = sign_in(ada)
    now = timezone.now()
    for hours in (8, 16, 24, 32):
        with time_machine.travel(now + timedelta(hours=hours)):
            assert is_signed_in(client)


def test_a_page_that_polls_by_itself_is_no_use(ada: User) -> None:
    client = sign_in(ada)
    now = timezone.now()
    with time_machine.travel(now + timedelta(hours=8)):
        client.get("/api/v1/updates")
    with time_machine.travel(now + timedelta(hours=13)):
        assert not is_signed_in(client)


def test_a_remembered_session_survives_a_holiday_and_ends_after_thirty_days(ada: User) -> None:
    client = sign_in(ada, remember="on")
    now = timezone.now()
    for days in (14, 28):
        with time_machine.travel(now + timedelta(days=days)):
            assert is_signed_in(client)
    with time_machine.travel(now + timedelta(days=30, minutes=1)):
        assert not is_signed_in(client)


def test_a_busy_browser_session_ends_after_thirty_days_too(ada: User) -> None:
    client = sign_in(ada)
    now = timezone.now()
    for halves in range(1, 60):
        with time_machine.travel(now + timedelta(hours=halves * 11.9)):
            assert is_signed_in(client)
    with time_machine.travel(now + timedelta(days=30, minutes=1)):
        assert not is_signed_in(client)


def test_an_ended_session_is_gone_on_the_server(ada: User) -> None:
    client = sign_in(ada)
    key, store = client.session.session_key, type(client.session)()
    with later(hours=13):
        page = client.get("/settings/profile/")
        assert page["Location"] == "/accounts/login/?next=/settings/profile/"
        assert "signed out after a long break" in client.get(page["Location"]).content.decode()
    assert not store.exists(key)
    assert not UserSession.objects.filter(user=ada).exists()


def test_refreshing_gives_more_time_up_to_the_absolute_limit(ada: User) -> None:
    client = sign_in(ada)

    def expiry(answer: Any) -> datetime:
        return datetime.fromisoformat(answer.json()["expires_at"])

    first = expiry(client.get("/api/v1/auth/session"))
    assert timedelta(hours=11, minutes=55) < first - timezone.now() < timedelta(hours=12, minutes=1)
    with later(minutes=2):
        gained = expiry(client.post("/api/v1/auth/session/refresh", content_type="application/json")) - first
    assert timedelta(minutes=2) <= gained < timedelta(minutes=3)
    assert Client().post("/api/v1/auth/session/refresh").status_code == 401


def test_a_request_costs_one_statement_and_no_write(ada: User, django_assert_num_queries: Any) -> None:
    client = sign_in(ada)
    client.get("/accounts/verification/")
    with django_assert_num_queries(1):
        assert client.get("/accounts/verification/").status_code == 302  # looks at the person, and nothing else


def test_last_use_is_noted_every_few_minutes(ada: User) -> None:
    client = sign_in(ada)
    begun = UserSession.objects.get(user=ada).last_seen_at
    with later(minutes=4):
        client.get("/settings/profile/")
    assert UserSession.objects.get(user=ada).last_seen_at == begun
    with later(minutes=6):
        client.get("/settings/profile/")
    assert UserSession.objects.get(user=ada).last_seen_at > begun + timedelta(minutes=5)


def test_a_note_of_use_waits_for_no_disk_and_a_sign_in_does(ada: User) -> None:
    def hurried(queries: CaptureQueriesContext) -> list[str]:
        return [query["sql"] for query in queries if "synchronous_commit" in query["sql"]]

    with CaptureQueriesContext(connection) as queries:
        client = sign_in(ada)
    assert hurried(queries) == []
    with later(minutes=6), CaptureQueriesContext(connection) as queries:
        client.get("/settings/profile/")
    assert hurried(queries) == ["SET LOCAL synchronous_commit TO off"] * 2
    assert client.session["used_at"] > client.session["signed_in_at"]


# -- A form on its way -------------------------------------------------------------------------------------

TOPIC = {"title": "Spindle runs hot", "body": "After twenty minutes the bearing is too hot to touch."}


def test_a_form_sent_after_the_end_is_held_for_its_writer(ada: User) -> None:
    client = sign_in(ada)
    with later(hours=13):
        answer = client.post("/forums/new/?from=home", {**TOPIC, "tags": ["cnc", "heat"], "csrfmiddlewaretoken": "x"})
        assert answer["Location"] == "/accounts/login/?next=%2Faccounts%2Fheld-form%2F"
        asked = client.get("/accounts/held-form/")
        assert asked["Location"].startswith("/accounts/login/")
        typed = {"login": ada.email, "password": PASSWORD, "next": "/accounts/held-form/"}
        assert client.post("/accounts/login/", typed)["Location"] == "/accounts/held-form/"
        page = client.get("/accounts/held-form/").content.decode()
    assert 'action="/forums/new/?from=home"' in page
    assert 'name="title" value="Spindle runs hot"' in page
    assert page.count('name="tags"') == 2
    assert "too hot to touch.</blockquote>" in page
    assert client.post("/accounts/held-form/")["Location"] == "/"
    assert client.get("/accounts/held-form/")["Location"] == "/"


def test_a_held_form_is_shown_to_nobody_else(ada: User, ben: User) -> None:
    client = sign_in(ada)
    with later(hours=13):
        client.post("/forums/new/", TOPIC)
        sign_in(ben, client)
        assert client.get("/accounts/held-form/")["Location"] == "/"


def test_a_held_form_is_kept_for_an_hour(ada: User) -> None:
    client = sign_in(ada)
    with later(hours=13):
        client.post("/forums/new/", TOPIC)
    with later(hours=14, minutes=5):
        sign_in(ada, client)
        assert client.get("/accounts/held-form/")["Location"] == "/"


@pytest.mark.parametrize(
    ("path", "body", "headers"),
    [
        ("/accounts/password/change/", {"oldpassword": "secret-secret"}, {}),
        ("/forums/new/", {"body": "x" * 70_000}, {}),
        ("/forums/new/", TOPIC, {"HX-Request": "true"}),
    ],
)
def test_some_forms_are_not_held(ada: User, path: str, body: dict[str, str], headers: dict[str, str]) -> None:
    client = sign_in(ada)
    with later(hours=13):
        client.post(path, body, headers=headers)
        assert "held_form" not in client.session


def test_a_program_is_told_instead(ada: User) -> None:
    client = sign_in(ada)
    with later(hours=13):
        answer = client.patch("/api/v1/users/me", {"job_title": "x"}, content_type="application/json")
        assert answer.status_code == 401


# -- The list ----------------------------------------------------------------------------------------------


def test_the_list_shows_device_place_and_last_use(ada: User) -> None:
    phone = sign_in(ada, Client(headers={"User-Agent": IPHONE}, REMOTE_ADDR="10.0.0.7"))
    desk = sign_in(ada)
    page = desk.get("/accounts/sessions/").content.decode()
    assert page.index("Firefox, Linux") < page.index("Safari, iPhone")
    assert "10.0.0.7" in page
    assert page.count("badge--good") == 1
    lines = phone.get("/api/v1/auth/sessions").json()
    assert [(line["device"], line["place"], line["current"]) for line in lines] == [
        ("Safari, iPhone", "10.0.0.7", True),
        ("Firefox, Linux", "127.0.0.1", False),
    ]
    assert set(lines[0]) == {"id", "device", "place", "started_at", "last_used_at", "current"}


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (FIREFOX, "Firefox, Linux"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537 Chrome/126.0 Safari/537 Edg/126.0", "Edge, Windows"),
        ("Mozilla/5.0 (Linux; Android 14) AppleWebKit/537 Chrome/126.0 Mobile Safari/537", "Chrome, Android"),
        ("curl/8.5.0", "curl"),
        ("", ""),
    ],
)
def test_devices_have_names_people_know(agent: str, name: str) -> None:
    assert device_name(agent) == name


def test_one_session_is_ended_from_another(ada: User) -> None:
    desk, phone = sign_in(ada), sign_in(ada)
    other = next(line for line in desk.get("/api/v1/auth/sessions").json() if not line["current"])
    assert desk.post(f"/accounts/sessions/{other['id']}/end/")["Location"] == "/accounts/sessions/"
    assert is_signed_in(desk)
    assert not is_signed_in(phone)


def test_ending_the_present_session_signs_out(ada: User) -> None:
    desk = sign_in(ada)
    [line] = desk.get("/api/v1/auth/sessions").json()
    assert desk.post(f"/accounts/sessions/{line['id']}/end/")["Location"] == "/"
    assert not is_signed_in(desk)
    desk = sign_in(ada)
    [line] = desk.get("/api/v1/auth/sessions").json()
    assert desk.delete(f"/api/v1/auth/sessions/{line['id']}").status_code == 204
    assert not is_signed_in(desk)


def test_nobody_ends_the_sessions_of_others(ada: User, ben: User) -> None:
    adas, bens = sign_in(ada), sign_in(ben)
    [line] = adas.get("/api/v1/auth/sessions").json()
    assert bens.delete(f"/api/v1/auth/sessions/{line['id']}").status_code == 404
    assert bens.post(f"/accounts/sessions/{line['id']}/end/").status_code == 404
    assert APIClient().delete(f"/api/v1/auth/sessions/{line['id']}").status_code == 401
    assert is_signed_in(adas)


def test_json_ends_one_of_several(ada: User) -> None:
    desk, phone = sign_in(ada), sign_in(ada)
    other = next(line for line in desk.get("/api/v1/auth/sessions").json() if not line["current"])
    assert desk.delete(f"/api/v1/auth/sessions/{other['id']}").status_code == 204
    assert not is_signed_in(phone)
    assert desk.delete(f"/api/v1/auth/sessions/{other['id']}").status_code == 404


def test_signing_out_everywhere_else(ada: User) -> None:
    desk, phone, shop_floor = sign_in(ada), sign_in(ada), sign_in(ada)
    page = desk.post("/accounts/sessions/", follow=True)
    assert "signed out everywhere else" in page.content.decode()
    assert [is_signed_in(c) for c in (desk, phone, shop_floor)] == [True, False, False]


def test_signing_out_everywhere(ada: User) -> None:
    desk, phone = sign_in(ada), sign_in(ada)
    assert desk.post("/accounts/sessions/end-all/")["Location"] == "/"
    assert [is_signed_in(c) for c in (desk, phone)] == [False, False]


@pytest.mark.parametrize("path", ["/accounts/sessions/", "/accounts/sessions/end-all/", "/accounts/held-form/"])
def test_visitors_have_no_sessions(path: str) -> None:
    answer = Client().post(path)
    assert answer["Location"].startswith("/accounts/login/")
    assert APIClient().get("/api/v1/auth/sessions").status_code == 401
