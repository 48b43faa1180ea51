"""Threads: branches, what is shown of them, their pages, orders, permalinks."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from accounts.models import User
from forums import queries
from forums.actions.likes import like
from forums.actions.posts import delete_post, restore_post
from forums.models import REPLIES_SHOWN, Post, Topic
from forums.queries import ThreadOrder
from forums.tests.factories import answer, ask


@pytest.fixture
def topic(ada: User) -> Topic:
    return ask(ada)


def shown(response: Any) -> list[int]:
    """The numbers of the posts on a page, in their order."""
    return [
        int(number) for number in re.findall(r'<article class="post[^"]*" id="post-(\d+)"', response.content.decode())
    ]


def places(topic: Topic) -> list[tuple[int, int, int]]:
    return list(topic.posts.order_by("number").values_list("number", "branch", "branch_place"))


def chain(topic: Topic, author: User, head: Post, count: int) -> list[Post]:
    """Posts each of which answers the one before it."""
    made = [head]
    for number in range(count):
        made.append(answer(author, topic, f"<p>On and on {number}</p>", parent_id=made[-1].pk))
    return made[1:]


def test_what_answers_an_answer_hangs_on_its_branch_however_deep(topic: Topic, lina: User) -> None:
    first, second = answer(lina, topic), answer(lina, topic)
    to_first = answer(lina, topic, parent_id=first.pk)
    answer(lina, topic, parent_id=to_first.pk)
    answer(lina, topic, parent_id=second.pk)
    answer(lina, topic, parent_id=topic.posts.get(number=1).pk)

    assert places(topic) == [(1, 0, 0), (2, 1, 0), (3, 2, 0), (4, 1, 1), (5, 1, 2), (6, 2, 1), (7, 3, 0)]
    first.refresh_from_db()
    assert (first.branch_size, first.branch_replies, first.reply_count) == (2, 2, 1)


def test_two_posts_never_stand_in_the_same_place(topic: Topic, lina: User) -> None:
    first, second = answer(lina, topic), answer(lina, topic)
    with pytest.raises(IntegrityError), transaction.atomic():
        Post.objects.filter(pk=second.pk).update(branch=first.branch)


def test_a_page_shows_each_branch_with_its_first_replies_and_the_way_to_the_others(
    client: Client, topic: Topic, ada: User, lina: User
) -> None:
    first = answer(lina, topic)
    chain(topic, ada, first, 5)
    answer(lina, topic)
    client.force_login(lina)

    page = client.get(topic.get_absolute_url())
    assert shown(page) == [1, 2, 3, 4, 5, 8]
    assert "Show all 5 replies" in page.content.decode()
    branch = client.get(f"{topic.get_absolute_url()}replies/1/")
    assert f'href="{topic.get_absolute_url()}replies/1/"' in page.content.decode()
    assert shown(branch) == [2, 3, 4, 5, 6, 7]
    assert "in reply to" in branch.content.decode()


def test_every_post_has_an_address_that_shows_it(client: Client, topic: Topic, ada: User, lina: User) -> None:
    heads = [answer(lina, topic, f"<p>Answer {number}</p>") for number in range(22)]
    chain(topic, ada, heads[1], 23)
    delete_post(actor=lina.actor, post_id=heads[0].pk)
    client.force_login(lina)

    for post in topic.posts.alive():
        address = client.get(f"/forums/posts/{post.pk}/")["Location"]
        path, _hash, anchor = address.partition("#")
        assert anchor == (f"post-{post.number}" if post.number > 1 else "")
        assert post.number in shown(client.get(path)), address


def test_branches_stand_in_the_order_asked_for(client: Client, topic: Topic, ada: User, lina: User) -> None:
    heads = [answer(lina, topic, f"<p>Answer {number}</p>") for number in range(23)]
    answer(ada, topic, parent_id=heads[4].pk)
    like(actor=ada.actor, post_id=heads[4].pk)
    client.force_login(lina)
    address = topic.get_absolute_url()

    assert shown(client.get(address))[:3] == [1, 2, 3]
    assert shown(client.get(f"{address}?order=newest"))[:3] == [1, 24, 23]
    assert shown(client.get(f"{address}?order=newest&page=2")) == [4, 3, 2]
    assert shown(client.get(f"{address}?order=likes"))[:4] == [1, 6, 25, 2]
    assert shown(client.get(f"{address}?order=likes&page=2")) == [22, 23, 24]
    assert 'href="?order=likes&amp;page=2"' in client.get(f"{address}?order=likes").content.decode()
    assert shown(client.get(f"{address}?order=nonsense"))[:3] == [1, 2, 3]


@pytest.mark.parametrize("where", ["?page=3", "?page=0", "?page=x", "?order=newest&page=3", "?order=likes&page=3"])
def test_there_is_nothing_beyond_the_end(client: Client, topic: Topic, lina: User, where: str) -> None:
    heads = [answer(lina, topic) for _number in range(21)]
    answer(lina, topic, parent_id=heads[0].pk)
    client.force_login(lina)
    assert client.get(topic.get_absolute_url() + where).status_code == 404
    for branch in ("0/", "22/", "1/?page=2"):
        assert client.get(f"{topic.get_absolute_url()}replies/{branch}").status_code == 404


def test_a_deleted_post_leaves_a_tombstone_only_where_replies_hang_on_it(
    client: Client, topic: Topic, ada: User, lina: User, kamal: User
) -> None:
    alone, answered = answer(lina, topic), answer(lina, topic)
    below = answer(ada, topic, parent_id=answered.pk)
    for post in (alone, answered):
        delete_post(actor=lina.actor, post_id=post.pk)

    client.force_login(kamal)
    assert shown(client.get(topic.get_absolute_url())) == [1, 3, 4]
    client.force_login(lina)
    assert shown(client.get(topic.get_absolute_url())) == [1, 2, 3, 4], "who deleted it can take that back"

    delete_post(actor=ada.actor, post_id=below.pk)
    answered.refresh_from_db()
    assert (answered.branch_replies, answered.branch_size) == (0, 1)
    client.force_login(kamal)
    assert shown(client.get(topic.get_absolute_url())) == [1]
    restore_post(actor=ada.actor, post_id=below.pk)
    assert shown(client.get(topic.get_absolute_url())) == [1, 3, 4]


def test_the_best_answer_is_not_announced_right_above_itself(
    client: Client, topic: Topic, ada: User, lina: User
) -> None:
    first, second = answer(lina, topic), answer(lina, topic)
    client.force_login(ada)
    for post, announced in ((first, False), (second, True)):
        client.post(f"/forums/posts/{post.pk}/best-answer/", {"best": "1"})
        page = client.get(topic.get_absolute_url()).content.decode()
        assert ('class="answer"' in page) is announced
        assert "post--best" in page


def test_a_reply_that_is_refused_comes_back_on_the_page_of_what_it_answers(
    client: Client, topic: Topic, ada: User, lina: User
) -> None:
    head = answer(lina, topic)
    deep = chain(topic, ada, head, REPLIES_SHOWN + 2)[-1]
    client.force_login(lina)

    page = client.post(f"/forums/topics/{topic.pk}/reply/", {"body": "!!!", "parent": deep.pk})

    assert page.status_code == 400
    assert deep.number in shown(page)


def test_the_json_says_the_same(as_: Any, topic: Topic, ada: User, lina: User) -> None:
    first = answer(lina, topic)
    below = chain(topic, ada, first, 5)
    answer(lina, topic)
    api = as_(lina)

    listed = api.get(f"/api/v1/forums/topics/{topic.pk}/posts").json()["results"]
    assert [(post["number"], post["reply_count"]) for post in listed] == [(2, 5), (8, 0)]
    assert [post["number"] for post in listed[0]["replies"]] == [3, 4, 5]
    rest = api.get(f"/api/v1/forums/posts/{first.pk}/replies", {"page_size": 3, "page": 2}).json()
    assert (rest["count"], [post["number"] for post in rest["results"]]) == (5, [6, 7])
    direct = api.get(f"/api/v1/forums/posts/{below[0].pk}/replies").json()
    assert [post["parent"] for post in direct["results"]] == [str(below[0].pk)]
    around = api.get(f"/api/v1/forums/topics/{topic.pk}/posts", {"around": below[-1].pk, "page_size": 1}).json()
    assert [post["number"] for post in around["results"]] == [2]
    assert api.get(f"/api/v1/forums/posts/{topic.pk}/replies").status_code == 404


@pytest.mark.parametrize("order", list(ThreadOrder))
def test_a_page_in_any_order_asks_the_same_however_long_the_thread(
    django_assert_max_num_queries: Any, topic: Topic, ada: User, lina: User, order: ThreadOrder
) -> None:
    for number in range(25):
        chain(topic, ada, answer(lina, topic, f"<p>Answer {number}</p>"), 1)
    with django_assert_max_num_queries(2):
        page = queries.topic_page(lina.actor, topic.pk, page=2, order=order)
    assert len(page.posts) == 10
