"""Signing up through pages."""

from __future__ import annotations

import re
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client

from accounts.models import MemberRole, User
from organizations.models import Organization
from tests.cast import PASSWORD

pytestmark = pytest.mark.django_db

FORM = {
    "email": "Rosa@Example.com",
    "password": PASSWORD,
    "first_name": "Rosa",
    "last_name": "Winter",
    "organization_name": "Winter Castings",
    "industry": "metals",
    "organization_size": "small",
    "country": "DE",
    "city": "Halle",
}


def sign_up(client: Client, **changes: Any) -> Any:
    return client.post("/accounts/signup/", {**FORM, **changes})


def link_in(message: Any) -> str:
    found = re.search(r"http://\S+", message.body)
    assert found
    return found[0].removeprefix("http://localhost:8000")


def test_a_visitor_signs_an_organization_up_and_confirms(
    client: Client, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        answer = sign_up(client)
    assert answer.status_code == 302
    assert answer["Location"] == "/accounts/signup/sent/"
    user = User.objects.get(email="rosa@example.com")
    assert user.role == MemberRole.ADMIN
    assert user.organization == Organization.objects.get(name="Winter Castings", slug="winter-castings")
    assert not EmailAddress.objects.get(user=user, primary=True).verified
    assert "_auth_user_id" not in client.session
    page = client.get("/accounts/signup/sent/").content.decode()
    assert "rosa@example.com" in page

    assert [m.to for m in mail.outbox] == [["rosa@example.com"]]
    link = link_in(mail.outbox[0])
    assert link.startswith("/accounts/confirm-email/")
    shown = client.get(link)
    assert "Winter Castings" in shown.content.decode()
    user.refresh_from_db()
    assert user.email_verified_at is None
    done = client.post(link)
    assert (done.status_code, done["Location"]) == (302, "/")
    user.refresh_from_db()
    assert user.email_verified_at is not None
    assert client.session["_auth_user_id"] == str(user.pk)
    assert "no longer works" in client.get(link).content.decode()
