"""The queue of reported posts in Django admin, the page that judges one, and the record of decisions."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.test import Client

from accounts.models import User
from accounts.tests.factories import UserFactory
from forums.actions import moderation, posts
from forums.models import Decision, DecisionKind, Post
from forums.tests.factories import CategoryFactory, answer, ask, hidden, reported
from forums.tests.test_budgets import at_most

QUEUE = "/admin/forums/reportedpost/"


@pytest.fixture
def post(ada: User, lina: User) -> Post:
    return answer(lina, ask(ada), "<p>Buy <strong>our</strong> pumps.</p>")


@pytest.fixture
def desk(client: Client, mona: User) -> Client:
    """Mona at work in admin."""
    client.force_login(mona)
    return client


def decide(desk: Client, post: Post, decision: str, **given: str) -> str:
    """Press a button of the post's page; returns the page that follows."""
    answer = desk.post(f"{QUEUE}{post.pk}/decide/", {"decision": decision, **given}, follow=True)
    return answer.content.decode()


def test_the_queue_has_one_line_for_each_post_and_the_longest_waiting_on_top(
    desk: Client, post: Post, lina: User, ben: User, kamal: User
) -> None:
    quiet, late = answer(lina, post.topic), answer(lina, post.topic, "<p>Call me.</p>")
    reported(ben, post, "spam")
    reported(kamal, post, "rude")
    reported(ben, late)

    page = desk.get(QUEUE).content.decode()

    assert page.count('class="field-what"') == 2
    assert page.index("Buy our pumps.") < page.index("Call me.")
    assert "2 from 2 organizations" in page
    assert "Rude or insulting, Advertising or spam" in page
    assert quiet.excerpt not in page


def test_what_is_answered_leaves_the_queue_and_is_found_again(desk: Client, post: Post, ben: User, mona: User) -> None:
    reported(ben, post)
    moderation.dismiss_reports(actor=mona.actor, post_id=post.pk)

    assert "Buy our pumps." not in desk.get(QUEUE).content.decode()
    for query in ("?reports=answered", "?reports=all"):
        assert "Buy our pumps." in desk.get(QUEUE + query).content.decode()


def test_the_page_shows_all_there_is_to_judge_by(
    desk: Client, post: Post, ada: User, lina: User, ben: User, mona: User
) -> None:
    below = answer(lina, post.topic, "<p>Ask <em>me</em>.</p>", parent_id=post.pk)
    posts.edit_post(
        actor=lina.actor, post_id=below.pk, body="<p>Ask <em>me</em> for <a href='https://x.example'>prices</a>.</p>"
    )
    moderation.warn_author(actor=mona.actor, post_id=post.pk, reason="Leave the prices out.")
    reported(ben, below, "other", note="Second time <b>today</b>")
    below.refresh_from_db()

    page = desk.get(f"{QUEUE}{below.pk}/change/").content.decode()

    assert "Ask <em>me</em> for <a" in page
    assert "<ins> for prices</ins>" in page
    assert "the post it answers" in page
    assert "Buy <strong>our</strong> pumps." in page
    assert "Second time &lt;b&gt;today&lt;/b&gt;" in page
    assert "Leave the prices out." in page
    assert ben.get_full_name() in page


@pytest.mark.parametrize(
    ("decision", "kind"),
    [("hide", "hide"), ("dismiss", "dismiss"), ("warn", "warn"), ("delete", "delete"), ("suspend", "suspend"),
     ("lock", "lock"), ("move", "move")],
)  # fmt: skip
def test_each_button_decides_and_notes_it(desk: Client, post: Post, ben: User, decision: str, kind: str) -> None:
    reported(ben, post)
    other = CategoryFactory(slug="pumps")

    page = decide(desk, post, decision, reason="It sells pumps.", category=str(other.pk))

    assert "Done, and noted below." in page
    assert Decision.objects.values_list("kind", "reason").get() == (kind, "It sells pumps.")
    assert "It sells pumps." in page


def test_each_has_a_button_that_goes_the_other_way(desk: Client, post: Post) -> None:
    for there, back in (("hide", "unhide"), ("delete", "restore"), ("suspend", "unsuspend"), ("lock", "unlock")):
        decide(desk, post, there, reason="It sells pumps.")
        page = desk.get(f"{QUEUE}{post.pk}/change/").content.decode()
        assert f'value="{back}"' in page
        assert f'value="{there}"' not in page
        assert "Done, and noted below." in decide(desk, post, back)


