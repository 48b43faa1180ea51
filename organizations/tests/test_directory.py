"""The directory of companies: for everybody, as page and as JSON."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.html import escape
from rest_framework.test import APIClient

from accounts.models import User
from accounts.tests.factories import UserFactory
from organizations.models import Organization
from organizations.tests.factories import OrganizationFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def companies(ada: User, kamal: User, bolt: Organization) -> None:
    """Bolt & Co of Leipzig, verified, casting; Khalil Plastics of Amman."""
    Organization.objects.filter(pk=bolt.pk).update(
        verified_at=timezone.now(), capabilities=["Casting", "CNC milling"], certifications=["ISO 9001"]
    )


def names(answer: Any) -> list[str]:
    return [row["name"] for row in answer.json()["results"]]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["Bolt & Co", "Khalil Plastics"]),
        ("?ordering=-created_at", ["Khalil Plastics", "Bolt & Co"]),
        ("?search=BOLT", ["Bolt & Co"]),
        ("?search=milling", ["Bolt & Co"]),
        ("?search=iso 9001", ["Bolt & Co"]),
        ("?search=amman plastics", ["Khalil Plastics"]),
        ("?search=amman casting", []),
        ("?industry=plastics", ["Khalil Plastics"]),
        ("?country=DE", ["Bolt & Co"]),
        ("?city=leipzig", ["Bolt & Co"]),
        ("?verified=true", ["Bolt & Co"]),
        ("?industry=plastics&country=DE", []),
        ("?search=%25", []),
    ],
)
def test_filters_combine_for_page_and_json_alike(
    client: Client, companies: None, query: str, expected: list[str]
) -> None:
    assert names(APIClient().get(f"/api/v1/organizations{query}")) == expected
    page = client.get(f"/organizations/{query}").content.decode()
    shown = {name for name in ("Bolt & Co", "Khalil Plastics") if f"<bdi>{escape(name)}</bdi>" in page}
    assert shown == set(expected)


@pytest.mark.parametrize("query", ["?ordering=password", "?industry=nonsense", "?search__regex=."])
def test_what_cannot_be_read_is_refused_in_json_and_left_out_on_the_page(
    client: Client, companies: None, query: str
) -> None:
    assert APIClient().get(f"/api/v1/organizations{query}").status_code == 400
    assert "Khalil Plastics" in client.get(f"/organizations/{query}").content.decode()


def test_companies_nobody_has_confirmed_are_not_listed(client: Client, companies: None, mona: User) -> None:
    ghost = OrganizationFactory(name="Ghost Works")
    UserFactory(organization=ghost, email_verified_at=None)
    assert "Ghost Works" not in client.get("/organizations/").content.decode()
    client.force_login(mona)
    assert "Ghost Works" in client.get("/organizations/").content.decode()


def test_an_empty_result_says_what_to_do(client: Client, companies: None) -> None:
    page = client.get("/organizations/?search=zeppelin").content.decode()
    assert "No organization matches" in page
    assert 'href="/organizations/"' in page


def test_the_directory_asks_little_however_many_there_are(client: Client, companies: None, lina: User) -> None:
    for _number in range(40):
        UserFactory(organization=OrganizationFactory())
    client.force_login(lina)
    client.get("/organizations/")
    with CaptureQueriesContext(connection) as captured:
        page = client.get("/organizations/?page=2")
    assert page.status_code == 200
    assert len(captured) <= 6, [query["sql"] for query in captured]
