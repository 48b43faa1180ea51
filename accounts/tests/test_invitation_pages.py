"""The admins' page of invitations."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Invitation, User
from accounts.tests.factories import InvitationFactory

pytestmark = pytest.mark.django_db
PAGE = "/organization/invitations/"
TYPED = {"emails": "", "role": "member", "message": ""}


@pytest.fixture
def adas(client: Client, ada: User) -> Client:
    client.force_login(ada)
    return client


def test_a_pasted_list_and_a_file_are_sent_together(adas: Client, ben: User) -> None:
    file = SimpleUploadedFile("people.csv", b"Name,Mail\nA,a@example.com\nB,b@example.com\n")
    typed = {**TYPED, "emails": f"Cora <c@example.com>, {ben.email}; nonsense", "file": file}
    page = adas.post(PAGE, typed, follow=True).content.decode()
    assert set(Invitation.objects.values_list("email", flat=True)) == {
        "a@example.com",
        "b@example.com",
        "c@example.com",
    }
    assert "3 invitations sent." in page
    assert "Already a member" in page
    assert "Not an email address" in page
    assert "Not an email address" not in adas.get(PAGE).content.decode(), "said once"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({}, "Enter at least one email address."),
        ({"emails": "a@example.com", "message": "See www.evil.example"}, "Leave links out"),
        ({"file": SimpleUploadedFile("x.csv", b"PK\x00\x00")}, "We cannot read this file."),
        ({"file": SimpleUploadedFile("x.csv", b"a@b.example\n" * 30_000)}, "too large"),
        ({"emails": ",".join(f"p{n}@example.com" for n in range(201))}, "at most 200"),
    ],
)
def test_what_is_wrong_is_said_where_it_was_typed(adas: Client, typed: dict[str, object], said: str) -> None:
    page = adas.post(PAGE, {**TYPED, **typed})
    assert page.status_code == 400
    assert said in page.content.decode()
    assert not Invitation.objects.exists()


def test_the_list_is_narrowed_by_state_and_shows_when_links_expire(adas: Client, ada: User) -> None:
    InvitationFactory(invited_by=ada, email="late@example.com", sent_at=timezone.now() - timedelta(days=9))
    InvitationFactory(invited_by=ada, email="waiting@example.com")
    everything = adas.get(PAGE).content.decode()
    assert "late@example.com" in everything
    assert "expires" in everything
    pending = adas.get(PAGE, {"status": "pending"}).content.decode()
    assert "waiting@example.com" in pending
    assert "late@example.com" not in pending
    assert "None in this state." in adas.get(PAGE, {"status": "accepted"}).content.decode()
    assert adas.get(PAGE, {"status": "\x00"}).status_code == 200


def test_an_empty_page_says_what_to_do(adas: Client) -> None:
    assert "Nobody is invited yet" in adas.get(PAGE).content.decode()


def test_one_is_sent_again_and_one_is_cancelled(adas: Client, ada: User) -> None:
    invitation = InvitationFactory(invited_by=ada)
    assert "Sent again" in adas.post(f"{PAGE}{invitation.pk}/resend/", follow=True).content.decode()
    assert "is cancelled" in adas.post(f"{PAGE}{invitation.pk}/cancel/", follow=True).content.decode()
    invitation.refresh_from_db()
    assert invitation.resent_count == 1
    assert invitation.cancelled_at is not None


def test_the_page_costs_the_same_however_many_there_are(adas: Client, ada: User) -> None:
    InvitationFactory.create_batch(40, invited_by=ada)
    adas.get(PAGE)
    with CaptureQueriesContext(connection) as asked:
        assert adas.get(PAGE).status_code == 200
    assert len(asked) <= 6, [query["sql"] for query in asked]


def test_members_and_companies_without_admins_rights_see_no_invitations(client: Client, ben: User) -> None:
    client.force_login(ben)
    assert client.get(PAGE).status_code == 403
    assert "/organization/invitations/" not in client.get("/settings/profile/").content.decode()
