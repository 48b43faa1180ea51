"""Sign-ups that nobody confirmed are forgotten after a while, and nothing else is."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from accounts.actions.unconfirmed import forget_unconfirmed
from accounts.models import MemberRole, User
from accounts.tasks import forget_unconfirmed_sign_ups
from accounts.tests.factories import InvitationFactory, UserFactory
from accounts.tests.forms import NEWCOMER
from forums.tests.factories import ask
from organizations.audit import record
from organizations.models import Deed, Organization
from organizations.tests.factories import OrganizationFactory
from p2psandbox.celery import app
from p2psandbox.platform.ages import age
from p2psandbox.platform.permissions import VISITOR
from tests.cast import PASSWORD

pytestmark = pytest.mark.django_db(databases="__all__")

MONTH = timedelta(days=30)


def signed_up(days_ago: float, **columns: Any) -> User:
    """Somebody who signed up so long ago and never confirmed."""
    columns = {"email_verified_at": None, "role": MemberRole.ADMIN} | columns
    return UserFactory(created_at=timezone.now() - timedelta(days=days_ago), **columns)


def is_there(person: User) -> bool:
    return User.objects.filter(pk=person.pk).exists()


def company_is_there(person: User) -> bool:
    return Organization.objects.filter(pk=person.organization_id).exists()


def test_who_never_confirmed_goes_with_address_sessions_and_company(client: Client) -> None:
    rosa = signed_up(31)
    client.post("/accounts/login/", {"login": rosa.email, "password": PASSWORD})
    User.objects.update(last_login=None)
    assert Session.objects.count() == 1

    found = forget_unconfirmed(older_than=MONTH)

    assert (found.people, found.organizations, found.kept) == (1, 1, 0)
    assert not is_there(rosa)
    assert not company_is_there(rosa)
    assert not EmailAddress.objects.exists()
    assert not Session.objects.exists()
    assert client.get("/settings/profile/").status_code == 302


def test_address_and_name_are_free_again(browser: Client, mailed_link: Callable[..., str]) -> None:
    browser.post("/accounts/signup/", NEWCOMER)
    User.objects.update(created_at=timezone.now() - timedelta(days=31))
    assert forget_unconfirmed(older_than=MONTH).people == 1
    Client().post("/accounts/signup/", NEWCOMER)
    assert User.objects.get().email == NEWCOMER["email"]
    assert Organization.objects.get().name == NEWCOMER["organization_name"]


def test_who_has_time_left_stays() -> None:
    rosa = signed_up(29.9)
    assert forget_unconfirmed(older_than=MONTH).people == 0
    assert is_there(rosa)


def test_who_confirmed_stays(ada: User, ben: User, mona: User) -> None:
    User.objects.update(created_at=timezone.now() - timedelta(days=400))
    assert forget_unconfirmed(older_than=MONTH).people == 0
    assert User.objects.count() == 3


def test_who_signed_in_lately_still_waits_for_the_mail() -> None:
    rosa = signed_up(40, last_login=timezone.now() - timedelta(days=2))
    assert forget_unconfirmed(older_than=MONTH).people == 0
    assert is_there(rosa)


def test_one_confirmed_address_of_two_is_enough() -> None:
    rosa = signed_up(40)
    EmailAddress.objects.create(user=rosa, email="other@winter.example", verified=True)
    assert forget_unconfirmed(older_than=MONTH).people == 0
    assert is_there(rosa)


def test_moderators_and_whom_a_moderator_switched_off_stay() -> None:
    people = [signed_up(40, is_staff=True), signed_up(40, is_active=False, suspended_at=timezone.now())]
    assert forget_unconfirmed(older_than=MONTH).people == 0
    assert all(is_there(person) for person in people)


def test_who_wrote_something_stays() -> None:
    rosa = signed_up(40, email_verified_at=timezone.now())
    ask(rosa)
    User.objects.filter(pk=rosa.pk).update(email_verified_at=None)
    EmailAddress.objects.update(verified=False)

    found = forget_unconfirmed(older_than=MONTH)

    assert (found.people, found.kept) == (0, 1)
    assert is_there(rosa)
    assert company_is_there(rosa)


def test_a_company_with_somebody_else_stays(ada: User) -> None:
    newcomer = signed_up(40, organization=ada.organization, role=MemberRole.MEMBER)
    found = forget_unconfirmed(older_than=MONTH)
    assert (found.people, found.organizations) == (1, 0)
    assert not is_there(newcomer)
    assert company_is_there(ada)


def test_two_who_never_confirmed_go_together_with_their_company() -> None:
    company = OrganizationFactory()
    signed_up(40, organization=company)
    signed_up(40, organization=company)
    found = forget_unconfirmed(older_than=MONTH)
    assert (found.people, found.organizations) == (2, 1)


def test_a_company_that_was_verified_invited_somebody_or_has_a_trail_stays() -> None:
    verified, inviting, trailed = signed_up(40), signed_up(40), signed_up(40)
    Organization.objects.filter(pk=verified.organization_id).update(verified_at=timezone.now())
    InvitationFactory(invited_by=inviting)
    assert trailed.organization_id is not None
    record(actor=VISITOR, what=Deed.ORGANIZATION_EDITED, organization_id=trailed.organization_id)

    found = forget_unconfirmed(older_than=MONTH)

    assert (found.people, found.organizations) == (3, 0)
    assert all(company_is_there(person) for person in (verified, inviting, trailed))


def test_a_dry_run_counts_and_changes_nothing(client: Client) -> None:
    rosa, kept = signed_up(40), signed_up(40, email_verified_at=timezone.now())
    ask(kept)
    User.objects.update(email_verified_at=None)
    EmailAddress.objects.update(verified=False)
    client.force_login(rosa)
    User.objects.update(last_login=None)

    found = forget_unconfirmed(older_than=MONTH, dry_run=True)

    assert (found.people, found.organizations, found.kept) == (1, 1, 1)
    assert is_there(rosa)
    assert company_is_there(rosa)
    assert EmailAddress.objects.filter(user=rosa).exists()
    assert client.get("/settings/profile/").status_code == 200


def test_the_log_names_no_address(caplog: pytest.LogCaptureFixture) -> None:
    rosa = signed_up(40, email="rosa@winter.example", first_name="Rosa", last_name="Winter")
    with caplog.at_level("INFO"):
        forget_unconfirmed(older_than=MONTH)
    [line] = [json.dumps(entry.msg, default=str) for entry in caplog.records if "sign_up_forgotten" in str(entry.msg)]
    assert str(rosa.pk) in line
    assert "winter" not in line.lower()


def test_the_command_says_what_it_did_and_what_it_would_do() -> None:
    rosa = signed_up(40)
    signed_up(10)
    said = StringIO()
    call_command("forget_unconfirmed", "--dry-run", stdout=said)
    assert said.getvalue() == (
        "people: 1 would be erased, 0 kept because of what they left\norganizations: 1 would be erased\n"
    )
    assert is_there(rosa)
    call_command("forget_unconfirmed", "--older-than", "7d", stdout=said)
    assert said.getvalue().endswith("people: 2 erased, 0 kept because of what they left\norganizations: 2 erased\n")


@pytest.mark.parametrize("text", ["", "soon", "-1d", "7w", "1.5d", "9" * 9])
def test_an_age_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError):
        age(text)
    with pytest.raises(CommandError, match="is no age"):
        call_command("forget_unconfirmed", f"--older-than={text}")


def test_it_runs_each_night_with_the_days_of_the_setting(settings: Any) -> None:
    planned = app.conf.beat_schedule["forget-unconfirmed-sign-ups"]
    assert planned["task"] == forget_unconfirmed_sign_ups.name
    assert planned["schedule"].remaining_estimate(timezone.now()) < timedelta(days=1)
    settings.UNCONFIRMED_SIGN_UP_DAYS = 50
    rosa = signed_up(40)
    forget_unconfirmed_sign_ups()
    assert is_there(rosa)
    settings.UNCONFIRMED_SIGN_UP_DAYS = 39
    forget_unconfirmed_sign_ups()
    assert not is_there(rosa)
