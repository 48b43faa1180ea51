"""The first page: landing for visitors, home for members."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from dashboard import queries, trending
from dashboard.feed import activity
from dashboard.tests.factories import question_at, reply_at
from forums.actions.posts import reply
from forums.actions.topics import create_topic
from forums.models import Category
from forums.tests.factories import CategoryFactory
from messaging.actions import blocking
from p2psandbox.platform.errors import NotVerified
from usecases.actions import drafts, lifecycle
from usecases.models import UseCase

pytestmark = pytest.mark.django_db(databases="__all__")

STORY = {
    "title": "Vibration sensors on every compressor",
    "category": "maintenance",
    "industry": "metals",
    "technologies": ["Vibration sensors"],
    "problem": "<p>Two compressors failed without warning last winter.</p>",
    "solution": "<p>We fitted sensors and a small gateway.</p>",
    "outcomes": "<p>No unplanned stop since.</p>",
    "metrics": [{"name": "Downtime", "unit": "h", "baseline": "40", "result": "10", "period": "6 months"}],
}


@pytest.fixture
def maintenance(db: None) -> Category:
    return CategoryFactory(name="Maintenance", slug="maintenance")


def story_of(author: User) -> UseCase:
    return drafts.start_draft(actor=author.actor, changes=STORY)[0]


def test_a_visitor_is_told_what_this_is_and_how_to_join(client: Client) -> None:
    page = client.get("/").content.decode()
    assert "Another factory has already tried it" in page
    assert "Sign up your organization" in page


def test_a_visitor_sees_public_stories_only(client: Client, kamal: User) -> None:
    hidden, shown = story_of(kamal), story_of(kamal)
    drafts.save_draft(actor=kamal.actor, use_case_id=shown.pk, changes={"visibility": "public", "title": "Open to all"})
    for row in (hidden, shown):
        lifecycle.submit(actor=kamal.actor, use_case_id=row.pk)
    page = client.get("/").content.decode()
    assert "Open to all" in page
    assert STORY["title"] not in page


def test_a_newcomer_is_shown_three_steps(client: Client, lina: User) -> None:
    client.force_login(lina)
    page = client.get("/").content.decode()
    assert "Three steps" in page
    assert "Nothing waits for you" in page


def test_the_steps_vanish_once_all_are_done(lina: User, kamal: User, maintenance: Category) -> None:
    lina.job_title = "Plant engineer"
    create_topic(
        actor=lina.actor, category_id=maintenance.pk, title="Why does it stop?", body="<p>It stops at night.</p>"
    )
    lifecycle.submit(actor=lina.actor, use_case_id=story_of(lina).pk)
    assert queries.home(lina.actor, person=lina).steps is None


def test_an_admin_is_told_what_to_sign_off(client: Client, lina: User, kamal: User) -> None:
    lifecycle.submit(actor=lina.actor, use_case_id=story_of(lina).pk)
    client.force_login(kamal)
    page = client.get("/").content.decode()
    assert "To sign off" in page
    assert STORY["title"] in page


def test_an_admin_elsewhere_is_not(lina: User, ada: User) -> None:
    lifecycle.submit(actor=lina.actor, use_case_id=story_of(lina).pk)
    assert queries.home(ada.actor, person=ada).nothing_waits


def test_a_reply_to_my_question_waits_for_me_until_i_answer(
    lina: User, ben: User, maintenance: Category, django_capture_on_commit_callbacks: Any
) -> None:
    topic = create_topic(
        actor=lina.actor, category_id=maintenance.pk, title="Why does it stop?", body="<p>It stops at night.</p>"
    )
    reply(actor=ben.actor, topic_id=topic.pk, body="<p>Look at the condensate drain.</p>")
    assert queries.home(lina.actor, person=lina).unread_answers == [topic]
    with django_capture_on_commit_callbacks(execute=True):
        reply(actor=lina.actor, topic_id=topic.pk, body="<p>It was the drain, thank you.</p>")
    assert queries.home(lina.actor, person=lina).unread_answers == []


def test_home_is_held_back_until_the_address_is_confirmed(client: Client, nico: User) -> None:
    with pytest.raises(NotVerified):
        queries.home(nico.actor, person=nico)
    client.force_login(nico)
    assert client.get("/").status_code == 302


def test_home_costs_three_queries_at_most_while_nothing_changes(
    client: Client, kamal: User, maintenance: Category
) -> None:
    for number in range(6):
        create_topic(
            actor=kamal.actor,
            category_id=maintenance.pk,
            title=f"Question number {number}",
            body="<p>What would you do here?</p>",
        )
        lifecycle.submit(actor=kamal.actor, use_case_id=story_of(kamal).pk)
    client.force_login(kamal)
    client.get("/")
    with CaptureQueriesContext(connection) as asked, CaptureQueriesContext(connections["documents"]) as documents:
        client.get("/")
    assert len(asked) <= 3
    assert len(documents) == 0


def test_a_saved_draft_shows_at_once(lina: User, django_capture_on_commit_callbacks: Any) -> None:
    assert queries.home(lina.actor, person=lina).waiting.drafts == []
    with django_capture_on_commit_callbacks(execute=True):
        story = story_of(lina)
    assert queries.home(lina.actor, person=lina).waiting.drafts == [story]


def test_the_page_shows_numbers_activity_and_what_trends(client: Client, lina: User, ben: User) -> None:
    topic = question_at(ben, title="Which belt lasts longer?")
    reply_at(lina, topic)
    trending.recompute()
    client.force_login(ben)
    page = client.get("/").content.decode()
    assert "The last 30 days" in page
    assert '<svg class="spark"' in page
    assert "by day; days without any are left out" in page
    assert page.count("Which belt lasts longer?") >= 3
    assert "interests 1 organization" in page


def test_whom_one_has_blocked_is_missing_on_ones_own_page_alone(
    client: Client, lina: User, ben: User, ada: User, django_capture_on_commit_callbacks: Any
) -> None:
    topic = question_at(ben)

    def shows_it(person: User) -> bool:
        return topic.pk in {entry.id for entry in queries.home(person.actor, person=person).feed.entries}

    with django_capture_on_commit_callbacks(execute=True):
        blocking.block(actor=lina.actor, person_id=ben.pk)
    assert (shows_it(lina), shows_it(ada), shows_it(lina)) == (False, True, False)
    with django_capture_on_commit_callbacks(execute=True):
        blocking.unblock(actor=lina.actor, person_id=ben.pk)
    assert shows_it(lina)


def test_the_feed_goes_on_by_link_and_by_htmx(client: Client, lina: User, ben: User) -> None:
    for number in range(25):
        question_at(ben, title=f"Question {number:02}")
    client.force_login(lina)
    page = client.get("/activity/").content.decode()
    assert "Question 24" in page
    assert "Question 04" not in page
    [cursor] = set(re.findall(r"cursor=([\w-]+)\"\s+hx-get", page))
    more = client.get(f"/activity/?scope=all&cursor={cursor}", headers={"HX-Request": "true"}).content.decode()
    assert "Question 04" in more
    assert "<html" not in more
    assert "<html" in client.get(f"/activity/?scope=all&cursor={cursor}").content.decode()
    assert client.get("/activity/?cursor=nonsense").status_code == 400


def test_an_open_page_is_told_how_many_are_new(client: Client, lina: User, ben: User) -> None:
    newest = activity(lina.actor).newest
    client.force_login(lina)
    assert "new" not in client.get(f"/activity/news/?cursor={newest}").content.decode()
    question_at(ben)
    assert "1 new" in client.get(f"/activity/news/?cursor={newest}").content.decode()


def test_numbers_have_a_page_for_each_period(client: Client, lina: User) -> None:
    client.force_login(lina)
    for period in ("7d", "30d", "90d", "365d", "all"):
        assert client.get(f"/numbers/?period={period}").status_code == 200
    assert client.get("/numbers/?period=1y").status_code == 400


def test_the_bell_is_drawn_anew(client: Client, lina: User) -> None:
    client.force_login(lina)
    assert 'data-notifications="0"' in client.get("/updates/bell/").content.decode()
