"""Reporting and hearing what came of it: pages for people, JSON for programs."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from accounts.tests.factories import UserFactory
from forums.actions import moderation, topics
from forums.models import Post, Report
from forums.tests.factories import answer, ask, hidden, reported
from forums.tests.test_budgets import at_most
from messaging.models import Notification


@pytest.fixture
def post(ada: User, lina: User) -> Post:
    return answer(lina, ask(ada), "<p>Buy <strong>our</strong> pumps.</p>")


def page_of(post: Post) -> str:
    return f"/forums/posts/{post.pk}/report/"


def told(person: User) -> list[str]:
    """The addresses this person's notifications lead to."""
    return list(Notification.objects.filter(recipient=person).values_list("url", flat=True))


def test_the_page_asks_why_and_then_says_what_happens_next(client: Client, post: Post, ben: User) -> None:
    client.force_login(ben)

    asked = client.get(page_of(post)).content.decode()
    assert "Buy our pumps." in asked
    assert asked.count('type="radio"') == 7
    done = client.post(page_of(post), {"reason": "spam", "note": "Third time this week."}, follow=True)

    said = done.content.decode()
    assert done.redirect_chain == [(page_of(post), 302)]
    assert "waits for a moderator" in said
    assert "Third time this week." in said
    assert Report.objects.get().reporter == ben


def test_others_posts_can_be_reported_also_when_nothing_can_be_edited_any_more(
    client: Client, post: Post, ben: User, lina: User, mona: User
) -> None:
    topics.set_locked(actor=mona.actor, topic_id=post.topic_id, locked=True, reason="Goes in circles.")
    for person, theirs in ((ben, True), (lina, False), (mona, False)):
        client.force_login(person)
        assert (page_of(post) in client.get(post.get_absolute_url(), follow=True).content.decode()) is theirs


def test_a_report_can_be_changed_while_it_waits(client: Client, post: Post, ben: User) -> None:
    reported(ben, post, "other", note="Sells pumps.")
    client.force_login(ben)

    page = client.get(f"{page_of(post)}?again=1").content.decode()

    assert "Sells pumps." in page
    client.post(page_of(post), {"reason": "spam", "note": "Sells pumps."})
    assert Report.objects.get().reason == "spam"


def test_what_is_missing_is_said_once_and_the_note_is_kept(client: Client, post: Post, ben: User) -> None:
    client.force_login(ben)

    page = client.post(page_of(post), {"note": "Sells <pumps>"})

    assert page.status_code == 400
    assert page.content.decode().count("Choose one of the list.") == 2  # in the summary and at the field
    assert "Sells &lt;pumps&gt;" in page.content.decode()


def test_too_many_reports_keep_what_was_typed(client: Client, post: Post, ben: User) -> None:
    for _number in range(10):
        reported(ben, answer(post.author, post.topic))
    client.force_login(ben)

    page = client.post(page_of(post), {"reason": "spam", "note": "And again"})

    assert (page.status_code, "And again" in page.content.decode()) == (429, True)
    assert int(page["Retry-After"]) > 3000


def test_ones_own_post_leads_back_to_itself(client: Client, post: Post, lina: User) -> None:
    client.force_login(lina)

    assert client.get(page_of(post))["Location"] == post.get_absolute_url()
    assert client.post(page_of(post), {"reason": "spam"}).status_code == 403


def test_who_reported_hears_what_came_of_it_though_the_post_is_hidden(
    client: Client, post: Post, ben: User, kamal: User, mona: User
) -> None:
    reported(ben, post)
    hidden(mona, post)
    assert told(ben) == [page_of(post)]
    client.force_login(ben)

    page = client.get(page_of(post)).content.decode()
    assert "agreed with you" in page
    assert "pumps" not in page
    assert client.get(f"{page_of(post)}?again=1").status_code == 404
    client.force_login(kamal)
    assert client.get(page_of(post)).status_code == 404

    moderation.unhide_post(actor=mona.actor, post_id=post.pk)
    client.force_login(ben)
    assert "breaks no rule" in client.get(page_of(post)).content.decode()


