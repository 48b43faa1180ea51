"""Reporting posts, and what three organizations' reports do."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import User
from accounts.tests.factories import UserFactory
from forums.actions import answers, moderation, posts, reports
from forums.models import Decision, DecisionKind, Post, Report, ReportState, Topic
from forums.tests.factories import answer, ask, hidden, reported
from p2psandbox.platform.errors import Conflict, Forbidden, Invalid, NotFound, NotSignedIn, NotVerified, TooMany
from p2psandbox.platform.permissions import VISITOR


@pytest.fixture
def post(ada: User, lina: User) -> Post:
    """Lina's answer to Ada's question: the best one."""
    topic = ask(ada)
    made = answer(lina, topic)
    answers.mark_best_answer(actor=ada.actor, topic_id=topic.pk, post_id=made.pk)
    return made


def three(post: Post) -> list[Report]:
    """Report a post in the names of three organizations that have nothing to do with it."""
    return [reported(UserFactory(), post) for _company in range(3)]


def state_of(topic: Topic) -> tuple[int, Any, Any]:
    topic.refresh_from_db()
    return topic.reply_count, topic.best_answer_id, topic.last_post_by


def test_a_report_says_who_why_and_for_which_company(post: Post, ben: User) -> None:
    report = reported(ben, post, "rude", note="  Calls us names.  ")

    assert (report.reporter, report.organization, report.state) == (ben, ben.organization, ReportState.OPEN)
    assert (report.reason, report.note) == ("rude", "Calls us names.")


def test_reporting_again_changes_the_note_and_counts_once(post: Post, ben: User) -> None:
    first = reported(ben, post)
    again = reported(ben, post, "other", note="Sells pumps.")

    assert again.pk == first.pk
    assert Report.objects.values_list("reason", "note").get() == ("other", "Sells pumps.")


def test_nobody_reports_what_they_wrote_themselves(post: Post, lina: User) -> None:
    with pytest.raises(Forbidden) as refused:
        reported(lina, post)
    assert refused.value.code == "own_post"


def test_what_one_does_not_see_cannot_be_reported(post: Post, ben: User, nico: User, mona: User) -> None:
    for actor, error in ((nico.actor, NotVerified), (VISITOR, NotSignedIn)):
        with pytest.raises(error):
            reports.report_post(actor=actor, post_id=post.pk, reason="spam")
    hidden(mona, post)
    with pytest.raises(NotFound):
        reported(ben, post)


@pytest.mark.parametrize(
    ("given", "field"),
    [({"reason": "dislike"}, "reason"), ({"reason": ""}, "reason"), ({"reason": "other"}, "note"),
     ({"reason": "spam", "note": "x" * 1001}, "note"), ({"reason": {"$ne": 1}}, "reason")],
)  # fmt: skip
def test_a_report_needs_a_reason_of_the_list(post: Post, ben: User, given: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        reports.report_post(actor=ben.actor, post_id=post.pk, **given)
    assert list(refused.value.fields) == [field]


def test_reports_are_limited_but_renewing_one_is_not(ada: User, lina: User, ben: User) -> None:
    topic = ask(ada)
    written = [answer(lina, topic) for _number in range(reports.REPORTS_PER_HOUR + 1)]
    for one in written[:-1]:
        reported(ben, one)

    with pytest.raises(TooMany) as refused:
        reported(ben, written[-1])
    assert 0 < refused.value.retry_after <= 3600
    assert reported(ben, written[0], "rude").reason == "rude"


def test_three_organizations_hide_a_post_until_it_is_reviewed(post: Post, ada: User) -> None:
    three(post)

    post.refresh_from_db()
    assert post.hidden_at is not None
    decision = Decision.objects.get()
    assert (decision.kind, decision.actor, decision.rule, decision.person) == (
        DecisionKind.HIDE, None, "three_reports", post.author,
    )  # fmt: skip
    assert "three organizations" in decision.explanation
    assert state_of(post.topic) == (0, None, ada)
    assert set(Report.objects.values_list("state", flat=True)) == {ReportState.OPEN}


def test_colleagues_the_authors_own_company_and_moderators_count_for_no_organization(
    post: Post, ben: User, ada: User, kamal: User, mona: User
) -> None:
    for person in (ben, ada, kamal, mona, UserFactory()):
        reported(person, post)

    post.refresh_from_db()
    assert post.hidden_at is None


def test_dismissed_reports_hide_nothing_when_others_follow(post: Post, mona: User) -> None:
    for _company in range(2):
        reported(UserFactory(), post)
    moderation.dismiss_reports(actor=mona.actor, post_id=post.pk, reason="Two opinions, no rule broken.")
    reported(UserFactory(), post)

    post.refresh_from_db()
    assert post.hidden_at is None


def test_a_dismissed_report_stays_so_until_the_post_is_edited(post: Post, ben: User, lina: User, mona: User) -> None:
    reported(ben, post)
    moderation.dismiss_reports(actor=mona.actor, post_id=post.pk)
    assert reported(ben, post).state == ReportState.DISMISSED

    posts.edit_post(actor=lina.actor, post_id=post.pk, body="<p>Buy our pumps instead.</p>")
    again = reported(ben, post)
    assert (again.state, again.decision, again.settled_at) == (ReportState.OPEN, None, None)


def test_a_reported_question_takes_its_topic_out_of_sight(ada: User, ben: User, mona: User, client: Any) -> None:
    topic = ask(ada)
    opening = Post.objects.get(topic=topic)
    for _company in range(3):
        reported(UserFactory(), opening)
    client.force_login(ben)

    assert client.get("/forums/").context["rows"] == []
    assert client.get(topic.get_absolute_url()).status_code == 404
    topic.category.refresh_from_db()
    assert topic.category.topic_count == 0

    moderation.dismiss_reports(actor=mona.actor, post_id=opening.pk)
    assert client.get(topic.get_absolute_url()).status_code == 200
    topic.category.refresh_from_db()
    assert topic.category.topic_count == 1


def test_a_deleted_post_is_not_there_to_be_reported(post: Post, ben: User, lina: User) -> None:
    posts.delete_post(actor=lina.actor, post_id=post.pk)
    with pytest.raises(NotFound):
        reported(ben, post)


def test_a_moderator_hears_that_a_deleted_post_needs_no_report(post: Post, lina: User, mona: User) -> None:
    posts.delete_post(actor=lina.actor, post_id=post.pk)
    with pytest.raises(Conflict):
        reported(mona, post)
