"""What search looks at is what the posts say, whatever is done to them."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from forums.actions import posts, topics
from forums.actions.imports import import_threads
from forums.actions.search import reindex, waiting
from forums.imports.reader import Item
from forums.models import Post, SearchEntry, Topic
from forums.tests.factories import CategoryFactory, answer, ask
from p2psandbox.platform import search


def holding(words: str) -> list[tuple[str, int]]:
    """The topics and numbers of the posts whose entries hold these words."""
    found = SearchEntry.objects.filter(vector=search.RawQuery(search.understand(words).tsquery))
    return sorted(found.values_list("topic__title", "number"))


@pytest.fixture
def topic(ada: User) -> Topic:
    return ask(ada, "Why does the compressor trip?", body="<p>A thermal relay, XJ-900</p>", tags=["Screw drive"])


def test_a_question_is_known_by_title_tags_and_text(topic: Topic) -> None:
    for words in ("compressors", "screw", "relays", "XJ900"):
        assert holding(words) == [(topic.title, 1)]
    assert waiting() == 0


def test_a_reply_is_known_by_its_own_text(topic: Topic, lina: User) -> None:
    answer(lina, topic, "<p>Look at the bimetal</p>")
    assert holding("bimetal") == [(topic.title, 2)]
    assert holding("compressor") == [(topic.title, 1)]


def test_an_edit_is_known_at_once(topic: Topic, ada: User, lina: User) -> None:
    reply = answer(lina, topic, "<p>Look at the bimetal</p>")
    posts.edit_post(actor=lina.actor, post_id=reply.pk, body="<p>Look at the contactor</p>")
    topics.edit_topic(actor=ada.actor, topic_id=topic.pk, title="Why does the chiller trip?", tags=["ammonia"])
    assert holding("bimetal") == holding("compressor") == holding("screw") == []
    assert holding("contactor") == [("Why does the chiller trip?", 2)]
    assert holding("chiller") == holding("ammonia") == holding("relay") == [("Why does the chiller trip?", 1)]
    posts.edit_post(actor=ada.actor, post_id=topic.posts.get(number=1).pk, body="<p>Now it is the fan</p>")
    assert holding("fan") == [("Why does the chiller trip?", 1)]
    assert holding("relay") == []
    assert waiting() == 0


def test_likes_and_deletions_leave_entries_alone(topic: Topic, ada: User, lina: User) -> None:
    reply = answer(lina, topic, "<p>Look at the bimetal</p>")
    before = list(SearchEntry.objects.order_by("pk").values())
    posts.delete_post(actor=lina.actor, post_id=reply.pk)
    posts.restore_post(actor=lina.actor, post_id=reply.pk)
    assert list(SearchEntry.objects.order_by("pk").values()) == before


def test_imported_threads_are_known(mona: User) -> None:
    record: dict[str, Any] = {
        "title": "Palletiser drops boxes",
        "posts": [
            {"author": "Someone", "body_html": "<p>Vacuum cups are new</p>", "created_at": "2020-01-01T10:00:00Z"},
            {"author": "Another", "body_html": "<p>Measure the ejector</p>", "created_at": "2020-01-02T10:00:00Z"},
        ],
    }
    items = [Item(place="item 1", record=record, problem="")]
    import_threads(actor=mona.actor, category_id=CategoryFactory().pk, organization_id=None, items=items)
    assert holding("vacuum") == [("Palletiser drops boxes", 1)]
    assert holding("ejectors") == [("Palletiser drops boxes", 2)]
    assert waiting() == 0


def test_reindexing_makes_what_is_missing_or_old_and_nothing_else(topic: Topic, lina: User) -> None:
    first, second = answer(lina, topic, "<p>First idea</p>"), answer(lina, topic, "<p>Second idea</p>")
    kept = list(SearchEntry.objects.order_by("pk").values())
    SearchEntry.objects.filter(post=first).delete()
    SearchEntry.objects.filter(post=second).update(recipe=0, vector="")
    assert waiting() == 2
    heard: list[int] = []
    assert reindex(progress=heard.append) == sum(heard) == 2
    assert list(SearchEntry.objects.order_by("pk").values()) == kept
    assert reindex() == 0
    assert reindex(everything=True) == Post.objects.count()


def test_the_command_says_what_waits_and_what_it_made(topic: Topic) -> None:
    out = StringIO()
    call_command("reindex_search", check=True, stdout=out)
    assert "Every post has its search entry" in out.getvalue()
    SearchEntry.objects.all().delete()
    with pytest.raises(CommandError, match="1 posts wait"):
        call_command("reindex_search", check=True)
    call_command("reindex_search", stdout=out)
    assert "Done: 1 search entries made." in out.getvalue()
