"""How far one read, what one keeps, how closely one follows."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from forums import queries
from forums.actions.posts import delete_post
from forums.models import Topic, TopicReader, Watch
from forums.tests.factories import answer, ask


@pytest.fixture
def topic(ada: User) -> Topic:
    """A topic of two pages, as ada left it."""
    topic = ask(ada)
    for number in range(21):
        answer(ada, topic, f"<p>Answer {number}</p>")
    return topic


def read_number(person: User, topic: Topic) -> int:
    return queries.reading_of(person.actor, topic.pk).read_number


def test_reading_ends_before_the_first_post_that_was_not_shown(client: Client, topic: Topic, lina: User) -> None:
    address = topic.get_absolute_url()
    client.force_login(lina)
    client.get(f"{address}?page=2")
    assert read_number(lina, topic) == 0, "the first page was passed over"
    client.get(address)
    assert read_number(lina, topic) == 21
    client.get(f"{address}?page=2")
    assert read_number(lina, topic) == 22


def test_a_topic_with_something_new_leads_to_it(client: Client, topic: Topic, ada: User, lina: User) -> None:
    address, unread = topic.get_absolute_url(), f"/forums/topics/{topic.pk}/unread/"
    client.force_login(lina)
    assert unread not in client.get(address).content.decode(), "on the first visit everything is new"
    assert unread in client.get(address).content.decode()
    assert unread in client.get("/forums/").content.decode()
    assert client.get(unread)["Location"] == f"{address}?page=2#post-22"
    assert "badge--new" in client.get(f"{address}?page=2").content.decode()
    assert "badge--new" not in client.get(f"{address}?page=2").content.decode()
    assert unread not in client.get("/forums/").content.decode()
    new = answer(ada, topic, "<p>One more</p>")
    assert unread in client.get("/forums/").content.decode()
    delete_post(actor=ada.actor, post_id=new.pk)
    assert client.get(unread)["Location"] == f"{address}?page=2#post-22"
    client.get(f"{address}?page=2")
    assert unread not in client.get("/forums/").content.decode()


def test_who_reads_on_writes_nothing_unless_there_is_something_new(client: Client, topic: Topic, lina: User) -> None:
    client.force_login(lina)
    client.get(topic.get_absolute_url())
    before = TopicReader.objects.get(user=lina, topic=topic).read_at
    client.get(topic.get_absolute_url())
    assert TopicReader.objects.get(user=lina, topic=topic).read_at == before


def test_who_writes_watches_unless_muted_and_has_read_their_own(topic: Topic, ada: User, lina: User) -> None:
    assert queries.reading_of(ada.actor, topic.pk) == queries.Reading(22, False, Watch.WATCHING)
    answer(lina, topic)
    assert queries.reading_of(lina.actor, topic.pk).watch == Watch.WATCHING
    TopicReader.objects.filter(user=lina).update(watch=Watch.MUTED)
    answer(lina, topic)
    assert queries.reading_of(lina.actor, topic.pk).watch == Watch.MUTED
    TopicReader.objects.filter(user=lina).update(watch=Watch.NORMAL)
    answer(lina, topic)
    assert queries.reading_of(lina.actor, topic.pk).watch == Watch.NORMAL, "who chose less is not asked again"


def test_bookmarks_are_kept_listed_and_let_go(client: Client, topic: Topic, ada: User, lina: User) -> None:
    other = ask(ada, "Which oil for the gearbox?")
    client.force_login(lina)
    address = f"/forums/topics/{topic.pk}/bookmark/"
    for _time in range(2):
        assert client.post(address, {"bookmarked": "1"})["Location"] == topic.get_absolute_url()
    page = client.get("/forums/?bookmarked=1").content.decode()
    assert topic.title in page
    assert other.title not in page
    assert 'aria-pressed="true"' in client.get(topic.get_absolute_url()).content.decode()
    buttons = client.post(address, {"bookmarked": "0"}, headers={"HX-Request": "true"}).content.decode()
    assert 'aria-pressed="false"' in buttons
    assert "No bookmarks yet" in client.get("/forums/?bookmarked=1").content.decode()


def test_how_much_one_hears_of_a_topic(client: Client, topic: Topic, lina: User) -> None:
    client.force_login(lina)
    address = f"/forums/topics/{topic.pk}/watch/"
    client.post(address, {"level": "muted"})
    assert queries.reading_of(lina.actor, topic.pk).watch == Watch.MUTED
    assert client.post(address, {"level": "loudly"}).status_code == 400


def test_the_json_keeps_watches_and_says_so(as_: Any, topic: Topic, lina: User) -> None:
    api, address = as_(lina), f"/api/v1/forums/topics/{topic.pk}"
    for _time in range(2):
        assert api.put(f"{address}/bookmark").status_code == 204
    assert api.put(f"{address}/watch", {"level": "watching"}).status_code == 204
    found = api.get(address).json()
    assert (found["bookmarked"], found["watch"], found["read_number"], found["last_number"]) == (
        True,
        "watching",
        0,
        22,
    )
    listed = api.get("/api/v1/forums/topics", {"bookmarked": "true"}).json()
    assert [one["id"] for one in listed["results"]] == [str(topic.pk)]
    assert api.delete(f"{address}/bookmark").status_code == 204
    assert api.delete(f"{address}/watch").status_code == 204
    found = api.get(address).json()
    assert (found["bookmarked"], found["watch"]) == (False, "normal")
    assert api.put(f"{address}/watch", {"level": "loudly"}).status_code == 400
