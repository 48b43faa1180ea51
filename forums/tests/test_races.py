"""Many at the same moment: every post has a number of its own, every like counts once."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import User
from accounts.tests.factories import UserFactory
from forums.actions import answers, likes, posts
from forums.models import Category, Post, PostLike, Topic
from forums.tests.factories import answer, ask
from p2psandbox.platform.errors import Conflict
from p2psandbox.platform.idempotency import once
from tests.races import at_once

pytestmark = [pytest.mark.stores, pytest.mark.django_db(transaction=True, databases=["default", "documents"])]


def test_fifty_replies_at_once_get_fifty_numbers(ada: User, lina: User) -> None:
    topic = ask(ada)

    made = at_once(*(lambda n=n: answer(lina, topic, f"<p>Reply {n}</p>") for n in range(50)))

    assert [one for one in made if not isinstance(one, Post)] == []
    assert sorted(Post.objects.filter(topic=topic).values_list("number", flat=True)) == list(range(1, 52))
    topic.refresh_from_db()
    assert (topic.last_number, topic.reply_count) == (51, 50)


def test_a_like_pressed_ten_times_at_once_counts_once(ada: User, lina: User) -> None:
    reply = answer(lina, ask(ada))

    at_once(*(lambda: likes.like(actor=ada.actor, post_id=reply.pk) for _press in range(10)))

    reply.refresh_from_db()
    assert reply.like_count == PostLike.objects.count() == 1


def test_ten_people_liking_at_once_count_ten(ada: User, lina: User) -> None:
    topic = ask(ada)
    opening = Post.objects.get(topic=topic)
    people = [UserFactory(organization=lina.organization) for _number in range(10)]

    at_once(*(lambda p=p: likes.like(actor=p.actor, post_id=opening.pk) for p in people))

    opening.refresh_from_db()
    topic.refresh_from_db()
    assert opening.like_count == topic.like_count == 10


def test_a_form_sent_twice_at_once_makes_one_post(ada: User, lina: User) -> None:
    topic = ask(ada)

    def press() -> Any:
        return once(actor=lina.actor, kind="t", key="k", make=lambda: answer(lina, topic).pk)

    at_once(press, press, press)

    assert Post.objects.filter(topic=topic).count() == 2


def test_two_edits_at_once_keep_one_and_say_so_to_the_other(ada: User, mona: User) -> None:
    reply = answer(ada, ask(ada))

    found = at_once(
        *(
            lambda who=who: posts.edit_post(
                actor=who.actor, post_id=reply.pk, body=f"<p>As {who} sees it</p>", revision_id=reply.revision_id
            )
            for who in (ada, mona)
        )
    )

    assert sorted(type(one).__name__ for one in found) == ["Conflict", "Post"]
    assert next(one for one in found if isinstance(one, Conflict)).code == "stale"


def test_deleting_the_best_answer_while_it_is_chosen_leaves_no_deleted_best_answer(ada: User) -> None:
    topic = ask(ada)
    reply = answer(ada, topic)

    at_once(
        lambda: answers.mark_best_answer(actor=ada.actor, topic_id=topic.pk, post_id=reply.pk),
        lambda: posts.delete_post(actor=ada.actor, post_id=reply.pk),
    )

    topic.refresh_from_db()
    assert topic.best_answer_id is None


def test_topics_asked_at_once_are_all_counted(ada: User, lina: User) -> None:
    first = ask(ada)

    at_once(*(lambda n=n: ask(lina, f"Question number {n}", category=first.category) for n in range(8)))

    assert Category.objects.get(pk=first.category_id).topic_count == Topic.objects.count() == 9