def test_what_three_organizations_hid_is_shown_again_or_kept_hidden(desk: Client, post: Post) -> None:
    for _company in range(3):
        reported(UserFactory(), post)
    page = desk.get(f"{QUEUE}{post.pk}/change/").content.decode()
    assert "In order: show it again" in page
    assert "Keep it hidden" in page

    assert "Done, and noted below." in decide(desk, post, "dismiss")
    post.refresh_from_db()
    assert post.hidden_at is None


def test_a_missing_reason_comes_back_with_what_was_typed(desk: Client, post: Post) -> None:
    page = desk.post(f"{QUEUE}{post.pk}/decide/", {"decision": "hide", "reason": "!!!!"})

    assert page.status_code == 400
    assert "Use words" in page.content.decode()
    assert "!!!!</textarea>" in page.content.decode()
    assert Decision.objects.count() == 0


def test_what_cannot_be_done_is_said(desk: Client, ada: User) -> None:
    opening = Post.objects.get(topic=ask(ada))

    assert "only admin" in decide(desk, opening, "suspend", reason="It sells pumps.")
    assert "This post is not hidden." in decide(desk, opening, "unhide")


def test_nonsense_is_not_found(desk: Client, post: Post) -> None:
    assert desk.post(f"{QUEUE}{post.pk}/decide/", {"decision": "explode"}).status_code == 404
    for name in ("nonsense", post.topic_id):
        assert desk.get(f"{QUEUE}{name}/change/").status_code == 404


def test_deciding_takes_a_post_request(desk: Client, post: Post) -> None:
    assert desk.get(f"{QUEUE}{post.pk}/decide/?decision=hide").status_code == 405
    assert desk.post(f"{QUEUE}{post.pk}/change/", {"decision": "hide"}).status_code == 403


def test_what_the_author_wrote_does_nothing_in_admin(desk: Client, post: Post, lina: User, ben: User) -> None:
    evil = answer(lina, post.topic, "<p>See <img src=x onerror=alert(1)><script>alert(2)</script> here</p>")
    reported(ben, evil, note="<script>alert(3)</script>")

    for address in (QUEUE, f"{QUEUE}{evil.pk}/change/"):
        page = desk.get(address).content.decode()
        assert "onerror" not in page
        assert "<script>alert" not in page


def test_a_decision_is_read_and_taken_back_from_its_own_page(desk: Client, post: Post, mona: User) -> None:
    decision = hidden(mona, post)
    address = f"/admin/forums/decision/{decision.pk}/"
    page = desk.get(f"{address}change/").content.decode()
    assert "Advertising in every line." in page
    assert "Take this decision back" in page

    done = desk.post(f"{address}take-back/", {"reason": "Meant as a quotation."}, follow=True).content.decode()

    assert "Taken back." in done
    assert "Take this decision back" not in done
    assert Decision.objects.filter(kind=DecisionKind.UNHIDE, takes_back=decision, actor=mona).count() == 1
    assert "A later decision stands" in desk.post(f"{address}take-back/", follow=True).content.decode()


def test_decisions_and_reports_are_listed(desk: Client, post: Post, ben: User, mona: User) -> None:
    reported(ben, post)
    hidden(mona, post)
    for address in ("/admin/forums/decision/", "/admin/forums/report/"):
        page = desk.get(address).content.decode()
        assert f"{QUEUE}{post.pk}/change/" in page


def test_members_do_not_get_in(client: Client, post: Post, ada: User) -> None:
    client.force_login(ada)
    for address in (QUEUE, f"{QUEUE}{post.pk}/change/", "/admin/forums/decision/"):
        assert client.get(address).status_code == 302
    assert client.post(f"{QUEUE}{post.pk}/decide/", {"decision": "hide", "reason": "Because I can."}).status_code == 302
    assert Decision.objects.count() == 0


def test_queue_and_page_ask_little_however_many_there_are(desk: Client, post: Post, lina: User, ben: User) -> None:
    people = [ben, *(UserFactory() for _number in range(2))]
    for _number in range(6):
        other = answer(lina, post.topic)
        for person in people[:2]:
            reported(person, other)
    desk.get(QUEUE)
    cache.clear()
    desk.get(QUEUE)

    with at_most(sql=6, documents=0):
        assert desk.get(QUEUE).content.decode().count('class="field-what"') == 6
    with at_most(sql=14, documents=2):
        desk.get(f"{QUEUE}{other.pk}/change/")
