"""The library's pages: reading, and deciding."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from usecases.actions import drafts, lifecycle, reading
from usecases.models import Status, UseCase
from usecases.queries import waiting_for
from usecases.tests.factories import UseCaseFactory, draft, published, submitted

LIST = reverse("usecases:list")


@contextmanager
def library_queries(most: int) -> Iterator[None]:
    """Assert how many queries the document server gets at most."""
    with CaptureQueriesContext(connections["documents"]) as captured:
        yield
    assert len(captured) <= most, [query["sql"] for query in captured]


def page(client: Client, row: UseCase, query: str = "") -> str:
    response = client.get(row.get_absolute_url() + query)
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def test_a_card_shows_the_outcome_biggest(client: Client, ben: User, ada: User, lina: User) -> None:
    published(ben, ada)
    client.force_login(lina)
    html = client.get(LIST).content.decode()
    assert "−70\u00a0%" in html
    assert "Unplanned downtime" in html
    assert "in 6 months" in html
    assert "Leipzig, Germany" in html


def test_a_visitor_sees_public_stories_only(client: Client, ben: User, ada: User) -> None:
    members, public = published(ben, ada), published(ben, ada, title="Told to everyone", visibility="public")
    html = client.get(LIST).content.decode()
    assert public.title in html
    assert members.title not in html
    assert client.get(public.get_absolute_url()).status_code == 200
    assert client.get(members.get_absolute_url()).status_code == 404


def test_an_empty_library_says_what_to_do_next(client: Client, ben: User) -> None:
    client.force_login(ben)
    assert reverse("usecases:new") in client.get(LIST).content.decode()
    assert "You have not written a use case yet" in client.get(f"{LIST}?mine=1").content.decode()
    assert "No use case matches" in client.get(f"{LIST}?search=xyzzy").content.decode()


@pytest.mark.parametrize(
    "query",
    ["?search=compressor", "?search=vibra", "?search=PLC", "?technology=plc&technology=Vibration%20sensor",
     "?industry=metals", "?country=DE", "?organization=bolt-co", "?category=maintenance", "?ordering=-views"],
)  # fmt: skip
def test_filters_find_the_story(query: str, client: Client, ben: User, ada: User, lina: User) -> None:
    row = published(ben, ada)
    client.force_login(lina)
    assert row.title in client.get(LIST + query).content.decode()


@pytest.mark.parametrize(
    "query", ["?search=laser", "?technology=Laser", "?industry=food", "?country=JO", "?status=draft"]
)
def test_filters_leave_the_rest_out(query: str, client: Client, ben: User, ada: User, lina: User) -> None:
    row = published(ben, ada)
    client.force_login(lina)
    assert row.title not in client.get(LIST + query).content.decode()


@pytest.mark.parametrize(
    "query",
    [
        "?search=%00",
        "?ordering=password",
        "?country=DEU",
        "?page=999",
        "?page=x",
        "?search=%27%3A*%26%7C(",
        "?mine=maybe",
    ],
)
def test_a_strange_address_is_no_error(query: str, client: Client, ada: User) -> None:
    client.force_login(ada)
    assert client.get(LIST + query).status_code == 200


def test_members_switch_between_all_their_own_and_bookmarked_ones(client: Client, ben: User) -> None:
    client.force_login(ben)
    html = client.get(LIST).content.decode()
    assert f'href="{LIST}?mine=1"' in html
    assert f'href="{LIST}?bookmarked=1"' in html


def test_filters_stand_in_the_address_as_chips(client: Client, ben: User, ada: User) -> None:
    published(ben, ada)
    client.force_login(ada)
    html = client.get(f"{LIST}?industry=metals&technology=PLC").content.decode()
    assert 'href="?technology=PLC"' in html
    assert 'href="?industry=metals"' in html


def test_a_story_reads_from_problem_to_lessons(client: Client, ben: User, ada: User, lina: User) -> None:
    row = published(ben, ada, lessons=["Glue does not hold"], budget_range="under_10k", timeline_months=4)
    client.force_login(lina)
    html = page(client, row)
    order = [html.index(f'id="{part}"') for part in ("problem", "technology", "outcomes", "lessons")]
    assert order == sorted(order)
    assert "Under 10,000 USD" in html
    assert "Glue does not hold" in html
    assert html.count("<h1") == 1


def test_contact_details_are_not_in_the_page_of_others(client: Client, ben: User, ada: User, lina: User) -> None:
    row = published(ben, ada, visibility="public")
    html = page(client, row)
    client.force_login(lina)
    for source in (html, page(client, row)):
        assert "ben@bolt.example" not in source
        assert "+49 341" not in source
    client.force_login(ben)
    assert "ben@bolt.example" in page(client, row)


def test_a_cached_story_shows_nobody_more_than_they_may_see(client: Client, ben: User, ada: User, lina: User) -> None:
    row = published(ben, ada)
    client.force_login(ben)
    assert "ben@bolt.example" in page(client, row)
    client.force_login(lina)
    assert "ben@bolt.example" not in page(client, row)
    client.logout()
    assert client.get(row.get_absolute_url()).status_code == 404


def test_an_old_or_missing_slug_leads_to_the_present_one(client: Client, ben: User, ada: User) -> None:
    row = published(ben, ada)
    client.force_login(ada)
    for slug in ([], ["old-title"]):
        response = client.get(reverse("usecases:detail", args=[row.pk, *slug]))
        assert (response.status_code, response["Location"]) == (302, row.get_absolute_url())


@pytest.mark.parametrize("title", ["مستشعرات الاهتزاز على الضواغط", "压缩机上的振动传感器", "Émile's 50 % less scrap"])
def test_a_title_in_any_script_makes_an_address_that_works(title: str, client: Client, ada: User) -> None:
    row = published(ada, ada, title=title)
    client.force_login(ada)
    assert client.get(row.get_absolute_url()).status_code == 200


def test_public_stories_carry_structured_data_and_no_person(client: Client, ben: User, ada: User) -> None:
    row = published(ben, ada, visibility="public", title="</script><script>alert(1)</script> & more")
    html = page(client, row)
    found = re.search(r'<script type="application/ld\+json"[^>]*>(.*?)</script>', html)
    assert found
    data = json.loads(found[1])
    assert data["headline"] == row.title
    assert "Krause" not in found[1]
    assert "<script>alert" not in html


def test_stories_for_members_carry_no_structured_data(client: Client, ben: User, ada: User) -> None:
    client.force_login(ada)
    assert "ld+json" not in page(client, published(ben, ada))


@pytest.mark.parametrize(
    "field", ["title", "summary", "vendor", "lessons", "technologies", "metric", "problem", "city"]
)
def test_markup_in_any_field_is_inert(field: str, client: Client, ben: User, ada: User, lina: User) -> None:
    attack = "<img src=x onerror=alert(1)><script>alert(1)</script>"
    changes: dict[str, Any] = {
        "lessons": {"lessons": [attack]},
        "technologies": {"technologies": ["<img src=x onerror=alert(1)>"]},
        "metric": {"metrics": [{"name": attack, "unit": "<b>", "result": attack, "method": attack}]},
        "city": {"location": {"city": attack}},
    }.get(field, {field: f"Words {attack}"})
    row = published(ben, ada, **changes)
    client.force_login(lina)
    for html in (page(client, row), client.get(LIST).content.decode()):
        assert "<img src=x" not in html
        assert "<script>alert" not in html


def test_liking_twice_counts_once(client: Client, ben: User, ada: User, lina: User) -> None:
    row = published(ben, ada)
    client.force_login(lina)
    address = reverse("usecases:like", args=[row.pk])
    for _ in range(2):
        client.post(address)
    row.refresh_from_db()
    assert row.like_count == 1
    assert 'aria-pressed="true"' in page(client, row)
    client.post(address, {"off": "1"})
    row.refresh_from_db()
    assert row.like_count == 0


def test_nothing_changes_by_get(client: Client, ben: User, ada: User) -> None:
    row = submitted(ben)
    client.force_login(ada)
    for name in ("submit", "approve", "publish", "delete", "discard", "like", "bookmark", "feature"):
        assert client.get(reverse(f"usecases:{name}", args=[row.pk])).status_code == 405


def test_a_story_without_its_library_says_so(client: Client, ben: User, ada: User) -> None:
    row = UseCaseFactory(author=ben)
    client.force_login(ben)
    assert client.get(LIST).status_code == 200
    response = client.get(row.get_absolute_url())
    assert response.status_code == 503
    assert "Retry-After" in response


@pytest.mark.parametrize("count", [1, 20])
def test_the_list_takes_few_queries_however_long(
    count: int, client: Client, ben: User, lina: User, django_assert_max_num_queries: Any
) -> None:
    UseCaseFactory.create_batch(count, author=ben, technologies=["PLC"], technology_keys=["plc"])
    client.force_login(lina)
    with django_assert_max_num_queries(6), library_queries(0):
        assert client.get(LIST).status_code == 200


def test_a_story_takes_few_queries(
    client: Client, ben: User, ada: User, lina: User, django_assert_max_num_queries: Any
) -> None:
    row = published(ben, ada, metrics=[{"name": f"Metric {n}", "result": n} for n in range(10)])
    for person in (lina, ada):
        client.force_login(person)
        with django_assert_max_num_queries(10), library_queries(1):
            page(client, row)
        with django_assert_max_num_queries(10), library_queries(0):
            page(client, row)


def test_a_view_counts_once_per_person_and_day(client: Client, ben: User, ada: User, lina: User) -> None:
    row = published(ben, ada, visibility="public")
    for _ in range(2):
        page(client, row)  # a visitor
    client.force_login(lina)
    for _ in range(3):
        page(client, row)
    client.force_login(ada)
    page(client, row)
    assert reading.flush_views() == 3
    assert reading.flush_views() == 0
    row.refresh_from_db()
    assert row.view_count == 3


def test_what_waits_is_told_to_those_it_waits_for(ben: User, ada: User, lina: User) -> None:
    waits, back, open_draft = submitted(ben), submitted(ben, title="Sent back to Ben"), draft(ben, title="A mere draft")
    lifecycle.reject(actor=ada.actor, use_case_id=back.pk, note="Say what it cost")
    assert waiting_for(ada.actor).to_review == [waits]
    mine = waiting_for(ben.actor)
    assert (mine.to_review, mine.sent_back, mine.drafts) == ([], [back], [open_draft])
    nothing = waiting_for(lina.actor)
    assert (nothing.to_review, nothing.sent_back, nothing.drafts) == ([], [], [])


def act(client: Client, row: UseCase, name: str, **fields: str) -> UseCase:
    client.post(reverse(f"usecases:{name}", args=[row.pk]), fields)
    return UseCase.objects.get(pk=row.pk)


def test_a_story_goes_its_whole_way_by_buttons(client: Client, ben: User, ada: User, mona: User) -> None:
    row = draft(ben)
    client.force_login(ben)
    assert act(client, row, "submit").status == Status.IN_REVIEW
    client.force_login(ada)
    assert act(client, row, "publish").status == Status.PUBLISHED
    assert act(client, row, "unpublish", note="").status == Status.UNPUBLISHED
    assert act(client, row, "publish").status == Status.PUBLISHED
    drafts.save_draft(actor=ada.actor, use_case_id=row.pk, changes={"title": "Changed after publishing"})
    assert act(client, row, "discard").working_status == ""
    client.force_login(mona)
    assert act(client, row, "feature").featured_at is not None
    assert act(client, row, "feature", off="1").featured_at is None
    assert act(client, row, "take_down", note="Advertising").taken_down_at is not None
    client.force_login(ada)
    assert act(client, row, "publish").status == Status.UNPUBLISHED
    assert act(client, row, "delete").is_deleted


@pytest.mark.parametrize(("name", "person"), [("submit", "ben"), ("publish", "ada")])
def test_an_incomplete_story_leads_to_what_is_missing(
    name: str, person: str, client: Client, ben: User, ada: User
) -> None:
    row, _ = drafts.start_draft(actor=ben.actor, changes={"title": "Hardly begun"})
    client.force_login({"ben": ben, "ada": ada}[person])
    response = client.post(reverse(f"usecases:{name}", args=[row.pk]))
    assert response["Location"] == reverse("usecases:edit", args=[row.pk, 3]) + "?check=1#missing"


def test_a_bookmarked_story_is_found_again(client: Client, ben: User, ada: User, lina: User) -> None:
    row = published(ben, ada)
    client.force_login(lina)
    act(client, row, "bookmark")
    assert row.title in client.get(f"{LIST}?bookmarked=1").content.decode()
    act(client, row, "bookmark", off="1")
    assert row.title not in client.get(f"{LIST}?bookmarked=1").content.decode()


def test_search_finds_words_inside_sentences_without_spaces(client: Client, ben: User, ada: User, lina: User) -> None:
    row = published(ben, ada, title="压缩机上的振动传感器")
    client.force_login(lina)
    assert row.title in client.get(f"{LIST}?search=振动").content.decode()
    arabic = published(ben, ada, title="مستشعرات الاهتزاز على الضواغط")
    assert arabic.title in client.get(f"{LIST}?search=الاهتزاز").content.decode()
