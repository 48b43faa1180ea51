"""Atom feeds: private addresses, what they show, when they end, and how little an unchanged one costs."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from accounts.actions.members import reinstate_account, suspend_account
from accounts.models import User
from forums import feed_tokens
from forums.actions import feeds, topics
from forums.models import FeedAddress, Post
from forums.queries.feeds import own_token
from forums.tests.factories import CategoryFactory, answer, ask, hidden
from forums.tests.test_budgets import at_most

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def token(ben: User) -> str:
    return feeds.make_feed_address(actor=ben.actor)


def entries(client: Client, path: str) -> list[str]:
    """The titles of a feed, as a reader would find them."""
    answer = client.get(path)
    assert answer.status_code == 200, answer.content
    assert answer["Content-Type"] == "application/atom+xml; charset=utf-8"
    feed = ElementTree.fromstring(answer.content)
    return [str(title.text) for title in feed.findall(f"{ATOM}entry/{ATOM}title")]


def test_a_feed_holds_the_newest_topics_of_all_of_a_category_or_with_a_tag(
    client: Client, ada: User, token: str
) -> None:
    food = CategoryFactory(slug="food")
    ask(ada, "Oven loses temperature", category=food, tags=["PLC", "I/O"])
    ask(ada, "Mixer runs far too loud", tags=["PLC"])

    assert entries(client, f"/forums/feeds/{token}/topics.atom") == [
        "Mixer runs far too loud",
        "Oven loses temperature",
    ]
    assert entries(client, f"/forums/feeds/{token}/categories/food.atom") == ["Oven loses temperature"]
    assert entries(client, f"/forums/feeds/{token}/tags/plc.atom") == [
        "Mixer runs far too loud", "Oven loses temperature",
    ]  # fmt: skip
    assert entries(client, f"/forums/feeds/{token}/tags/i/o.atom") == ["Oven loses temperature"]
    assert entries(client, f"/forums/feeds/{token}/tags/nothing.atom") == []


def test_an_entry_says_who_asks_and_the_first_lines_and_leads_to_the_site(
    client: Client, ada: User, token: str, settings: Any
) -> None:
    topic = ask(ada, "Why <b>now</b> & not then?", body="<p>See &lt;script&gt;alert(1)&lt;/script&gt; here.</p>")

    page = client.get(f"/forums/feeds/{token}/topics.atom", headers={"host": "localhost"})
    [entry] = ElementTree.fromstring(page.content).findall(f"{ATOM}entry")

    assert entry.findtext(f"{ATOM}id") == topic.pk.urn
    assert entry.findtext(f"{ATOM}title") == "Why <b>now</b> & not then?"
    assert entry.findtext(f"{ATOM}summary") == "See &lt;script&gt;alert(1)&lt;/script&gt; here."
    assert entry.findtext(f"{ATOM}author/{ATOM}name") == f"{ada.get_full_name()}, Bolt & Co"
    link = entry.find(f"{ATOM}link")
    assert link is not None
    assert link.get("href") == f"{settings.SITE_URL}{topic.get_absolute_url()}"


def test_what_is_deleted_or_hidden_is_in_no_feed(client: Client, ada: User, mona: User) -> None:
    for token in (feeds.make_feed_address(actor=ada.actor), feeds.make_feed_address(actor=mona.actor)):
        gone, veiled = ask(ada, "Deleted question here"), ask(ada, "Hidden question here")
        topics.delete_topic(actor=ada.actor, topic_id=gone.pk)
        hidden(mona, Post.objects.get(topic=veiled))

        assert entries(client, f"/forums/feeds/{token}/topics.atom") == []


def test_who_has_it_already_is_told_so_without_a_trip_to_the_library(client: Client, ada: User, token: str) -> None:
    topic = ask(ada)
    path = f"/forums/feeds/{token}/topics.atom"
    first = client.get(path)
    assert first["Cache-Control"] == "private, no-cache"
    cache.clear()

    with at_most(sql=3, documents=0):
        again = client.get(path, headers={"if-none-match": first["ETag"]})
    with at_most(sql=3, documents=0):
        since = client.get(path, headers={"if-modified-since": first["Last-Modified"]})
    assert [(one.status_code, one.content) for one in (again, since)] == [(304, b""), (304, b"")]
    assert again["Cache-Control"] == "private, no-cache"

    answer(ada, topic)
    assert client.get(path, headers={"if-none-match": first["ETag"]}).status_code == 200
    assert client.head(path).status_code == 200


def test_a_feed_of_many_topics_asks_three_times(client: Client, ada: User, token: str) -> None:
    for number in range(35):
        ask(ada, f"Question number {number}")
    with at_most(sql=3, documents=0):
        assert len(entries(client, f"/forums/feeds/{token}/topics.atom")) == 30


def test_a_new_address_ends_the_former_one(client: Client, ben: User, token: str) -> None:
    renewed = feeds.make_feed_address(actor=ben.actor)

    assert client.get(f"/forums/feeds/{token}/topics.atom").status_code == 404
    assert client.get(f"/forums/feeds/{renewed}/topics.atom").status_code == 200
    assert own_token(ben.actor) == renewed
    feeds.remove_feed_address(actor=ben.actor)
    assert client.get(f"/forums/feeds/{renewed}/topics.atom").status_code == 404


@pytest.mark.parametrize(
    "change",
    [
        {"is_active": False},
        {"deleted_at": timezone.now()},
        {"email_verified_at": None},
        {"suspended_at": timezone.now()},
    ],
)
def test_a_feed_ends_with_the_account(client: Client, ben: User, token: str, change: dict[str, Any]) -> None:
    User.objects.filter(pk=ben.pk).update(**change)
    assert client.get(f"/forums/feeds/{token}/topics.atom").status_code == 404


def test_a_suspended_persons_feed_is_silent_until_they_are_back(
    client: Client, ben: User, mona: User, token: str
) -> None:
    suspend_account(actor=mona.actor, person_id=ben.pk)
    assert client.get(f"/forums/feeds/{token}/topics.atom").status_code == 404
    reinstate_account(actor=mona.actor, person_id=ben.pk)
    assert client.get(f"/forums/feeds/{token}/topics.atom").status_code == 200


@pytest.mark.parametrize(
    "path", ["x/topics.atom", "{t}/categories/none.atom", "{t}/tags/%00.atom", "{t}/tags/" + "x" * 99 + ".atom"]
)
def test_what_does_not_exist_is_not_found(client: Client, token: str, path: str) -> None:
    assert client.get(f"/forums/feeds/{path.format(t=token)}").status_code == 404


def test_the_table_alone_tells_nobody_an_address(ben: User, token: str, settings: Any) -> None:
    row = FeedAddress.objects.get(person=ben)
    assert token not in (row.seed, row.token_hash)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another-key-" * 5
    assert feed_tokens.shown(row) == token
    settings.SECRET_KEY_FALLBACKS = []
    assert feed_tokens.shown(row) is None


def test_the_page_makes_shows_renews_and_removes_an_address(client: Client, ben: User) -> None:
    CategoryFactory(slug="food")
    client.force_login(ben)
    assert "Make my feed addresses" in client.get("/forums/feeds/").content.decode()

    made = client.post("/forums/feeds/renew/", follow=True).content.decode()
    token = own_token(ben.actor)
    assert f"/forums/feeds/{token}/categories/food.atom" in made
    assert f"/forums/feeds/{token}/tags/plc.atom" in made
    client.post("/forums/feeds/renew/")
    assert own_token(ben.actor) not in (None, token)
    assert "Make my feed addresses" in client.post("/forums/feeds/remove/", follow=True).content.decode()


def test_lists_name_the_readers_own_feed_once_they_have_one(client: Client, ben: User, ada: User) -> None:
    CategoryFactory(slug="food")
    client.force_login(ben)
    assert "atom+xml" not in client.get("/forums/").content.decode()

    token = feeds.make_feed_address(actor=ben.actor)
    for address, feed in (
        ("/forums/", "topics.atom"),
        ("/forums/food/", "categories/food.atom"),
        ("/forums/?tag=plc", "tags/plc.atom"),
    ):
        page = client.get(address).content.decode()
        assert 'type="application/atom+xml" title="' in page
        assert f'href="/forums/feeds/{token}/{feed}"' in page
    client.force_login(ada)
    assert token not in client.get("/forums/").content.decode()
