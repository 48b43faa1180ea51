"""Topics through the pages, as people use them."""

from __future__ import annotations

from django.test import Client

from accounts.models import User
from forums.models import Post, Topic
from forums.tests.factories import CategoryFactory, answer, ask


def test_a_member_asks_a_question_and_sees_it(client: Client, ada: User) -> None:
    shelf = CategoryFactory()
    client.force_login(ada)
    form = client.get("/forums/topics/new/").context["form"]

    response = client.post(
        "/forums/topics/new/",
        {
            "category": shelf.pk,
            "title": "Which sensor survives cutting oil?",
            "body": "<p>We lost <strong>three</strong> this year.</p><script>alert(1)</script>",
            "body_format": "html",
            "tags": "Sensors, PLC",
            "key": form["key"].value(),
        },
        follow=True,
    )

    page = response.content.decode()
    assert response.status_code == 200
    assert '<h1 dir="auto">Which sensor survives cutting oil?</h1>' in page
    assert "<strong>three</strong>" in page
    assert "alert(1)" not in page
    assert Topic.objects.get().tags == ["sensors", "plc"]


def test_a_member_answers_and_lands_on_the_new_post(client: Client, ada: User, lina: User) -> None:
    topic = ask(ada)
    client.force_login(lina)

    response = client.post(f"/forums/topics/{topic.pk}/reply/", {"body": "Check the relay.", "key": "k1"})

    assert response.status_code == 302
    assert response["Location"] == f"{topic.get_absolute_url()}#post-2"
    page = client.get(response["Location"]).content.decode()
    assert "<p>Check the relay.</p>" in page
    assert "Lina Haddad" in page


def test_the_list_shows_what_is_unanswered_in_one_click(client: Client, ada: User) -> None:
    ask(ada, "Why does the compressor trip?")
    client.force_login(ada)

    page = client.get("/forums/").content.decode()

    assert "Why does the compressor trip?" in page
    assert "Bolt &amp; Co" in page
    assert 'href="/forums/?answered=false"' in page
    assert "Why does the compressor trip?" in client.get("/forums/?answered=false").content.decode()
    assert "Nothing matches" in client.get("/forums/?answered=true").content.decode()


def test_a_locked_topic_refuses_a_reply_and_keeps_the_text(client: Client, ada: User, mona: User) -> None:
    topic = ask(ada)
    client.force_login(mona)
    client.post(f"/forums/topics/{topic.pk}/moderate/", {"locked": "1"})
    client.force_login(ada)

    response = client.post(f"/forums/topics/{topic.pk}/reply/", {"body": "One more thing.", "key": "k"})

    assert response.status_code == 409
    assert "One more thing." in response.content.decode()
    assert "locked" in response.content.decode()
    assert Post.objects.count() == 1


def test_answering_twice_with_the_same_form_makes_one_post(client: Client, ada: User, lina: User) -> None:
    topic = ask(ada)
    client.force_login(lina)

    for _press in range(2):
        client.post(f"/forums/topics/{topic.pk}/reply/", {"body": "Check the relay.", "key": "same"})

    assert Post.objects.filter(topic=topic).count() == 2


def test_a_deleted_reply_leaves_a_tombstone_with_undo(client: Client, ada: User, lina: User) -> None:
    topic = ask(ada)
    reply = answer(lina, topic)
    client.force_login(lina)

    page = client.post(f"/forums/posts/{reply.pk}/delete/", follow=True).content.decode()
    assert "This post was deleted." in page
    assert "thermal relay" not in page
    assert f"/forums/posts/{reply.pk}/restore/" in page

    page = client.post(f"/forums/posts/{reply.pk}/restore/", follow=True).content.decode()
    assert "thermal relay" in page
