"""The first page: landing for visitors, home for members."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from dashboard import queries
from forums.actions.posts import reply
from forums.actions.topics import create_topic
from forums.models import Category
from forums.tests.factories import CategoryFactory
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


def test_a_reply_to_my_question_waits_for_me_until_i_answer(lina: User, ben: User, maintenance: Category) -> None:
    topic = create_topic(
        actor=lina.actor, category_id=maintenance.pk, title="Why does it stop?", body="<p>It stops at night.</p>"
    )
    reply(actor=ben.actor, topic_id=topic.pk, body="<p>Look at the condensate drain.</p>")
    assert queries.home(lina.actor, person=lina).unread_answers == [topic]
    reply(actor=lina.actor, topic_id=topic.pk, body="<p>It was the drain, thank you.</p>")
    assert queries.home(lina.actor, person=lina).unread_answers == []


def test_home_is_held_back_until_the_address_is_confirmed(client: Client, nico: User) -> None:
    with pytest.raises(NotVerified):
        queries.home(nico.actor, person=nico)
    client.force_login(nico)
    assert client.get("/").status_code == 302


def test_home_costs_ten_queries_however_much_there_is(client: Client, kamal: User, maintenance: Category) -> None:
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
    with CaptureQueriesContext(
        connection,
    ) as asked:
        client.get("/")
    assert len(asked) <= 10
