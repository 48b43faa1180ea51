"""Organizations: the public page, its JSON twin, verification."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import User
from organizations.actions import create_organization, verify_organization
from organizations.models import Organization
from p2psandbox.platform.errors import Forbidden, Invalid, NotFound

pytestmark = pytest.mark.django_db


def test_anybody_reads_the_public_page_of_a_confirmed_company(client: Client, ada: User, bolt: Organization) -> None:
    Organization.objects.filter(pk=bolt.pk).update(
        description="Bolts & nuts.\n<script>alert(1)</script>", website="https://bolt.example", founded=1998,
        size="small", capabilities=["Casting"], certifications=["ISO 9001"], verified_at=timezone.now(),
    )  # fmt: skip
    page = client.get("/organizations/bolt-co/").content.decode()
    for text in ("Bolt &amp; Co", "Metals and metalworking", "Leipzig", "Germany", "1998", "ISO 9001", "Verified"):
        assert text in page
    assert "<script>alert" not in page
    assert ada.email not in page
    answer = APIClient().get(f"/api/v1/organizations/{bolt.pk}")
    assert set(answer.json()) == {
        "id", "name", "slug", "verified", "industry", "size", "website", "description", "country", "city",
        "founded", "certifications", "capabilities", "logo_url",
    }  # fmt: skip


def test_a_company_nobody_has_confirmed_shows_to_its_own_people_and_moderators(
    client: Client, nico: User, kamal: User, mona: User, bolt: Organization
) -> None:
    for person, status in ((None, 404), (kamal, 404), (nico, 200), (mona, 200)):
        browser, program = Client(), APIClient()
        if person is not None:
            browser.force_login(person)
            program.force_login(person)
        assert browser.get("/organizations/bolt-co/").status_code == status
        assert program.get(f"/api/v1/organizations/{bolt.pk}").status_code == status


def test_a_deleted_company_is_gone(client: Client, ada: User, bolt: Organization) -> None:
    Organization.objects.filter(pk=bolt.pk).update(deleted_at=timezone.now())
    assert client.get("/organizations/bolt-co/").status_code == 404


def test_a_company_is_found_under_its_own_script(client: Client, ada: User) -> None:
    company = create_organization(name="مصنع البلاستيك")
    User.objects.filter(pk=ada.pk).update(organization=company)
    assert company.get_absolute_url().endswith("/")
    assert client.get(company.get_absolute_url()).status_code == 200


def test_two_names_that_differ_in_case_are_one(bolt: Organization) -> None:
    with pytest.raises(Invalid) as caught:
        create_organization(name="BOLT & CO")
    assert list(caught.value.fields) == ["organization_name"]


def test_a_moderator_verifies_a_company_in_admin(client: Client, mona: User, bolt: Organization) -> None:
    client.force_login(mona)
    for action, verified in (("verify", True), ("withdraw", False)):
        client.post("/admin/organizations/organization/", {"action": action, "_selected_action": [str(bolt.pk)]})
        bolt.refresh_from_db()
        assert bolt.is_verified is verified
    assert client.get("/admin/organizations/organization/add/").status_code == 403


def test_only_moderators_verify(ada: User, mona: User, bolt: Organization) -> None:
    with pytest.raises(Forbidden):
        verify_organization(actor=ada.actor, organization_id=bolt.pk)
    Organization.objects.filter(pk=bolt.pk).update(deleted_at=timezone.now())
    with pytest.raises(NotFound):
        verify_organization(actor=mona.actor, organization_id=bolt.pk)