def test_the_author_reads_what_was_hidden_and_why_and_nobody_else_does(
    client: Client, post: Post, ben: User, lina: User, mona: User
) -> None:
    hidden(mona, post, "Advertising is not for answers.")
    address = f"/forums/posts/{post.pk}/moderation/"
    assert told(lina) == [address]

    client.force_login(lina)
    page = client.get(address).content.decode()
    assert "This post is hidden" in page
    assert "Advertising is not for answers." in page
    assert "Buy <strong>our</strong> pumps." in page
    assert "Mona" not in page
    for person, status in ((mona, 200), (ben, 404)):
        client.force_login(person)
        assert client.get(address).status_code == status
        assert "pumps" not in client.get(post.topic.get_absolute_url()).content.decode() or person == mona


def test_the_topics_page_shows_a_hidden_post_to_its_author_and_leads_to_why(
    client: Client, post: Post, ben: User, lina: User, mona: User
) -> None:
    hidden(mona, post)
    seen = {}
    for person in (lina, ben):
        client.force_login(person)
        seen[person] = client.get(post.topic.get_absolute_url()).content.decode()

    assert f"/forums/posts/{post.pk}/moderation/" in seen[lina]
    assert f"/forums/posts/{post.pk}/edit/" not in seen[lina]
    assert f"/forums/posts/{post.pk}" not in seen[ben]
    assert "pumps" not in seen[ben]


def test_every_post_but_ones_own_offers_to_be_reported(client: Client, post: Post, lina: User, ben: User) -> None:
    for person, offered in ((ben, True), (lina, False)):
        client.force_login(person)
        page = client.get(post.topic.get_absolute_url()).content.decode()
        assert (page_of(post) in page) is offered


def test_nothing_is_there_to_read_where_nothing_was_decided(client: Client, post: Post, lina: User, mona: User) -> None:
    client.force_login(lina)
    address = f"/forums/posts/{post.pk}/moderation/"
    assert client.get(address).status_code == 404

    reported(UserFactory(), post)
    moderation.dismiss_reports(actor=mona.actor, post_id=post.pk)
    assert client.get(address).status_code == 404
    assert told(lina) == []
    client.force_login(mona)
    assert client.get(address).status_code == 200


def test_a_warned_person_sees_the_warning(client: Client, post: Post, lina: User, mona: User) -> None:
    warning = moderation.warn_author(actor=mona.actor, post_id=post.pk, reason="Leave the prices out.")
    client.force_login(lina)

    assert "Leave the prices out." in client.get(told(lina)[0]).content.decode()
    moderation.take_back(actor=mona.actor, decision_id=warning.pk)
    listed = client.get("/forums/posts/decisions/").content.decode()
    assert "taken back" in listed
    assert "Warning taken back" in listed


def test_three_reports_tell_the_author_at_once(client: Client, post: Post, lina: User) -> None:
    for _company in range(3):
        reported(UserFactory(), post)
    client.force_login(lina)

    assert "People of three organizations reported it." in client.get(told(lina)[0]).content.decode()


def test_all_that_befell_ones_own_posts_stands_in_one_list(
    client: Client, post: Post, ada: User, lina: User, mona: User
) -> None:
    topics.set_locked(actor=mona.actor, topic_id=post.topic_id, locked=True, reason="Goes in circles.")
    hidden(mona, post)
    for person, words in ((ada, "Goes in circles."), (lina, "Advertising in every line.")):
        client.force_login(person)
        page = client.get("/forums/posts/decisions/")
        assert page.content.decode().count('<li class="card') == 1
        assert words in page.content.decode()
    assert client.get("/forums/posts/decisions/?page=2").status_code == 404


def test_somebody_nothing_befell_reads_that(client: Client, ada: User) -> None:
    client.force_login(ada)
    assert "Nothing was decided about you" in client.get("/forums/posts/decisions/").content.decode()


