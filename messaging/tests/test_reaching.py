"""When and whether mail reaches somebody: quiet hours, addresses it comes back from, people they have blocked since."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core import mail
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.test import Client
from rest_framework.test import APIClient

from accounts.models import User
from messaging.actions import resume_mail, set_quiet_hours
from messaging.actions.blocking import block
from messaging.audience import quiet_until
from messaging.delivery import send_due
from messaging.kinds import Kind
from messaging.models import Notification
from messaging.tests.factories import BlockFactory, tell, wrote
from p2psandbox.platform.errors import Invalid, TooMany
from p2psandbox.platform.mail import bounces
from p2psandbox.platform.mail.models import BouncedAddress

pytestmark = pytest.mark.django_db
PAGE = "/settings/notifications/"
API = "/api/v1/notifications/quiet-hours"
NIGHT = {"begins": time(22), "ends": time(7)}
BERLIN = ZoneInfo("Europe/Berlin")


def at(moment: str) -> Any:
    return time_machine.travel(datetime.fromisoformat(moment), tick=False)


def living_in(person: User, zone: str) -> User:
    person.time_zone = zone
    person.save()
    return person


def mails_to(person: User, run: Any) -> int:
    """Send what is due; returns how many mails went to somebody."""
    before = len(mail.outbox)
    with run(execute=True):
        send_due()
    return sum(person.email in one.to for one in mail.outbox[before:])


@pytest.mark.parametrize(
    ("begins", "ends", "now", "until"),
    [
        (time(22), time(7), "2026-03-02T23:00", "2026-03-03T07:00"),
        (time(22), time(7), "2026-03-03T06:59", "2026-03-03T07:00"),
        (time(22), time(7), "2026-03-03T07:00", None),
        (time(22), time(7), "2026-03-03T21:59", None),
        (time(22), time(7), "2026-03-03T22:00", "2026-03-04T07:00"),
        (time(12), time(13, 30), "2026-03-03T12:30", "2026-03-03T13:30"),
        (time(12), time(13, 30), "2026-03-03T13:30", None),
        (time(22), time(7), "2026-03-28T23:00", "2026-03-29T07:00"),  # the night an hour is missing
        (time(22), time(7), "2026-10-24T23:00", "2026-10-25T07:00"),  # and the one with an hour twice
    ],
)
def test_quiet_hours_end_by_the_clock_on_the_wall(begins: time, ends: time, now: str, until: str | None) -> None:
    moment = datetime.fromisoformat(now).replace(tzinfo=BERLIN).astimezone(UTC)
    wanted = datetime.fromisoformat(until).replace(tzinfo=BERLIN) if until else None
    assert quiet_until(begins, ends, BERLIN, moment) == wanted


def test_mail_waits_until_the_quiet_hours_end_where_its_reader_is(
    ada: User, ben: User, django_capture_on_commit_callbacks: Any
) -> None:
    living_in(ada, "America/New_York")
    set_quiet_hours(actor=ada.actor, **NIGHT)
    with at("2026-06-30T04:00+00:00"):  # midnight in New York
        tell(ada, by=ben)
        assert mails_to(ada, django_capture_on_commit_callbacks) == 0
        assert Notification.objects.get().in_app
    with at("2026-06-30T10:59+00:00"):
        assert mails_to(ada, django_capture_on_commit_callbacks) == 0
    with at("2026-06-30T11:00+00:00"):
        assert mails_to(ada, django_capture_on_commit_callbacks) == 1
        assert mails_to(ada, django_capture_on_commit_callbacks) == 0


def test_ending_quiet_hours_lets_what_was_held_go(
    ada: User, ben: User, django_capture_on_commit_callbacks: Any
) -> None:
    set_quiet_hours(actor=ada.actor, **NIGHT)
    with at("2026-06-30T23:00+00:00"):
        tell(ada, by=ben)
        assert mails_to(ada, django_capture_on_commit_callbacks) == 0
        set_quiet_hours(actor=ada.actor, begins=time(1), ends=time(2))
        assert mails_to(ada, django_capture_on_commit_callbacks) == 1


@pytest.mark.parametrize(
    ("begins", "ends", "field"), [(time(22), None, "ends"), (None, time(7), "begins"), (time(7), time(7), "ends")]
)
def test_quiet_hours_need_two_times(ada: User, begins: time | None, ends: time | None, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        set_quiet_hours(actor=ada.actor, begins=begins, ends=ends)
    assert list(refused.value.fields) == [field]


def test_quiet_hours_in_json(ada: User) -> None:
    client = APIClient()
    client.force_login(ada)
    assert client.get(API).json() == {"begins": None, "ends": None}
    assert client.put(API, {"begins": "22:00", "ends": "07:00"}).json() == {"begins": "22:00", "ends": "07:00"}
    for wrong in ({"begins": "22:00"}, {"begins": "25:00", "ends": "07:00"}, {"begins": "22:00", "ends": None}):
        assert client.put(API, wrong, format="json").status_code == 400
    assert client.get(API).json() == {"begins": "22:00", "ends": "07:00"}
    assert client.put(API, {"begins": None, "ends": None}, format="json").json() == {"begins": None, "ends": None}


def test_quiet_hours_on_the_page(client: Client, ada: User) -> None:
    client.force_login(ada)
    assert client.post(PAGE, {"what": "quiet", "begins": "22:00", "ends": "07:00"}).status_code == 302
    assert 'value="22:00"' in client.get(PAGE).content.decode()
    refused = client.post(PAGE, {"what": "quiet", "begins": "22:00", "ends": ""})
    assert refused.status_code == 400
    assert "or leave both times empty" in refused.content.decode()
    assert client.post(PAGE, {"what": "quiet", "begins": "", "ends": ""}).status_code == 302
    assert 'value="22:00"' not in client.get(PAGE).content.decode()


def test_nothing_goes_to_an_address_it_comes_back_from(
    client: Client, ada: User, ben: User, django_capture_on_commit_callbacks: Any
) -> None:
    call_command("bounced_mail", ada.email.upper(), "--reason", "550 no\r\nsuch user")
    assert bounces.of(ada.email).reason == "550 no such user"  # type: ignore[union-attr]  # it is there
    tell(ada, by=ben)
    assert mails_to(ada, django_capture_on_commit_callbacks) == 0
    assert Notification.objects.get().in_app

    client.force_login(ada)
    assert "Mail to your address comes back" in client.get(PAGE).content.decode()
    assert client.post(PAGE, {"what": "resume"}).status_code == 302
    assert "Mail to your address comes back" not in client.get(PAGE).content.decode()
    tell(ada, by=ben, thread="topic:2")
    assert mails_to(ada, django_capture_on_commit_callbacks) == 1


def test_operators_let_mail_go_again_and_nobody_tries_all_day(ada: User) -> None:
    cache.clear()
    call_command("bounced_mail", ada.email, "gone@example.com")
    call_command("bounced_mail", ada.email, "--again")
    assert [one.email for one in BouncedAddress.objects.all()] == ["gone@example.com"]
    with pytest.raises(CommandError):
        call_command("bounced_mail", "ada")
    for _attempt in range(3):
        resume_mail(actor=ada.actor)
    with pytest.raises(TooMany):
        resume_mail(actor=ada.actor)


def test_no_mail_tells_of_people_who_were_blocked_since(
    ada: User, ben: User, lina: User, django_capture_on_commit_callbacks: Any
) -> None:
    tell(ada, by=ben)
    wrote(ben, ada)
    tell(ada, by=ben, thread="topic:2")
    tell(ada, by=lina, thread="topic:2")
    block(actor=ada.actor, person_id=ben.pk)
    assert mails_to(ada, django_capture_on_commit_callbacks) == 1  # of the topic in which Lina wrote, too


def test_what_blocked_people_do_is_told_to_nobody_who_blocked_them(ada: User, ben: User, lina: User) -> None:
    BlockFactory(person=ada, blocked=ben)
    tell(ada, lina, by=ben, kind=Kind.MENTION)
    assert [one.recipient for one in Notification.objects.all()] == [lina]
    tell(ada, by=ben, kind=Kind.USE_CASE_REJECTED)  # a decision is no conversation
    tell(ada, by=lina)
    assert Notification.objects.filter(recipient=ada).count() == 2
