"""Saved searches: kept, renamed, deleted; and what they tell of."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import User
from messaging.kinds import Kind
from messaging.models import Notification
from p2psandbox.platform.errors import Invalid, NotFound, NotSignedIn
from p2psandbox.platform.permissions import Actor, Role
from p2psandbox.platform.places.radius import Point
from usecases.actions import searches
from usecases.models import SavedSearch, Status, UseCase
from usecases.queries import Filters, Near
from usecases.queries.searches import filters_of, kept, query_of
from usecases.tests.factories import SavedSearchFactory, UseCaseFactory

PAGE, JSON = reverse("usecases:searches"), reverse("api:saved_searches")
METALS = Filters(industry="metals")


def told(person: User) -> list[Notification]:
    return list(Notification.objects.filter(recipient=person, kind=Kind.SAVED_SEARCH))


def some_time_ago(search: SavedSearch) -> SavedSearch:
    SavedSearch.objects.filter(pk=search.pk).update(checked_until=timezone.now() - timedelta(hours=1))
    return search


def new_story(author: User, **columns: Any) -> UseCase:
    return UseCaseFactory(author=author, published_at=timezone.now() - timedelta(minutes=10), **columns)


def test_a_search_is_kept_renamed_and_deleted(lina: User) -> None:
    row = searches.save_search(actor=lina.actor, name="Metals", filters=METALS)
    assert row.filters == {"industry": "metals"}
    assert searches.change_search(actor=lina.actor, search_id=row.pk, name="Steel").name == "Steel"
    assert not searches.change_search(actor=lina.actor, search_id=row.pk, notify_me=False).notify
    searches.delete_search(actor=lina.actor, search_id=row.pk)
    assert not SavedSearch.objects.exists()


def test_filters_come_back_as_they_were_kept() -> None:
    near = Near(Point(51.3, 12.4), 250, "Leipzig")
    filters = Filters(search="plc 6ES7", technology=("PLC", "Camera"), near=near, country="DE", featured=True)
    assert filters_of(kept(filters)) == filters
    assert "near=Leipzig&radius_km=250" in query_of(kept(filters))
    assert kept(Filters(mine=True, bookmarked=True, status="draft", ordering="title")) == {}


@pytest.mark.parametrize(
    ("name", "filters", "attr"),
    [("", METALS, "name"), ("x" * 81, METALS, "name"), ("bell\x07", METALS, "name"), ("All", Filters(), "filters")],
)
def test_what_cannot_be_kept_is_said(name: str, filters: Filters, attr: str, lina: User) -> None:
    with pytest.raises(Invalid) as raised:
        searches.save_search(actor=lina.actor, name=name, filters=filters)
    assert list(raised.value.fields) == [attr]


def test_names_are_one_s_own_and_searches_are_limited(lina: User, kamal: User) -> None:
    for number in range(searches.MOST):
        searches.save_search(actor=lina.actor, name=f"Search {number}", filters=METALS)
    with pytest.raises(Invalid):
        searches.save_search(actor=lina.actor, name="One more", filters=METALS)
    row = searches.save_search(actor=kamal.actor, name="Search 0", filters=METALS)
    with pytest.raises(NotFound):
        searches.change_search(actor=lina.actor, search_id=row.pk, name="Mine")
    with pytest.raises(NotFound):
        searches.delete_search(actor=lina.actor, search_id=row.pk)
    with pytest.raises(Invalid):
        searches.change_search(
            actor=lina.actor, search_id=SavedSearch.objects.get(user=lina, name="Search 1").pk, name="Search 2"
        )


def test_visitors_keep_nothing() -> None:
    with pytest.raises(NotSignedIn):
        searches.save_search(actor=Actor(role=Role.VISITOR), name="Metals", filters=METALS)


def test_new_stories_that_match_are_told_once_a_run(ben: User, lina: User) -> None:
    search = some_time_ago(SavedSearchFactory(user=lina, filters={"industry": "metals"}))
    for _ in range(3):
        new_story(ben)
    new_story(ben, industry="food")
    assert searches.tell_of_new() == 1
    assert searches.tell_of_new() == 0
    (notification,) = told(lina)
    assert (notification.title, notification.count) == (search.name, 1)
    assert notification.url == f"{reverse('usecases:list')}?industry=metals&ordering=-published_at"


@pytest.mark.parametrize(
    "columns",
    [
        {"industry": "food"}, {"status": Status.DRAFT}, {"status": Status.UNPUBLISHED}, {"deleted_at": timezone.now()},
        {"published_at": timezone.now() - timedelta(days=1)},
    ],
)  # fmt: skip
def test_nothing_else_is_told(columns: dict[str, Any], ben: User, lina: User) -> None:
    some_time_ago(SavedSearchFactory(user=lina, filters={"industry": "metals"}))
    UseCaseFactory(author=ben, **{"published_at": timezone.now() - timedelta(minutes=10)} | columns)
    assert searches.tell_of_new() == 0
    assert told(lina) == []


def test_one_s_own_stories_silent_searches_and_deactivated_people_are_left_out(ben: User, lina: User) -> None:
    some_time_ago(SavedSearchFactory(user=ben, filters={"industry": "metals"}))
    some_time_ago(SavedSearchFactory(user=lina, filters={"industry": "metals"}, notify=False))
    new_story(ben)
    assert searches.tell_of_new() == 0
    search = some_time_ago(SavedSearchFactory(user=lina, filters={"industry": "metals"}))
    User.objects.filter(pk=lina.pk).update(is_active=False)
    assert searches.tell_of_new() == 0
    search.refresh_from_db()
    assert search.checked_until > timezone.now() - timedelta(minutes=2)


def test_a_story_that_is_only_just_published_waits_for_the_next_run(ben: User, lina: User) -> None:
    some_time_ago(SavedSearchFactory(user=lina, filters={"industry": "metals"}))
    story = UseCaseFactory(author=ben, published_at=timezone.now())
    new_story(ben, industry="food")
    assert searches.tell_of_new() == 0
    UseCase.objects.filter(pk=story.pk).update(published_at=timezone.now() - timedelta(seconds=61))
    SavedSearch.objects.update(checked_until=timezone.now() - timedelta(seconds=65))
    assert searches.tell_of_new() == 1


def test_deleting_a_search_takes_its_notification_along(ben: User, lina: User) -> None:
    search = some_time_ago(SavedSearchFactory(user=lina, filters={"industry": "metals"}))
    new_story(ben)
    searches.tell_of_new()
    searches.delete_search(actor=lina.actor, search_id=search.pk)
    assert told(lina) == []


def test_the_list_offers_to_keep_it_and_the_page_shows_what_is_kept(client: Client, ben: User, lina: User) -> None:
    UseCaseFactory(author=ben)
    client.force_login(lina)
    html = client.get(f"{reverse('usecases:list')}?industry=metals&technology=").content.decode()
    assert "Keep this search" in html
    assert "Keep this search" not in client.get(reverse("usecases:list")).content.decode()
    sent = {"name": "معادن", "industry": "metals", "technology": ["PLC", "Camera"]}
    client.post(reverse("usecases:search_save"), sent)
    row = SavedSearch.objects.get()
    assert row.filters == {"industry": "metals", "technology": ["PLC", "Camera"]}
    html = client.get(PAGE).content.decode()
    assert "معادن" in html
    assert "?industry=metals&amp;technology=PLC&amp;technology=Camera" in html
    client.post(reverse("usecases:search_change", args=[row.pk]), {"name": "Metals"})
    row.refresh_from_db()
    assert (row.name, row.notify) == ("Metals", False)
    client.post(reverse("usecases:search_delete", args=[row.pk]))
    assert "No saved search yet" in client.get(PAGE).content.decode()


def test_a_refused_search_leads_back_to_its_list(client: Client, lina: User) -> None:
    client.force_login(lina)
    answer = client.post(reverse("usecases:search_save"), {"name": "", "industry": "metals"}, follow=True)
    assert answer.redirect_chain[-1][0] == f"{reverse('usecases:list')}?industry=metals"
    assert "Give the search a name." in answer.content.decode()


def test_json_does_the_same(api_client: APIClient, lina: User) -> None:
    api_client.force_login(lina)
    body = {"name": "Metals", "filters": {"industry": "metals", "technology": ["PLC"]}}
    made = api_client.post(JSON, body, format="json")
    assert made.status_code == 201, made.json()
    assert made.json()["query"] == "industry=metals&technology=PLC"
    address = reverse("api:saved_search", args=[made.json()["id"]])
    assert api_client.patch(address, {"name": "Steel", "notify": False}, format="json").json()["notify"] is False
    assert [one["name"] for one in api_client.get(JSON).json()] == ["Steel"]
    assert api_client.delete(address).status_code == 204
    assert api_client.patch(address, {"name": "x"}, format="json").status_code == 404
    for bad in ({"name": "x", "filters": {"industry": "circus"}}, {"name": "x", "filters": {"$ne": 1}}, {"name": "x"}):
        assert api_client.post(JSON, bad, format="json").status_code == 400
