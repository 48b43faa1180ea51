"""Topics that point at use cases: named, or linked to in the question's text."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from accounts.models import User
from forums.actions import answers, topics
from forums.models import Topic, TopicUseCase
from forums.tests.factories import CategoryFactory, answer, ask
from p2psandbox.platform.errors import Invalid
from usecases.actions import lifecycle
from usecases.models import UseCase
from usecases.tests.factories import draft, published

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.fixture
def story(ben: User, ada: User) -> UseCase:
    return published(ben, ada)


def linked(story: UseCase) -> str:
    address = story.get_absolute_url()
    return f'<p>We want to do the same.</p><p><a href="http://localhost:8000{address}">{address}</a></p>'


def about(topic: Topic) -> set[tuple[Any, bool]]:
    return set(TopicUseCase.objects.filter(topic=topic).values_list("use_case_id", "in_text"))


def test_a_link_in_the_question_points_at_the_story(story: UseCase, lina: User) -> None:
    topic = topics.create_topic(
        actor=lina.actor, category_id=CategoryFactory().pk, title="Which sensor did you take?", body=linked(story)
    )
    assert about(topic) == {(story.pk, True)}
    topics.edit_topic(actor=lina.actor, topic_id=topic.pk, body="<p>Never mind the story, which sensor?</p>")
    assert about(topic) == set()


def test_stories_are_named_and_taken_out_again(story: UseCase, lina: User) -> None:
    topic = ask(lina)
    topics.edit_topic(actor=lina.actor, topic_id=topic.pk, use_cases=[story.pk])
    topics.edit_topic(actor=lina.actor, topic_id=topic.pk, body="<p>The same question in other words.</p>")
    assert about(topic) == {(story.pk, False)}
    topics.edit_topic(actor=lina.actor, topic_id=topic.pk, use_cases=[])
    assert about(topic) == set()


def test_what_one_may_not_read_cannot_be_pointed_at(ben: User, lina: User) -> None:
    secret, topic = draft(ben), ask(lina)
    with pytest.raises(Invalid) as refused:
        topics.edit_topic(actor=lina.actor, topic_id=topic.pk, use_cases=[secret.pk])
    assert list(refused.value.fields) == ["use_cases"]
    topics.edit_topic(actor=lina.actor, topic_id=topic.pk, body=linked(secret))
    assert about(topic) == set()


def test_a_story_shows_its_discussion_to_members(
    client: Client, story: UseCase, ada: User, ben: User, lina: User
) -> None:
    topic = ask(lina, "Which sensor did you take?")
    topics.edit_topic(actor=lina.actor, topic_id=topic.pk, use_cases=[story.pk])
    best = answer(ben, topic)
    answers.mark_best_answer(actor=lina.actor, topic_id=topic.pk, post_id=best.pk)
    client.force_login(lina)
    page = client.get(story.get_absolute_url()).content.decode()
    assert "Discussion" in page
    assert "Which sensor did you take?" in page
    assert f"/forums/topics/new/?use_case={story.pk}" in page
    form = client.get(f"/forums/topics/new/?use_case={story.pk}").content.decode()
    assert story.get_absolute_url() in form
    topics.delete_topic(actor=lina.actor, topic_id=topic.pk)
    assert "Which sensor did you take?" not in client.get(story.get_absolute_url()).content.decode()


def test_json_takes_and_tells_the_stories(story: UseCase, ada: User, lina: User) -> None:
    api = APIClient()
    api.force_authenticate(lina)
    asked = {"category": str(CategoryFactory().pk), "title": "Which sensor did you take?", "body": "<p>Which one?</p>"}
    made = api.post("/api/v1/forums/topics", asked | {"use_cases": [str(story.pk)]}, format="json").json()
    told = {"id": str(story.pk), "title": story.title, "url": story.get_absolute_url()}
    assert made["use_cases"] == [told]
    address = f"/api/v1/forums/topics/{made['id']}"
    assert api.patch(address, {"use_cases": []}, format="json").json()["use_cases"] == []
    assert api.patch(address, {"use_cases": [made["id"]]}, format="json").status_code == 400
    api.patch(address, {"use_cases": [str(story.pk)]}, format="json")
    lifecycle.unpublish(actor=ada.actor, use_case_id=story.pk)
    assert api.get(address).json()["use_cases"] == []
