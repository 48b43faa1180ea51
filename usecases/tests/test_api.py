"""The JSON of the library: the same rules as the pages."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from django.urls import reverse
from rest_framework.test import APIClient

from accounts.models import User
from p2psandbox.platform.models import new_id
from usecases.models import Status, UseCase
from usecases.tests.factories import COMPLETE, UseCaseFactory, draft, published, submitted

LIST = reverse("api:use_cases")


def one(pk: UUID, name: str = "") -> str:
    return reverse(f"api:use_case_{name}" if name else "api:use_case", args=[pk])


@pytest.fixture
def api(api_client: APIClient) -> APIClient:
    return api_client


def as_(api: APIClient, person: User | None) -> APIClient:
    api.force_login(person) if person else api.logout()
    return api


def test_a_story_from_draft_to_published(api: APIClient, ben: User, ada: User, lina: User) -> None:
    made = as_(api, ben).post(LIST, COMPLETE)
    assert made.status_code == 201, made.json()
    pk = made.json()["id"]
    assert (made.json()["status"], made.json()["revision"]) == ("draft", 1)
    changed = api.patch(one(pk), {"summary": "What we learned with sensors", "revision": 1})
    assert changed.json()["summary"] == "What we learned with sensors"
    assert api.post(one(pk, "submit"), {}).json()["status"] == "in_review"
    assert as_(api, ada).post(one(pk, "approve"), {}).json()["status"] == "published"
    read = as_(api, lina).get(one(pk)).json()
    assert read["metrics"][0] == {
        "name": "Unplanned downtime", "unit": "hours", "baseline": 40, "result": 12, "period": "6 months",
        "method": "", "change_percent": -70.0,
    }  # fmt: skip
    assert read["location"] == {"city": "Leipzig", "country": "DE", "latitude": None, "longitude": None, "site": ""}
    assert read["headline"]["change"] == -70
    assert (read["contact"], read["revision"], read["working_status"]) == (None, None, None)
    steps = [step["step"] for step in as_(api, ben).get(one(pk, "history")).json()]
    assert steps == ["started", "submitted", "approved"]


def test_the_same_key_makes_one_draft(api: APIClient, ben: User) -> None:
    as_(api, ben)
    answers = [api.post(LIST, COMPLETE, headers={"Idempotency-Key": "k1"}) for _ in range(2)]
    assert [a.status_code for a in answers] == [201, 201]
    assert answers[0].json()["id"] == answers[1].json()["id"]


def test_a_stale_change_is_a_conflict(api: APIClient, ben: User) -> None:
    row = draft(ben)
    as_(api, ben).patch(one(row.pk), {"title": "From somewhere else", "revision": 1})
    answer = api.patch(one(row.pk), {"title": "From here", "revision": 1})
    assert answer.status_code == 409
    assert answer.json()["errors"][0]["code"] == "stale"


@pytest.mark.parametrize(
    ("body", "attr"),
    [
        ({"status": "published"}, "status"),
        ({"organization": str(new_id())}, "organization"),
        ({"title": {"$ne": 1}}, "title"),
        ({"title": 5}, "title"),
        ({"title": "bell\x07"}, "title"),
        ({"industry": "circus"}, "industry"),
        ({"technologies": "PLC"}, "technologies"),
        ({"metrics": [{"name": "x", "direction": "up"}]}, "metrics.0.direction"),
        ({"metrics": [{"result": [1]}]}, "metrics.0.result"),
        ({"location": {"latitude": 91, "longitude": 0}}, "location.latitude"),
        ({"location": {"country": "XX"}}, "location.country"),
        ({"contact": {"role": "boss"}}, "contact.role"),
        ({"timeline_months": -1}, "timeline_months"),
        ({"featured_at": "2026-01-01"}, "featured_at"),
    ],
)
def test_what_does_not_belong_is_refused_by_name(body: dict[str, Any], attr: str, api: APIClient, ben: User) -> None:
    row = draft(ben)
    for answer in (as_(api, ben).patch(one(row.pk), body), api.post(LIST, body)):
        assert answer.status_code == 400
        assert answer.json()["type"] == "validation_error"
        assert attr in [error["attr"] for error in answer.json()["errors"]]
    assert UseCase.objects.get().version == 1


def test_a_list_where_an_object_belongs_is_refused(api: APIClient, ben: User) -> None:
    assert as_(api, ben).post(LIST, [1]).status_code == 400


def test_submitting_names_each_missing_field(api: APIClient, ben: User) -> None:
    pk = as_(api, ben).post(LIST, {"title": "Sensors"}).json()["id"]
    answer = api.post(one(pk, "submit"), {})
    assert answer.status_code == 400
    found = {error["attr"] for error in answer.json()["errors"]}
    assert found == {"problem", "solution", "outcomes", "technologies"}


def test_rejecting_needs_a_note(api: APIClient, ben: User, ada: User) -> None:
    row = submitted(ben)
    as_(api, ada)
    assert api.post(one(row.pk, "reject"), {}).status_code == 400
    assert api.post(one(row.pk, "reject"), {"note": ""}).json()["errors"][0]["attr"] == "note"
    assert api.post(one(row.pk, "reject"), {"note": "Say what it cost"}).json()["status"] == "draft"


@pytest.mark.parametrize("state", [draft, submitted])
def test_a_foreign_unpublished_story_is_404_everywhere(state: Any, api: APIClient, ben: User, kamal: User) -> None:
    row = state(ben)
    as_(api, kamal)
    answers = [
        api.get(one(row.pk)),
        api.patch(one(row.pk), {"title": "Taken over by us"}),
        api.delete(one(row.pk)),
        api.get(one(row.pk, "history")),
        *(api.post(one(row.pk, name), {}) for name in ("submit", "approve", "publish", "unpublish")),
        api.post(one(row.pk, "reject"), {"note": "Not for us"}),
        *(api.put(one(row.pk, name)) for name in ("like", "bookmark")),
        *(api.delete(one(row.pk, name)) for name in ("like", "bookmark")),
    ]
    assert {answer.status_code for answer in answers} == {404}
    missing = api.get(one(new_id())).json()
    assert api.get(one(row.pk)).json() == missing
    for query in (
        "",
        "?status=draft",
        "?status=in_review",
        "?search=compressors",
        f"?organization={row.organization_id}",
    ):
        assert api.get(LIST + query).json()["count"] == 0


def test_visitors_read_public_ones_and_nothing_else(api: APIClient, ben: User, ada: User) -> None:
    members, public = published(ben, ada), published(ben, ada, visibility="public")
    listed = api.get(LIST).json()
    assert [entry["id"] for entry in listed["results"]] == [str(public.pk)]
    body = api.get(one(public.pk)).json()
    assert (body["author"], body["contact"], body["can"]["edit"]) == (None, None, False)
    assert api.get(one(members.pk)).status_code == 404
    assert api.post(LIST, {}).status_code == 401
    assert api.patch(one(public.pk), {}).status_code == 401
    assert api.put(one(public.pk, "like")).status_code == 401


def test_a_visible_story_that_is_not_yours_answers_403(api: APIClient, ben: User, ada: User, lina: User) -> None:
    row = published(ben, ada)
    as_(api, lina)
    assert api.patch(one(row.pk), {"title": "Ours from now on"}).status_code == 403
    assert api.delete(one(row.pk)).status_code == 403
    assert api.get(one(row.pk, "history")).status_code == 403
    assert api.post(one(row.pk, "unpublish"), {}).status_code == 403


def test_contact_is_for_the_own_organization_and_moderators(
    api: APIClient, ben: User, ada: User, lina: User, mona: User
) -> None:
    row = published(ben, ada)
    for person, sees in ((ben, True), (ada, True), (mona, True), (lina, False)):
        body = as_(api, person).get(one(row.pk))
        assert (body.json()["contact"] is not None) is sees
        assert (b"ben@bolt.example" in body.content) is sees


@pytest.mark.parametrize(
    "query",
    ["?foo=1", "?status=lost", "?industry=circus", "?country=Germany", "?ordering=password", "?mine=perhaps",
     "?search=%00", "?title__regex=.", "?_connector=OR"],
)  # fmt: skip
def test_unknown_parameters_and_values_are_refused(query: str, api: APIClient, ada: User) -> None:
    assert as_(api, ada).get(LIST + query).status_code == 400


def test_filters_combine(api: APIClient, ben: User, ada: User, lina: User) -> None:
    row = published(ben, ada)
    other = {"title": "Less scrap with lasers", "technologies": ["Laser"], "industry": "plastics"}
    published(ben, ada, **other, problem="<p>Too much of it was thrown away.</p>")
    as_(api, lina)
    for query in (
        "?technology=plc&technology=vibration%20sensor", "?industry=metals&country=DE", "?search=compr",
        "?city=leipzig&category=maintenance&industry=metals", "?featured=false&technology=PLC",
    ):  # fmt: skip
        assert [entry["id"] for entry in api.get(LIST + query).json()["results"]] == [str(row.pk)], query
    assert api.get(LIST + "?featured=true").json()["count"] == 0
    assert api.get(LIST + "?ordering=title").json()["results"][0]["title"] == "Less scrap with lasers"


def test_mine_shows_every_state_of_ones_own(api: APIClient, ben: User, ada: User) -> None:
    states = [draft(ben), submitted(ben), published(ben, ada)]
    draft(ada)
    body = as_(api, ben).get(LIST + "?mine=true").json()
    assert {entry["id"] for entry in body["results"]} == {str(row.pk) for row in states}


def test_a_working_copy_is_for_its_own_people(api: APIClient, ben: User, ada: User, lina: User) -> None:
    row = published(ben, ada)
    body = as_(api, ben).patch(one(row.pk), {"title": "Changed after publishing"}).json()
    assert (body["title"], body["status"], body["working_status"]) == ("Changed after publishing", "published", "draft")
    assert api.get(one(row.pk)).json()["title"] == COMPLETE["title"]
    assert api.get(one(row.pk) + "?draft=true").json()["title"] == "Changed after publishing"
    as_(api, lina)
    assert api.get(one(row.pk)).json()["title"] == COMPLETE["title"]
    assert api.get(one(row.pk) + "?draft=true").status_code == 404


def test_likes_and_bookmarks_are_idempotent(api: APIClient, ben: User, ada: User, lina: User) -> None:
    row = published(ben, ada)
    as_(api, lina)
    assert [api.put(one(row.pk, name)).status_code for name in ("like", "like", "bookmark", "bookmark")] == [204] * 4
    body = api.get(one(row.pk)).json()
    assert (body["likes"], body["liked"], body["bookmarked"]) == (1, True, True)
    assert api.get(LIST + "?bookmarked=true").json()["count"] == 1
    assert [api.delete(one(row.pk, name)).status_code for name in ("like", "like", "bookmark")] == [204] * 3
    assert api.get(one(row.pk)).json()["likes"] == 0


def test_deleting_hides_at_once(api: APIClient, ben: User, ada: User) -> None:
    row = published(ben, ada)
    assert as_(api, ben).delete(one(row.pk)).status_code == 204
    assert api.get(one(row.pk)).status_code == 404
    assert api.get(LIST).json()["count"] == 0


def test_the_list_takes_few_queries(api: APIClient, ben: User, lina: User, django_assert_max_num_queries: Any) -> None:
    UseCaseFactory.create_batch(30, author=ben)
    as_(api, lina)
    with django_assert_max_num_queries(6):
        assert api.get(LIST).json()["count"] == 30


def test_words_and_numbers_of_metrics_come_back_as_they_went_in(api: APIClient, ben: User) -> None:
    metrics = [
        {"name": "Set-up", "result": "under 20 minutes"},
        {"name": "Scrap", "unit": "%", "baseline": 8.5, "result": 5},
        {"name": "Reset", "result": "", "baseline": None},
    ]
    body = as_(api, ben).post(LIST, {"metrics": metrics}).json()
    assert [m["result"] for m in body["metrics"]] == ["under 20 minutes", 5, None]
    assert body["metrics"][1]["baseline"] == 8.5


def test_nothing_but_a_draft_comes_of_posting(api: APIClient, ada: User) -> None:
    as_(api, ada).post(LIST, COMPLETE)
    assert UseCase.objects.get().status == Status.DRAFT