def test_the_lists_ask_little(client: Client, post: Post, lina: User, mona: User) -> None:
    for _round in range(5):
        moderation.take_back(actor=mona.actor, decision_id=hidden(mona, post).pk)
    client.force_login(lina)
    client.get("/forums/posts/decisions/")

    with at_most(sql=6, documents=0):
        assert client.get("/forums/posts/decisions/").content.decode().count('<li class="card') == 10
    with at_most(sql=6, documents=1):
        client.get(f"/forums/posts/{post.pk}/moderation/")
    other = answer(mona, post.topic)
    with at_most(sql=6, documents=0):
        client.get(page_of(other))


# -- JSON -----------------------------------------------------------------------------------------------------------


def test_json_reports_a_post_as_often_as_asked(as_: Any, post: Post, ben: User) -> None:
    api = as_(ben)
    address = f"/api/v1/forums/posts/{post.pk}/report"

    first = api.post(address, {"reason": "spam"}, format="json")
    again = api.post(address, {"reason": "other", "note": "Sells pumps."}, format="json")

    assert (first.status_code, again.status_code, Report.objects.count()) == (200, 200, 1)
    assert again.json() == {
        "post": str(post.pk), "reason": "other", "note": "Sells pumps.", "state": "open",
        "created_at": first.json()["created_at"], "settled_at": None,
    }  # fmt: skip
    assert api.post(address, {"reason": "other"}, format="json").json()["errors"][0]["attr"] == "note"


def test_json_refuses_ones_own_post_and_says_when_to_come_back(as_: Any, post: Post, lina: User, ben: User) -> None:
    own = as_(lina).post(f"/api/v1/forums/posts/{post.pk}/report", {"reason": "spam"}, format="json")
    assert (own.status_code, own.json()["errors"][0]["code"]) == (403, "own_post")
    for _number in range(10):
        reported(ben, answer(lina, post.topic))
    late = as_(ben).post(f"/api/v1/forums/posts/{post.pk}/report", {"reason": "spam"}, format="json")
    assert (late.status_code, late.json()["errors"][0]["code"]) == (429, "throttled")
    assert late["Retry-After"]


def test_json_tells_the_author_what_was_decided(as_: Any, post: Post, lina: User, ben: User, mona: User) -> None:
    decision = hidden(mona, post)
    found = as_(lina).get(f"/api/v1/forums/posts/{post.pk}/decisions").json()

    assert found["body"] == "<p>Buy <strong>our</strong> pumps.</p>"
    assert found["hidden_at"] is not None
    [one] = found["decisions"]
    assert (one["kind"], one["reason"], one["by_rule"]) == ("hide", "Advertising in every line.", False)
    assert as_(ben).get(f"/api/v1/forums/posts/{post.pk}/decisions").status_code == 404

    moderation.take_back(actor=mona.actor, decision_id=decision.pk)
    listed = as_(lina).get("/api/v1/forums/decisions").json()["results"]
    assert [(row["kind"], row["takes_back"], row["taken_back_at"] is not None) for row in listed] == [
        ("unhide", str(decision.pk), False), ("hide", None, True),
    ]  # fmt: skip


def test_who_asked_what_is_hidden_is_led_to_why_and_others_to_nothing(
    client: Client, ada: User, lina: User, mona: User
) -> None:
    topic = ask(ada)
    opening = topic.posts.get(number=1)
    moderation.hide_post(actor=mona.actor, post_id=opening.pk, reason="It names a customer.")
    client.force_login(ada)
    assert client.get(topic.get_absolute_url())["Location"] == f"/forums/posts/{opening.pk}/moderation/"
    assert "It names a customer." in client.get(f"/forums/posts/{opening.pk}/moderation/").content.decode()
    client.force_login(lina)
    assert client.get(topic.get_absolute_url()).status_code == 404
    client.force_login(mona)
    page = client.get(topic.get_absolute_url()).content.decode()
    assert "The question of this topic is hidden." in page
    assert "This topic is deleted" not in page
    assert "Restore it" not in page
