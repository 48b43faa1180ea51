"""People across organizations: the directory, and one person's page."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.actions.profile import update_profile
from accounts.models import User
from accounts.tests.factories import UserFactory
from forums.tests.factories import answer, ask
from organizations.actions.profile import update_organization
from usecases.tests.factories import published

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.fixture
def people(ada: User, ben: User, kamal: User, lina: User) -> None:
    """The cast, with something to find them by."""
    User.objects.filter(pk=ben.pk).update(job_title="Energy manager", expertise=["Compressors", "PLC"])
    User.objects.filter(pk=lina.pk).update(job_title="Plant engineer", expertise=["Extruders"], phone="+962 6 1234567")


def found(person: User, query: str) -> tuple[set[str], str]:
    """What JSON and page show this person."""
    program, browser = APIClient(), Client()
    program.force_login(person)
    browser.force_login(person)
    rows = program.get(f"/api/v1/users/directory{query}").json()["results"]
    return {row["first_name"] for row in rows}, browser.get(f"/people/{query}").content.decode()


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", {"Ada", "Ben", "Kamal", "Lina"}),
        ("?search=lina", {"Lina"}),
        ("?search=berg bolt", {"Ada"}),
        ("?search=engineer", {"Lina"}),
        ("?organization=bolt-co", {"Ada", "Ben"}),
        ("?industry=plastics", {"Kamal", "Lina"}),
        ("?expertise=plc", {"Ben"}),
        ("?expertise=plc&industry=plastics", set()),
    ],
)
def test_members_find_people_of_all_organizations(people: None, lina: User, query: str, expected: set[str]) -> None:
    names, page = found(lina, query)
    assert names == expected
    full = {"Ada": "Ada Berg", "Ben": "Ben Krause", "Kamal": "Kamal Khalil"}
    assert {first for first, name in full.items() if f"<bdi>{name}</bdi>" in page} == expected - {"Lina"}


def test_how_many_there_are_follows_what_people_and_companies_change(
    client: Client, people: None, ada: User, kamal: User, lina: User, django_capture_on_commit_callbacks: Any
) -> None:
    client.force_login(ada)

    def count(search: str) -> int:
        return int(client.get(f"/people/?search={search}").context["page"].paginator.count)

    assert (count("welder"), count("resins")) == (0, 0)
    with django_capture_on_commit_callbacks(execute=True):
        update_profile(actor=lina.actor, changes={"job_title": "Welder"})
        update_organization(actor=kamal.actor, organization_id=kamal.organization_id, changes={"name": "Khalil Resins"})
    assert (count("welder"), count("resins")) == (1, 2)


def test_visitors_and_newcomers_find_nobody(people: None, ben: User, nico: User) -> None:
    for address in ("/people/", f"/people/{ben.pk}/"):
        assert Client().get(address).status_code == 302
        newcomer = Client()
        newcomer.force_login(nico)
        assert newcomer.get(address).status_code == 302
    assert APIClient().get("/api/v1/users/directory").status_code == 401


def test_who_has_gone_or_is_not_confirmed_is_not_listed(people: None, ada: User, ben: User, lina: User) -> None:
    User.objects.filter(pk=ben.pk).update(is_active=False)
    User.objects.filter(pk=ada.pk).update(deleted_at=timezone.now())
    assert found(lina, "?organization=bolt-co")[0] == set()


def test_nothing_private_leaves_the_directory(people: None, kamal: User, lina: User, ada: User) -> None:
    program = APIClient()
    program.force_login(ada)
    row = next(row for row in program.get("/api/v1/users/directory").json()["results"] if row["first_name"] == "Lina")
    assert set(row) == {"id", "first_name", "last_name", "job_title", "avatar_url", "organization", "bio", "expertise"}

    pages = {}
    for reader in (ada, kamal):
        client = Client()
        client.force_login(reader)
        pages[reader.first_name] = client.get(f"/people/{lina.pk}/").content.decode()
    assert "1234567" not in pages["Ada"], "a phone number is for one's own organization"
    assert "1234567" in pages["Kamal"]
    assert lina.email not in "".join(pages.values())


def test_a_persons_page_shows_what_they_shared_and_the_reader_may_see(
    client: Client, ada: User, ben: User, lina: User
) -> None:
    story = published(ben, ada)
    topic = ask(ben, "Why does the dryer trip at noon?")
    helped = ask(lina, "Which grease for slow bearings?")
    reply = answer(ben, helped, "<p>Lithium complex.</p>")
    client.force_login(lina)
    client.post(f"/forums/posts/{reply.pk}/best-answer/", {"best": "1"})

    page = client.get(f"/people/{ben.pk}/").content.decode()

    for text in (story.title, topic.title, helped.title, "Best answers", "Questions", "Use cases"):
        assert text in page
    assert "Nothing shared" in client.get(f"/people/{ada.pk}/").content.decode()


def test_what_somebody_wrote_stays_under_their_name(client: Client, ben: User, lina: User) -> None:
    topic = ask(ben, "Why does the dryer trip at noon?")
    User.objects.filter(pk=ben.pk).update(is_active=False)
    client.force_login(lina)
    page = client.get(f"/people/{ben.pk}/").content.decode()
    assert "no longer here" in page
    assert topic.title in page


def test_a_companys_page_shows_stories_to_all_and_people_to_members(
    client: Client, ada: User, ben: User, lina: User
) -> None:
    public, inner = published(ben, ada, title="Told to everyone", visibility="public"), published(ben, ada)
    ask(ben, "Why does the dryer trip at noon?")
    visitor = client.get("/organizations/bolt-co/").content.decode()
    assert public.title in visitor
    for text in (inner.title, "Ben Krause", "dryer"):
        assert text not in visitor
    client.force_login(lina)
    member = client.get("/organizations/bolt-co/").content.decode()
    for text in (public.title, inner.title, "Ben Krause", "dryer"):
        assert text in member


@pytest.mark.parametrize("address", ["/people/?page=2", "/api/v1/users/directory?page=2", "/organizations/bolt-co/"])
def test_lists_of_people_ask_little_however_many_there_are(client: Client, ada: User, address: str) -> None:
    for _number in range(70):
        UserFactory(organization=ada.organization)
    client.force_login(ada)
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        response: Any = client.get(address)
    assert response.status_code == 200
    assert len(captured) <= 6, [query["sql"] for query in captured]
