"""How much a page may ask of either store, however long the thread."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from accounts.tests.factories import UserFactory
from forums import queries
from forums.actions.likes import like
from forums.models import Topic, topic_url
from forums.tests.factories import answer, ask


@contextmanager
def at_most(sql: int, documents: int) -> Iterator[CaptureQueriesContext]:
    """Fail when PostgreSQL or the document server is asked more often than that."""
    with (
        CaptureQueriesContext(connections["default"]) as catalogue,
        CaptureQueriesContext(connections["documents"]) as library,
    ):
        yield library
    assert len(catalogue) <= sql, "\n".join(str(query["sql"]) for query in catalogue.captured_queries)
    assert len(library) <= documents, library.captured_queries


NEW = '<span class="badge badge--new">New</span>'


@pytest.fixture
def long_topic(ada: User) -> Topic:
    """A topic of three pages with as many writers as companies."""
    topic = ask(ada)
    writers = [UserFactory() for _number in range(6)]
    for number in range(45):
        answer(writers[number % 6], topic, f"<p>Reply {number}</p>")
    return topic


@pytest.mark.parametrize("page", [1, 2, 3])
def test_a_topic_page_asks_little_cold_and_no_documents_warm(
    client: Client, long_topic: Topic, lina: User, page: int
) -> None:
    client.force_login(lina)
    client.get("/forums/")  # statements are put together once per process
    client.get(long_topic.get_absolute_url())
    cache.clear()
    client.get("/forums/")  # the session is back in the cache

    address = f"{long_topic.get_absolute_url()}?page={page}"
    with at_most(sql=8, documents=1) as library:
        cold = client.get(address)
    assert len(library) == 1
    client.get(address)  # what was new is so no longer
    with at_most(sql=2, documents=0):
        warm = client.get(address)

    def posts(response: Any) -> str:
        return response.content.decode().partition('<div class="thread"')[2].partition("<section")[0]

    assert cold.status_code == 200
    assert posts(warm).replace(NEW, "") == posts(cold).replace(NEW, "")


@pytest.mark.parametrize(
    "query", ["", "?answered=false", "?tag=plc", "?search=compressor", "?mine=1", "?ordering=-views", "?page=2"]
)
def test_a_list_asks_little_and_no_documents(client: Client, ada: User, lina: User, query: str) -> None:
    for number in range(30):
        ask(lina if number % 2 else ada, f"Compressor number {number} trips", tags=["PLC"])
    client.force_login(ada)
    client.get("/forums/")

    with at_most(sql=6, documents=0):
        assert client.get(f"/forums/{query}").status_code == 200


def test_the_json_asks_little_too(as_: Any, long_topic: Topic, lina: User) -> None:
    api = as_(lina)
    with at_most(sql=6, documents=1):
        assert len(api.get(f"/api/v1/forums/topics/{long_topic.pk}/posts").json()["results"]) == 20
    with at_most(sql=6, documents=1):
        api.get(f"/api/v1/forums/topics/{long_topic.pk}")
    with at_most(sql=4, documents=0):
        api.get("/api/v1/forums/topics")


def test_a_page_shows_what_changed_though_it_was_cached(
    client: Client, long_topic: Topic, ada: User, lina: User
) -> None:
    client.force_login(lina)
    address = long_topic.get_absolute_url()
    client.get(address)
    reply = queries.topic_page(ada.actor, long_topic.pk).posts[1]

    like(actor=lina.actor, post_id=reply.id)
    writer = User.objects.get(posts=reply.id)
    writer.first_name = "Renamed"
    writer.save()

    page = client.get(address).content.decode()
    assert 'aria-pressed="true"' in page
    assert "Renamed" in page


def test_the_short_cut_to_an_address_says_what_the_router_says(long_topic: Topic) -> None:
    assert topic_url(long_topic.pk, long_topic.slug) == reverse("forums:topic", args=[long_topic.pk, long_topic.slug])
    assert topic_url(long_topic.pk, "ضاغط") == reverse("forums:topic", args=[long_topic.pk, "ضاغط"])
