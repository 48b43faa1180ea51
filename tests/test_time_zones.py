"""Times on pages are the reader's: of their profile where somebody is signed in, UTC for everybody else.

The moments are chosen around midnight: when it is 20:30 UTC on 30 June, it is half past midnight on 1 July in Dubai
and the afternoon of 30 June in New York; at 02:30 UTC on New Year's Day it is still last year in New York.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from accounts import mails
from accounts.models import User
from accounts.tests.factories import invited
from accounts.time_zone import ReadersTimeZone, zone_of
from forums.models import Post, Topic
from forums.tests.factories import answer, ask
from organizations.audit import record
from organizations.models import Deed
from p2psandbox.platform.templatetags.moments import moment
from usecases.models import UseCase, UseCaseTransition
from usecases.tests.factories import published

pytestmark = pytest.mark.django_db(databases="__all__")

SUMMER = datetime(2026, 6, 30, 20, 30, tzinfo=UTC)
NEW_YEAR = datetime(2026, 1, 1, 2, 30, tzinfo=UTC)
DUBAI, NEW_YORK = "Asia/Dubai", "America/New_York"
#: Zone of the profile (none: not signed in), and the day and time read there.
READ_IN = [
    (DUBAI, SUMMER, "1 Jul 2026", "00:30"),
    (NEW_YORK, SUMMER, "30 Jun 2026", "16:30"),
    ("UTC", SUMMER, "30 Jun 2026", "20:30 UTC"),
    (DUBAI, NEW_YEAR, "1 Jan 2026", "06:30"),
    (NEW_YORK, NEW_YEAR, "31 Dec 2025", "21:30"),
]


def reading_in(client: Client, person: User, zone: str) -> Client:
    """Return the client as that of a person whose profile names ``zone``."""
    User.objects.filter(pk=person.pk).update(time_zone=zone)
    client.force_login(person)
    return client


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def story(ben: User, ada: User, at: datetime, **columns: Any) -> UseCase:
    made = published(ben, ada, **columns)
    UseCase.objects.filter(pk=made.pk).update(published_at=at)
    UseCaseTransition.objects.filter(use_case=made).update(created_at=at)
    return made


@pytest.mark.parametrize(("zone", "at", "day", "time"), READ_IN)
def test_a_story_and_its_history_are_dated_where_the_reader_is(
    client: Client, ada: User, ben: User, zone: str, at: datetime, day: str, time: str
) -> None:
    made = story(ben, ada, at)
    text = page(reading_in(client, ben, zone), made.get_absolute_url())
    assert f">{day}</time>" in text
    assert f">{day}, {time}</time>" in text


@pytest.mark.parametrize(("zone", "at", "day", "time"), READ_IN)
def test_ones_sessions_are_dated_where_one_is(
    client: Client, ada: User, zone: str, at: datetime, day: str, time: str
) -> None:
    client.post("/accounts/login/", {"login": ada.email, "password": "correct-horse-battery"})
    ada.usersession_set.update(created_at=at)
    User.objects.update(time_zone=zone)
    assert f">{day}, {time}</time>" in page(client, "/accounts/sessions/")


def test_whoever_is_not_signed_in_reads_utc(client: Client, ada: User, ben: User) -> None:
    made = story(ben, ada, SUMMER, visibility="public")
    assert ">30 Jun 2026</time>" in page(client, made.get_absolute_url())


def test_an_invitation_says_when_it_expires_in_utc_to_whom_it_was_sent_and_to_admins_in_theirs(
    client: Client, ada: User
) -> None:
    invitation, token = invited(ada, expires_at=timezone.now().replace(hour=20, minute=30) + timedelta(days=6))
    day = f"{invitation.expires_at:%-d %b %Y}, 20:30"
    assert f">{day} UTC</time>" in page(client, f"/invitations/{token}/")
    dubai = invitation.expires_at.astimezone(zone_of(DUBAI))
    assert f">{dubai:%-d %b %Y}, 00:30</time>" in page(reading_in(client, ada, DUBAI), "/organization/invitations/")


@pytest.mark.parametrize(("zone", "at", "day", "time"), READ_IN)
def test_the_trail_of_a_company_is_dated_where_its_reader_is(
    client: Client, ada: User, zone: str, at: datetime, day: str, time: str
) -> None:
    assert ada.organization_id is not None
    with time_machine.travel(at, tick=False):
        record(actor=ada.actor, what=Deed.ORGANIZATION_EDITED, organization_id=ada.organization_id)
    assert f">{day}, {time}</time>" in page(reading_in(client, ada, zone), "/organization/audit/")


@pytest.mark.parametrize(("zone", "day"), [(DUBAI, "1 Jul 2026"), (NEW_YORK, "30 Jun 2026"), ("UTC", "30 Jun 2026")])
def test_rows_that_are_kept_in_memory_are_kept_for_each_zone(client: Client, ada: User, zone: str, day: str) -> None:
    for other in ("Asia/Dubai", "America/New_York", "UTC"):
        page(reading_in(client, ada, other), "/forums/")
    topic = ask(ada)
    Topic.objects.filter(pk=topic.pk).update(last_post_at=SUMMER)
    for other in ("America/New_York", "UTC", "Asia/Dubai"):
        page(reading_in(client, ada, other), "/forums/")
    assert f"data-relative>{day}</time>" in page(reading_in(client, ada, zone), "/forums/")


@pytest.mark.parametrize("first", [DUBAI, NEW_YORK])
def test_posts_that_are_cached_for_all_show_nobodys_zone(
    client: Client, ada: User, ben: User, lina: User, first: str
) -> None:
    topic = ask(ada)
    edited = answer(ben, topic)
    Post.objects.update(created_at=SUMMER)
    Post.objects.filter(pk=edited.pk).update(edited_at=NEW_YEAR)
    cache.clear()
    texts = [
        page(reading_in(client, lina, zone), topic.get_absolute_url())
        for zone in (first, DUBAI, NEW_YORK, "UTC", "Pacific/Apia")
    ]
    for text in texts:
        times = re.findall(r'<time datetime="([^"]+)" data-relative>([^<]+)</time>', text)
        assert times == [("2026-06-30T20:30:00+00:00", "30 Jun 2026, 20:30 UTC")] * 2
        assert 'title="1 Jan 2026, 02:30 UTC"' in text


def test_json_is_in_utc_whatever_the_profile_says(api_client: APIClient, ada: User, ben: User) -> None:
    made = story(ben, ada, SUMMER)
    reading_in(api_client, ben, DUBAI)
    said = api_client.get(f"/api/v1/use-cases/{made.pk}").json()
    assert said["published_at"] == "2026-06-30T20:30:00Z"


def test_one_request_s_zone_is_not_the_next_one_s(client: Client, ada: User) -> None:
    page(reading_in(client, ada, DUBAI), "/settings/profile/")
    assert timezone.get_current_timezone_name() == "UTC"
    assert Client().get("/").status_code == 200
    assert timezone.get_current_timezone_name() == "UTC"


def test_a_page_that_breaks_leaves_no_zone_behind(ada: User, rf: RequestFactory) -> None:
    User.objects.update(time_zone=DUBAI)
    request = rf.get("/", headers={"cookie": "sessionid=x"})
    request.session = {}  # type: ignore[assignment]  # enough for this
    request._cached_user = User.objects.get()  # type: ignore[attr-defined]  # as after a look at it

    def broken(request: HttpRequest) -> HttpResponse:
        assert str(request.user) == "Ada Berg"
        assert timezone.get_current_timezone_name() == DUBAI
        raise RuntimeError

    with pytest.raises(RuntimeError):
        ReadersTimeZone(broken)(request)
    assert timezone.get_current_timezone_name() == "UTC"


def test_the_zone_costs_no_query(client: Client, ada: User, rf: RequestFactory) -> None:
    reading_in(client, ada, DUBAI)
    request = rf.get("/", headers={"cookie": f"sessionid={client.cookies['sessionid'].value}"})
    request.session = client.session
    with CaptureQueriesContext(connection) as queries:
        ReadersTimeZone(lambda request: HttpResponse("nobody's"))(request)
    assert len(queries) == 0

    page(client, "/forums/")
    with CaptureQueriesContext(connection) as queries:
        page(client, "/forums/")
    assert len([query for query in queries if 'FROM "accounts_user"' in query["sql"]]) <= 1


def test_a_zone_this_machine_does_not_know_is_utc(client: Client, ada: User, ben: User) -> None:
    for name in ("Mars/Olympus", "", "../../etc/passwd", "x" * 64):
        assert zone_of(name) is UTC
    made = story(ben, ada, SUMMER)
    assert ">30 Jun 2026, 20:30 UTC</time>" in page(reading_in(client, ben, "Mars/Olympus"), made.get_absolute_url())


def test_scripts_are_told_the_zone_by_a_cookie_and_only_when_it_changes(client: Client, ada: User) -> None:
    reading_in(client, ada, DUBAI)
    told = client.get("/settings/profile/")
    assert told.cookies["time_zone"].value == DUBAI
    assert told.cookies["time_zone"]["samesite"] == "Lax"
    assert "time_zone" not in client.get("/settings/profile/").cookies
    User.objects.update(time_zone=NEW_YORK)
    assert client.get("/settings/profile/").cookies["time_zone"].value == NEW_YORK


def test_signing_out_takes_the_cookie_of_the_zone_away(client: Client, ada: User) -> None:
    reading_in(client, ada, DUBAI)
    client.get("/settings/profile/")
    client.logout()
    client.cookies["time_zone"] = DUBAI
    assert client.get("/").cookies["time_zone"].value == ""
    client.cookies["sessionid"] = "over"
    client.cookies["time_zone"] = DUBAI
    assert client.get("/").cookies["time_zone"].value == ""
    assert "time_zone" not in Client().get("/").cookies


@pytest.mark.parametrize(
    ("zone", "said"),
    [(DUBAI, "1 Jul 2026, 00:30 (Asia/Dubai)"), ("UTC", "30 Jun 2026, 20:30 (UTC)")],
)
def test_a_mail_is_dated_where_its_reader_is_not_where_its_writer_is(
    ada: User, django_capture_on_commit_callbacks: Any, zone: str, said: str
) -> None:
    ada.time_zone = zone
    away = timezone.override(NEW_YORK)
    with time_machine.travel(SUMMER), away, django_capture_on_commit_callbacks(execute=True):
        mails.security_notice(ada, change="password_changed", to=ada.email, ip="192.0.2.1", device="Firefox")
    [sent] = mail.outbox
    assert said in str(sent.body)
    assert said in str(sent.alternatives[0][0])  # type: ignore[attr-defined]  # multipart


def test_a_moment_names_its_zone_where_that_is_utc_and_nothing_for_nothing() -> None:
    assert moment(SUMMER) == "30 Jun 2026, 20:30 UTC"
    assert moment(SUMMER.astimezone(zone_of(NEW_YORK))) == "30 Jun 2026, 16:30"
    assert moment(None) == ""
