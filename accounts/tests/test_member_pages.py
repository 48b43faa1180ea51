"""The pages of a company's administration."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from accounts.tests.factories import InvitationFactory, UserFactory
from organizations.models import Deed, Organization
from organizations.tests.factories import AuditEntryFactory

pytestmark = pytest.mark.django_db
PAGE = "/organization/members/"


@pytest.fixture
def adas(client: Client, ada: User) -> Client:
    client.force_login(ada)
    return client


def test_the_list_keeps_its_filters_in_the_address(adas: Client, ben: User, nico: User, lina: User) -> None:
    everybody = adas.get(PAGE).content.decode()
    assert ben.email in everybody
    assert "Address not confirmed" in everybody
    assert lina.email not in everybody
    narrowed = adas.get(PAGE, {"status": "unverified", "ordering": "-name"}).content.decode()
    assert nico.email in narrowed
    assert ben.email not in narrowed
    assert '<option value="-name" selected>' in narrowed
    assert "No member matches" in adas.get(PAGE, {"search": "zzz"}).content.decode()
    assert adas.get(PAGE, {"status": "\x00", "ordering": "password", "page": "x"}).status_code == 200


def test_pages_keep_the_filters(adas: Client, bolt: Organization) -> None:
    UserFactory.create_batch(35, organization=bolt, job_title="Welder")
    page = adas.get(PAGE, {"search": "weld"}).content.decode()
    assert "?search=weld&amp;page=2" in page
    assert "35 members" in page


def test_open_invitations_stand_on_top(adas: Client, ada: User) -> None:
    assert "waiting for an answer" not in adas.get(PAGE).content.decode()
    InvitationFactory(invited_by=ada)
    assert "1 invitation is waiting for an answer" in adas.get(PAGE).content.decode()


def test_the_buttons_do_what_they_say(adas: Client, ben: User) -> None:
    page = f"{PAGE}{ben.pk}/"
    for act, said in (
        ("make-admin", "Ben Krause is an admin now."),
        ("make-member", "Ben Krause is a member now, and no admin."),
        ("deactivate", "Ben Krause is deactivated"),
        ("reinstate", "Ben Krause can sign in again."),
        ("remove", "Ben Krause is removed."),
    ):
        assert said in adas.post(f"{page}{act}/", follow=True).content.decode()
    assert adas.get(page).status_code == 404
    assert adas.post(f"{page}explode/").status_code == 404


def test_a_name_is_corrected_and_a_fault_is_said_where_it_is(adas: Client, ben: User) -> None:
    page = f"{PAGE}{ben.pk}/"
    typed = {"first_name": "Benno", "last_name": "Krause", "job_title": ""}
    assert "Saved." in adas.post(page, typed, follow=True).content.decode()
    wrong = adas.post(page, {**typed, "last_name": "Krause <k@evil.example>"})
    assert wrong.status_code == 400
    assert "without links" in wrong.content.decode()


def test_the_only_admin_is_told_what_to_do_first(adas: Client, ada: User) -> None:
    page = adas.get(f"{PAGE}{ada.pk}/").content.decode()
    assert "This is the only admin" in page
    assert "make-member" not in page
    refused = adas.post(f"{PAGE}{ada.pk}/make-member/")
    assert refused.status_code == 409
    assert "Make somebody else an admin first" in refused.content.decode()


def test_who_gives_up_their_role_is_led_home(adas: Client, ada: User, bolt: Organization) -> None:
    UserFactory(organization=bolt, role="admin")
    led = adas.post(f"{PAGE}{ada.pk}/make-member/")
    assert (led.status_code, led["Location"]) == (302, "/")
    assert adas.get(PAGE).status_code == 403


def test_a_suspended_person_shows_as_such(adas: Client, ben: User) -> None:
    User.objects.filter(pk=ben.pk).update(is_active=False, suspended_at=timezone.now())
    page = adas.get(f"{PAGE}{ben.pk}/").content.decode()
    assert "A moderator suspended this account" in page
    assert "/reinstate/" not in page


def test_the_audit_trail_is_read_page_by_page_and_narrowed(
    adas: Client, bolt: Organization, khalil: Organization
) -> None:
    assert "Nothing has happened yet" in adas.get("/organization/audit/").content.decode()
    AuditEntryFactory(organization=khalil, subject_name="Lina")
    AuditEntryFactory(
        organization=bolt, what=Deed.ROLE_CHANGED, subject_name="Ben", details={"from": "member", "to": "admin"}
    )
    AuditEntryFactory.create_batch(55, organization=bolt, details={"fields": ["job_title"]})
    adas.get("/organization/audit/")
    with CaptureQueriesContext(connection) as asked:
        page = adas.get("/organization/audit/").content.decode()
    assert len(asked) <= 6
    assert "Lina" not in page
    assert "?page=2" in page
    narrowed = adas.get("/organization/audit/", {"what": "role_changed", "person": "be"}).content.decode()
    assert "Member → Admin" in narrowed
    assert "<bdi>job title</bdi>" not in narrowed
    assert "Nothing matches" in adas.get("/organization/audit/", {"person": "zzz"}).content.decode()


def test_a_member_finds_no_way_into_the_administration(client: Client, ben: User, bolt: Organization) -> None:
    client.force_login(ben)
    assert PAGE not in client.get(bolt.get_absolute_url()).content.decode()
    for path in (PAGE, "/organization/audit/"):
        assert client.get(path).status_code == 403
