"""What a company says about itself: who may change it, and what is taken."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import User
from organizations.actions.profile import update_organization
from organizations.models import Organization
from p2psandbox.platform.errors import Forbidden, Invalid, NotFound

pytestmark = pytest.mark.django_db

FORM = {
    "name": "Bolt & Sons", "industry": "metals", "size": "small", "description": "Bolts.\nAnd nuts.",
    "website": "bolt.example", "founded": "1998", "country": "DE", "city": "Leipzig", "address": "Werkstr. 3",
    "certifications": "ISO 9001, ISO 14001, iso 9001", "capabilities": "Casting",
}  # fmt: skip


def test_an_admin_edits_the_company_and_everybody_sees_it(client: Client, ada: User, bolt: Organization) -> None:
    client.force_login(ada)
    assert 'value="Bolt &amp; Co"' in client.get("/organizations/bolt-co/edit/").content.decode()

    answer = client.post("/organizations/bolt-co/edit/", FORM, follow=True)

    assert answer.redirect_chain == [("/organizations/bolt-co/", 302)], "its address stays"
    bolt.refresh_from_db()
    assert bolt.certifications == ["ISO 9001", "ISO 14001"]
    assert bolt.website == "https://bolt.example"
    page = Client().get("/organizations/bolt-co/").content.decode()
    for text in (
        "Bolt &amp; Sons",
        "And nuts.",
        "https://bolt.example",
        "1998",
        "ISO 14001",
        'og:title" content="Bolt',
    ):
        assert text in page
    assert "Werkstr. 3" not in page, "the address is for the company's own people"
    assert "Werkstr. 3" in client.get("/organizations/bolt-co/").content.decode()


def test_the_same_as_json(ada: User, kamal: User, bolt: Organization) -> None:
    program = APIClient()
    program.force_login(ada)
    answer = program.patch("/api/v1/organizations/me", {"city": "Halle", "founded": 1990}, format="json")
    assert answer.status_code == 200, answer.json()
    assert (answer.json()["city"], answer.json()["founded"]) == ("Halle", 1990)
    assert program.get("/api/v1/organizations/me").json()["name"] == "Bolt & Co", "the rest stays"
    refused = program.patch("/api/v1/organizations/me", {"verified_at": "2026-01-01"}, format="json")
    assert refused.json()["errors"][0]["code"] == "unknown_field"


def test_only_its_admins_and_moderators_edit_a_company(
    ada: User, ben: User, kamal: User, mona: User, nico: User, bolt: Organization
) -> None:
    def edit(person: User) -> Organization:
        return update_organization(actor=person.actor, organization_id=bolt.pk, changes={"city": "Halle"})

    for person in (ben, kamal):
        with pytest.raises(Forbidden):
            edit(person)
    for person in (ada, mona):
        assert edit(person).city == "Halle"
    for person, status in ((ben, 403), (kamal, 403), (ada, 200), (mona, 200)):
        client = Client()
        client.force_login(person)
        assert client.get("/organizations/bolt-co/edit/").status_code == status


def test_a_company_one_may_not_see_is_not_found(kamal: User, nico: User, bolt: Organization) -> None:
    with pytest.raises(NotFound):
        update_organization(actor=kamal.actor, organization_id=bolt.pk, changes={"city": "Halle"})


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "!!!!"),
        ("name", "Buy now at https://cheap.example"),
        ("name", "x" * 121),
        ("website", "javascript:alert(1)"),
        ("website", "not a site"),
        ("description", "x" * 4001),
        ("founded", 1066),
        ("founded", 2999),
        ("founded", True),
        ("founded", "1998"),
        ("country", "Germany"),
        ("industry", "magic"),
        ("size", {"$ne": 1}),
        ("city", "\u202eLeipzig"),
        ("certifications", "ISO 9001"),
        ("certifications", ["x"] * 3),
        ("capabilities", [f"Skill {number}" for number in range(31)]),
    ],
)
def test_what_cannot_be_taken_is_named_and_nothing_is_stored(
    ada: User, bolt: Organization, field: str, value: Any
) -> None:
    with pytest.raises(Invalid) as caught:
        update_organization(actor=ada.actor, organization_id=bolt.pk, changes={"city": "Halle", field: value})
    assert set(caught.value.fields) >= {field}
    bolt.refresh_from_db()
    assert bolt.city == "Leipzig"


def test_a_refused_form_keeps_what_was_typed(client: Client, ada: User) -> None:
    client.force_login(ada)
    answer = client.post("/organizations/bolt-co/edit/", {**FORM, "website": "no site at all"})
    page = answer.content.decode()
    assert answer.status_code == 400
    assert "Enter a web address" in page
    assert "Bolt &amp; Sons" in page
    assert "no site at all" in page


def test_a_name_that_is_taken_is_refused_in_any_case(ada: User, khalil: Organization, bolt: Organization) -> None:
    with pytest.raises(Invalid) as caught:
        update_organization(actor=ada.actor, organization_id=bolt.pk, changes={"name": "KHALIL plastics"})
    assert "name" in caught.value.fields


def test_a_verified_company_that_takes_another_name_is_verified_no_more(ada: User, bolt: Organization) -> None:
    Organization.objects.filter(pk=bolt.pk).update(verified_at=timezone.now())
    same = update_organization(actor=ada.actor, organization_id=bolt.pk, changes={"name": "Bolt & Co", "city": "Halle"})
    assert same.is_verified
    other = update_organization(actor=ada.actor, organization_id=bolt.pk, changes={"name": "Deutsche Bank"})
    assert not other.is_verified
