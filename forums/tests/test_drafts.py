"""Sending what was kept as a draft ends the draft, whichever way it is sent."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from forums.models import Topic
from forums.tests.factories import CategoryFactory, answer, ask
from p2psandbox.platform.drafts.actions import draft_of, save_draft
from p2psandbox.platform.drafts.models import Draft

FIELDS = {"body": "<p>Check the thermal relay first.</p>"}


@pytest.fixture
def topic(ada: User) -> Topic:
    return ask(ada)


def kept(person: User, *keys: str) -> None:
    for key in keys:
        save_draft(actor=person.actor, key=key, fields=FIELDS)


def test_a_reply_ends_its_draft_and_no_other(client: Client, topic: Topic, lina: User, kamal: User) -> None:
    kept(lina, f"reply:{topic.pk}", "topic:new")
    kept(kamal, f"reply:{topic.pk}")
    client.force_login(lina)
    client.post(f"/forums/topics/{topic.pk}/reply/", FIELDS | {"body_format": "html"})
    assert set(Draft.objects.values_list("user", "key")) == {(lina.pk, "topic:new"), (kamal.pk, f"reply:{topic.pk}")}


def test_a_refused_reply_keeps_its_draft(client: Client, topic: Topic, lina: User) -> None:
    kept(lina, f"reply:{topic.pk}")
    client.force_login(lina)
    assert client.post(f"/forums/topics/{topic.pk}/reply/", {"body": "!!!"}).status_code == 400
    assert draft_of(lina.actor, f"reply:{topic.pk}") is not None


def test_a_question_and_edits_end_theirs(as_: Any, topic: Topic, ada: User) -> None:
    reply = answer(ada, topic)
    kept(ada, "topic:new", f"topic:{topic.pk}", f"post:{reply.pk}")
    api = as_(ada)
    question = {"category": str(CategoryFactory().pk), "title": "Which oil for the gearbox?", **FIELDS}
    assert api.post("/api/v1/forums/topics", question).status_code == 201
    assert api.patch(f"/api/v1/forums/topics/{topic.pk}", {"title": "Why does it still trip?"}).status_code == 200
    assert api.patch(f"/api/v1/forums/posts/{reply.pk}", FIELDS).status_code == 200
    assert not Draft.objects.exists()


def test_every_form_says_where_its_draft_is(client: Client, topic: Topic, ada: User) -> None:
    reply = answer(ada, topic)
    client.force_login(ada)
    for page, key in (
        ("/forums/topics/new/", "topic:new"),
        (topic.get_absolute_url(), f"reply:{topic.pk}"),
        (f"/forums/topics/{topic.pk}/edit/", f"topic:{topic.pk}"),
        (f"/forums/posts/{reply.pk}/edit/", f"post:{reply.pk}"),
    ):
        assert f'data-draft="/api/v1/drafts/{key}"' in client.get(page).content.decode(), page
