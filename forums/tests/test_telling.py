"""Who hears of what is written."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from accounts.tests.factories import UserFactory
from forums.actions.answers import mark_best_answer, unmark_best_answer
from forums.actions.posts import delete_post, edit_post
from forums.actions.reading import set_watch
from forums.actions.topics import delete_topic, edit_topic
from forums.models import Topic
from forums.tests.factories import answer, ask
from messaging.kinds import Kind
from messaging.models import Notification


@pytest.fixture
def topic(ada: User) -> Topic:
    return ask(ada)


def told(person: User) -> dict[str, int]:
    """What a person was told and has not read: how many events of each kind."""
    rows = Notification.objects.filter(recipient=person, read_at=None)
    return dict(Counter({row.kind: row.count for row in rows}))


def test_who_asked_and_who_is_answered_hear_of_a_reply(topic: Topic, ada: User, lina: User, kamal: User) -> None:
    first = answer(lina, topic)
    answer(kamal, topic, parent_id=first.pk)

    assert told(ada) == {Kind.REPLY: 2}
    assert told(lina) == {Kind.REPLY: 1}
    assert told(kamal) == {}
    row = Notification.objects.get(recipient=lina)
    assert (row.title, row.url) == (topic.title, f"/forums/posts/{row.events[0]}/")


def test_who_wrote_before_watches_and_hears_of_what_comes(topic: Topic, lina: User, kamal: User) -> None:
    answer(lina, topic)
    answer(kamal, topic)
    assert told(lina) == {Kind.WATCHED_TOPIC: 1}


def test_who_muted_the_topic_hears_nothing(topic: Topic, ada: User, lina: User, kamal: User) -> None:
    set_watch(actor=ada.actor, topic_id=topic.pk, level="muted")
    mark_best_answer(actor=ada.actor, topic_id=topic.pk, post_id=answer(lina, topic).pk)
    answer(kamal, topic)
    assert told(ada) == {}
    assert told(lina) == {Kind.BEST_ANSWER: 1, Kind.WATCHED_TOPIC: 1}


def test_who_watches_without_writing_hears_of_every_post(topic: Topic, lina: User, kamal: User) -> None:
    set_watch(actor=kamal.actor, topic_id=topic.pk, level="watching")
    for _number in range(3):
        answer(lina, topic)
    assert told(kamal) == {Kind.WATCHED_TOPIC: 3}


def test_another_best_answer_takes_the_news_of_the_former_back(
    topic: Topic, ada: User, lina: User, kamal: User
) -> None:
    first, second = answer(lina, topic), answer(kamal, topic)
    mark_best_answer(actor=ada.actor, topic_id=topic.pk, post_id=first.pk)
    mark_best_answer(actor=ada.actor, topic_id=topic.pk, post_id=second.pk)
    assert Kind.BEST_ANSWER not in told(lina)
    assert told(kamal) == {Kind.BEST_ANSWER: 1}
    unmark_best_answer(actor=ada.actor, topic_id=topic.pk)
    assert told(kamal) == {}


def test_what_is_deleted_is_news_no_more(topic: Topic, ada: User, lina: User) -> None:
    first = answer(lina, topic)
    answer(lina, topic)
    delete_post(actor=lina.actor, post_id=first.pk)
    assert told(ada) == {Kind.REPLY: 1}
    delete_topic(actor=ada.actor, topic_id=topic.pk)
    assert told(ada) == {}


def at(person: User) -> str:
    return f'<a class="mention" data-person="{person.pk}" href="/people/{person.pk}/">@{person.get_full_name()}</a>'


def test_who_is_mentioned_hears_of_that_and_of_nothing_else(topic: Topic, ada: User, lina: User, kamal: User) -> None:
    set_watch(actor=kamal.actor, topic_id=topic.pk, level="watching")
    answer(lina, topic, f"<p>{at(kamal)} and {at(ada)}, {at(lina)}: what do you think?</p>")
    assert told(kamal) == {Kind.MENTION: 1}
    assert told(ada) == {Kind.MENTION: 1}
    assert told(lina) == {}
    ask(lina, "Which oil for the gearbox?", body=f"<p>{at(kamal)} may know.</p>")
    assert Notification.objects.filter(recipient=kamal, kind=Kind.MENTION).count() == 2


def test_an_edit_tells_only_whom_it_mentions_anew(topic: Topic, ada: User, lina: User, kamal: User, ben: User) -> None:
    reply = answer(lina, topic, f"<p>{at(kamal)} knows.</p>")
    Notification.objects.all().delete()
    edit_post(actor=lina.actor, post_id=reply.pk, body=f"<p>{at(kamal)} and {at(ben)} know.</p>")
    assert (told(kamal), told(ben)) == ({}, {Kind.MENTION: 1})
    edit_topic(actor=ada.actor, topic_id=topic.pk, body=f"<p>{at(kamal)}, why does it trip in the morning?</p>")
    assert told(kamal) == {Kind.MENTION: 1}


def test_a_post_costs_the_same_however_many_watch(
    topic: Topic, ada: User, lina: User, django_assert_max_num_queries: Any
) -> None:
    for _number in range(30):
        set_watch(actor=UserFactory().actor, topic_id=topic.pk, level="watching")
    with django_assert_max_num_queries(34):
        answer(lina, topic)
    assert Notification.objects.count() == 31


def test_the_bell_leads_to_the_reply(client: Client, topic: Topic, ada: User, lina: User) -> None:
    reply = answer(lina, topic)
    client.force_login(ada)
    page = client.get("/notifications/").content.decode()
    assert topic.title in page
    row = Notification.objects.get(recipient=ada)
    assert client.get(f"/notifications/{row.pk}/")["Location"] == f"/forums/posts/{reply.pk}/"
    assert told(ada) == {}
