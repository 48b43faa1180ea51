"""Topics, posts, likes and best answers as JSON."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from accounts.models import User
from forums.models import Post, Topic
from forums.tests.factories import CategoryFactory, answer, ask

TOPICS = "/api/v1/forums/topics"


def posts_of(topic: Topic) -> str:
    return f"{TOPICS}/{topic.pk}/posts"


def test_a_topic_is_asked_and_read(as_: Any, ada: User) -> None:
    shelf = CategoryFactory()

    made = as_(ada).post(
        TOPICS, {"category": shelf.pk, "title": "Which sensor survives oil?", "body": "<p>Ours do not.</p>"}
    )

    assert made.status_code == 201, made.data
    read = as_(ada).get(f"{TOPICS}/{made.data['id']}").json()
    assert read["opening_post"]["body"] == "<p>Ours do not.</p>"
    assert read["author"]["organization"]["name"] == "Bolt & Co"
    assert read["best_answer"] is None
    assert read["can"] == {
        "reply": True,
        "edit": True,
        "delete": True,
        "choose_best_answer": True,
        "moderate": False,
    }


@pytest.mark.parametrize(
    ("body", "attr"),
    [
        ({"title": "!!!!!!!!!!", "body": "<p>words</p>"}, "title"),
        ({"title": "https://example.com/only", "body": "<p>words</p>"}, "title"),
        ({"title": "aaaaaaaaaaaa", "body": "<p>words</p>"}, "title"),
        ({"title": "A real question here", "body": "<p> </p>"}, "body"),
        ({"title": "A real question here", "body": "<script>x</script>"}, "body"),
        ({"title": "A real question here", "body": {"$ne": 1}}, "body"),
        ({"title": "A real question here", "body": "words", "author": str(uuid.uuid4())}, "author"),
        ({"title": "x" * 300, "body": "words"}, "title"),
        ({"title": "Turned \u202e around here", "body": "words"}, "title"),
    ],
)
def test_bad_topics_are_refused_field_by_field(as_: Any, ada: User, body: dict[str, Any], attr: str) -> None:
    response = as_(ada).post(TOPICS, {"category": CategoryFactory().pk, **body})

    assert response.status_code == 400
    assert attr in [error["attr"] for error in response.json()["errors"]]
    assert Topic.objects.count() == 0


def test_the_same_key_asks_once(as_: Any, ada: User) -> None:
    body = {"category": CategoryFactory().pk, "title": "Which sensor survives oil?", "body": "Ours do not."}

    answers = [as_(ada).post(TOPICS, body, headers={"Idempotency-Key": "k"}) for _time in range(2)]

    assert [response.status_code for response in answers] == [201, 201]
    assert answers[0].data["id"] == answers[1].data["id"]
    assert Topic.objects.count() == 1


def test_a_reply_of_the_topic_can_be_answered_and_no_other(as_: Any, ada: User, lina: User) -> None:
    topic, other = ask(ada), ask(ada, "Another question altogether")
    first = as_(lina).post(posts_of(topic), {"body": "<p>Try this.</p>"})
    foreign = answer(lina, other)

    nested = as_(ada).post(posts_of(topic), {"body": "<p>Thank you.</p>", "parent": first.data["id"]})
    wrong = as_(ada).post(posts_of(topic), {"body": "<p>Thank you.</p>", "parent": str(foreign.pk)})

    assert nested.status_code == 201
    assert nested.data["parent"] == first.data["id"]
    assert nested.data["number"] == 3
    assert Post.objects.get(pk=first.data["id"]).reply_count == 1
    assert wrong.status_code == 400
    assert wrong.json()["errors"][0]["attr"] == "parent"


def test_posts_come_in_pages_by_number_and_around_a_post(as_: Any, ada: User, lina: User) -> None:
    topic = ask(ada)
    made = [answer(lina, topic, f"<p>Reply {n}</p>") for n in range(6)]

    page = as_(ada).get(posts_of(topic), {"page": 2, "page_size": 3}).json()
    assert [post["number"] for post in page["results"]] == [5, 6, 7]
    assert page["count"] == 6
    around = as_(ada).get(posts_of(topic), {"around": made[5].pk, "page_size": 3}).json()
    assert [post["number"] for post in around["results"]] == [5, 6, 7]
    assert "around" not in around["previous"]
    newest = as_(ada).get(posts_of(topic), {"ordering": "-number", "page_size": 3}).json()
    assert [post["number"] for post in newest["results"]] == [7, 6, 5]
    last = as_(ada).get(posts_of(topic), {"ordering": "-number", "page_size": 4, "page": 2}).json()
    assert [post["number"] for post in last["results"]] == [3, 2]
    assert as_(ada).get(posts_of(topic), {"page": 9}).status_code == 404
    assert as_(ada).get(posts_of(topic), {"topic__regex": "."}).status_code == 400


def test_a_like_counts_once(as_: Any, ada: User, lina: User) -> None:
    reply = answer(lina, ask(ada))
    address = f"/api/v1/forums/posts/{reply.pk}"

    for _time in range(2):
        assert as_(ada).put(f"{address}/like").status_code == 204
    assert as_(ada).get(address).json()["like_count"] == 1
    assert as_(ada).get(address).json()["liked"] is True
    for _time in range(2):
        assert as_(ada).delete(f"{address}/like").status_code == 204
    assert as_(ada).get(address).json()["like_count"] == 0


def test_only_who_asked_chooses_the_best_answer(
    as_: Any, ada: User, ben: User, lina: User, mona: User, django_capture_on_commit_callbacks: Any
) -> None:
    topic = ask(ada)
    reply, second = answer(lina, topic), answer(ben, topic)
    address = f"{TOPICS}/{topic.pk}/best-answer"

    for other in (ben, lina, mona):
        assert as_(other).put(address, {"post": str(reply.pk)}).status_code == 403
    assert as_(ada).put(address, {"post": str(reply.pk)}).status_code == 204
    assert as_(ada).put(address, {"post": str(second.pk)}).status_code == 204
    assert as_(ada).get(f"{TOPICS}/{topic.pk}").json()["best_answer"]["id"] == str(second.pk)
    opening = Post.objects.get(topic=topic, number=1)
    assert as_(ada).put(address, {"post": str(opening.pk)}).status_code == 400
    assert [row["id"] for row in as_(ada).get(TOPICS, {"answered": "true"}).json()["results"]] == [str(topic.pk)]
    with django_capture_on_commit_callbacks(execute=True):
        assert as_(ada).delete(address).status_code == 204
    assert as_(ada).get(TOPICS, {"answered": "true"}).json()["count"] == 0


def test_a_narrowed_list_is_found_once_until_somebody_writes(
    as_: Any, ada: User, ben: User, lina: User, django_capture_on_commit_callbacks: Any
) -> None:
    narrowed = {"search": "furnace", "answered": "false", "page_size": "2"}
    asked = [ask(ada, title=f"Furnace {number} runs too hot") for number in range(5)]
    ask(ada, title="The press is too loud")
    first = as_(ben).get(TOPICS, narrowed).json()
    assert first["count"] == 5
    with CaptureQueriesContext(connection) as queries:
        last = as_(lina).get(TOPICS, narrowed | {"page": "3"}).json()
    assert [row["id"] for row in last["results"]] == [str(asked[0].pk)]
    assert not any("forums_searchentry" in query["sql"] for query in queries)
    with django_capture_on_commit_callbacks(execute=True):
        assert as_(ada).delete(f"{TOPICS}/{asked[4].pk}").status_code == 204
    shown = as_(lina).get(TOPICS, narrowed).json()
    assert (shown["count"], shown["results"][0]["id"]) == (4, str(asked[3].pk))


def test_a_colleague_neither_edits_nor_deletes(as_: Any, ada: User, ben: User, mona: User) -> None:
    topic = ask(ada)
    reply = answer(ada, topic)

    for address in (f"{TOPICS}/{topic.pk}", f"/api/v1/forums/posts/{reply.pk}"):
        assert as_(ben).patch(address, {"body": "<p>Mine now.</p>"}).status_code == 403
        assert as_(ben).delete(address).status_code == 403
        assert as_(mona).patch(address, {"body": "<p>Put better.</p>"}).status_code == 200


def test_what_is_deleted_is_gone_for_members_and_back_for_moderators(
    as_: Any, ada: User, lina: User, mona: User
) -> None:
    topic = ask(ada)
    reply = answer(lina, topic)

    assert as_(lina).delete(f"/api/v1/forums/posts/{reply.pk}").status_code == 204
    assert as_(lina).get(f"/api/v1/forums/posts/{reply.pk}").status_code == 404
    tombstone = as_(ada).get(posts_of(topic)).json()["results"][0]
    assert tombstone["body"] is None
    assert tombstone["deleted_at"] is not None
    assert as_(mona).get(f"/api/v1/forums/posts/{reply.pk}").json()["body"] is not None
    assert as_(ada).delete(f"{TOPICS}/{topic.pk}").status_code == 204
    assert as_(ada).get(f"{TOPICS}/{topic.pk}").status_code == 404
    assert as_(lina).post(posts_of(topic), {"body": "<p>Too late.</p>"}).status_code == 404


def test_visitors_sign_in_first(api_client: APIClient, ada: User, nico: User) -> None:
    topic = ask(ada)

    for address in (TOPICS, f"{TOPICS}/{topic.pk}", posts_of(topic), "/api/v1/forums/categories"):
        assert api_client.get(address).status_code == 401
    api_client.force_authenticate(nico)
    assert api_client.get(TOPICS).json()["errors"][0]["code"] == "email_not_verified"


def test_filters_combine_and_unknown_ones_are_refused(as_: Any, ada: User, lina: User) -> None:
    food = CategoryFactory(slug="food")
    wanted = ask(ada, "Oven loses temperature", category=food, tags=["Oven", "PLC"])
    ask(ada, "Oven door does not close", tags=["oven"])
    ask(lina, "Mixer is far too loud", category=food)

    found = as_(lina).get(TOPICS, {"category": "food", "tag": "oven", "author": ada.pk, "answered": "false"})
    assert [row["id"] for row in found.json()["results"]] == [str(wanted.pk)]
    assert as_(lina).get(TOPICS, {"mine": "true"}).json()["count"] == 1
    assert as_(lina).get(TOPICS, {"search": "temperatures"}).json()["count"] == 1
    assert as_(lina).get(TOPICS, {"search": "plc"}).json()["count"] == 1
    assert as_(lina).get(TOPICS, {"bookmarks": "1"}).status_code == 400
    assert as_(lina).get(TOPICS, {"author": "' or 1=1"}).status_code == 400
    assert as_(lina).get(TOPICS, {"category": "nowhere"}).status_code == 400
