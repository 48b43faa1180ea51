"""What moderators decide: recorded with its reason, seen by whom it befell, and taken back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.models import User
from accounts.tests.factories import UserFactory
from forums.actions import answers, moderation, posts, topics
from forums.models import Decision, DecisionKind, Post, ReportState
from forums.tests.factories import CategoryFactory, answer, ask, hidden, reported
from p2psandbox.platform.errors import Conflict, Forbidden, Invalid, NotFound

WHY = "Advertising in every line."


@pytest.fixture
def post(ada: User, lina: User) -> Post:
    """Lina's answer to Ada's question: the best one."""
    topic = ask(ada)
    made = answer(lina, topic)
    answers.mark_best_answer(actor=ada.actor, topic_id=topic.pk, post_id=made.pk)
    return made


def kinds() -> list[str]:
    return list(Decision.objects.order_by("at", "id").values_list("kind", flat=True))


def numbers(post: Post) -> tuple[int, bool, Any]:
    """How many replies the post's topic counts, whether it is the best answer, and who wrote last."""
    post.topic.refresh_from_db()
    return post.topic.reply_count, post.topic.best_answer_id == post.pk, post.topic.last_post_by


def test_hiding_takes_the_post_out_of_all_counts_and_showing_it_again_puts_it_back(
    post: Post, ada: User, lina: User, mona: User
) -> None:
    below = answer(ada, post.topic, parent_id=post.pk)
    before = numbers(post)

    hidden(mona, below)
    post.refresh_from_db()
    assert post.reply_count == 0
    hidden(mona, post)
    assert numbers(post) == (0, False, ada)

    moderation.unhide_post(actor=mona.actor, post_id=post.pk)
    moderation.unhide_post(actor=mona.actor, post_id=below.pk)
    post.refresh_from_db()
    assert (numbers(post), post.reply_count) == (before, 1)


def test_the_best_answer_does_not_come_back_over_another_one(post: Post, ada: User, lina: User, mona: User) -> None:
    other = answer(lina, post.topic)
    hidden(mona, post)
    answers.mark_best_answer(actor=ada.actor, topic_id=post.topic_id, post_id=other.pk)

    moderation.unhide_post(actor=mona.actor, post_id=post.pk)

    assert numbers(other)[1]


def test_a_moderators_confirmation_of_the_rule_keeps_what_taking_back_needs(post: Post, mona: User) -> None:
    for _company in range(3):
        reported(UserFactory(), post)
    confirmed = hidden(mona, post)
    assert {report.state for report in post.reports.all()} == {ReportState.UPHELD}
    with pytest.raises(Conflict):
        hidden(mona, post)

    moderation.take_back(actor=mona.actor, decision_id=confirmed.pk, reason="Meant as a quotation.")

    assert numbers(post)[:2] == (1, True)
    assert {report.state for report in post.reports.all()} == {ReportState.DISMISSED}


def test_a_hidden_and_deleted_post_counts_again_only_when_it_is_neither(post: Post, mona: User) -> None:
    hidden(mona, post)
    posts.delete_post(actor=mona.actor, post_id=post.pk)
    assert numbers(post)[0] == 0
    moderation.unhide_post(actor=mona.actor, post_id=post.pk)
    assert numbers(post)[:2] == (0, False)
    posts.restore_post(actor=mona.actor, post_id=post.pk)
    assert numbers(post)[0] == 1


def test_a_warning_leaves_the_post_and_upholds_its_reports(post: Post, ben: User, lina: User, mona: User) -> None:
    report = reported(ben, post)
    decision = moderation.warn_author(actor=mona.actor, post_id=post.pk, reason="Leave the prices out.")

    report.refresh_from_db()
    assert (report.state, report.decision) == (ReportState.UPHELD, decision)
    assert (decision.person, decision.reason) == (lina, "Leave the prices out.")
    assert numbers(post)[0] == 1
    moderation.take_back(actor=mona.actor, decision_id=decision.pk)
    report.refresh_from_db()
    assert report.state == ReportState.DISMISSED


def test_a_suspension_switches_the_account_off_and_back_on(post: Post, lina: User, mona: User) -> None:
    decision = moderation.suspend_author(actor=mona.actor, post_id=post.pk, reason=WHY)
    lina.refresh_from_db()
    assert (lina.is_active, lina.suspended_at is not None) == (False, True)

    moderation.take_back(actor=mona.actor, decision_id=decision.pk)
    lina.refresh_from_db()
    assert (lina.is_active, lina.suspended_at) == (True, None)
    assert kinds() == [DecisionKind.SUSPEND, DecisionKind.UNSUSPEND]


def test_the_last_admin_of_a_company_is_not_suspended_on_the_way(ada: User, mona: User) -> None:
    opening = Post.objects.get(topic=ask(ada))
    with pytest.raises(Conflict) as refused:
        moderation.suspend_author(actor=mona.actor, post_id=opening.pk, reason=WHY)
    assert refused.value.code == "last_admin"
    assert kinds() == []


def test_posts_without_an_account_warn_and_suspend_nobody(post: Post, mona: User) -> None:
    Post.objects.filter(pk=post.pk).update(author=None, author_name="pump_girl")
    for act in (moderation.warn_author, moderation.suspend_author):
        with pytest.raises(Conflict):
            act(actor=mona.actor, post_id=post.pk, reason=WHY)


@pytest.mark.parametrize(
    "act",
    [moderation.hide_post, moderation.unhide_post, moderation.warn_author, moderation.dismiss_reports,
     moderation.delete_post, moderation.suspend_author],
)  # fmt: skip
def test_members_decide_nothing(post: Post, ada: User, act: Callable[..., Any]) -> None:
    with pytest.raises(Forbidden):
        act(actor=ada.actor, post_id=post.pk, reason=WHY)
    with pytest.raises(Forbidden):
        moderation.move_topic(actor=ada.actor, topic_id=post.topic_id, category_id=CategoryFactory(slug="b").pk)
    assert kinds() == []


@pytest.mark.parametrize(
    "act", [moderation.hide_post, moderation.warn_author, moderation.delete_post, moderation.suspend_author]
)
@pytest.mark.parametrize("reason", ["", "!!!!", "no", "x" * 1001, 7, None])
def test_what_befalls_somebody_needs_a_reason(post: Post, mona: User, act: Callable[..., Any], reason: object) -> None:
    with pytest.raises(Invalid) as refused:
        act(actor=mona.actor, post_id=post.pk, reason=reason)
    assert list(refused.value.fields) == ["reason"]
    assert kinds() == []


def test_what_moderators_always_did_is_recorded_too_and_once(post: Post, ada: User, mona: User) -> None:
    topic, mind = post.topic, mona.actor
    for _twice in range(2):
        topics.set_locked(actor=mind, topic_id=topic.pk, locked=True)
        topics.set_pinned(actor=mind, topic_id=topic.pk, pinned=True)
    topics.edit_topic(actor=mind, topic_id=topic.pk, category_id=CategoryFactory(slug="pumps").pk)
    posts.delete_post(actor=mind, post_id=post.pk)
    posts.restore_post(actor=mind, post_id=post.pk)
    topics.delete_topic(actor=mind, topic_id=topic.pk)
    topics.restore_topic(actor=mind, topic_id=topic.pk)

    assert kinds() == ["lock", "pin", "move", "delete", "restore", "delete", "restore"]
    assert numbers(post)[:2] == (1, True)
    assert {one.person for one in Decision.objects.all()} == {ada, post.author}


def test_what_people_do_with_their_own_posts_is_no_moderation(post: Post, ada: User, lina: User) -> None:
    posts.delete_post(actor=lina.actor, post_id=post.pk)
    posts.restore_post(actor=lina.actor, post_id=post.pk)
    topics.delete_topic(actor=ada.actor, topic_id=post.topic_id)
    topics.restore_topic(actor=ada.actor, topic_id=post.topic_id)

    assert kinds() == []
    assert not numbers(post)[1]


def _decide(kind: str, post: Post, mona: User) -> None:
    acts: dict[str, Callable[[], Any]] = {
        "hide": lambda: hidden(mona, post),
        "warn": lambda: moderation.warn_author(actor=mona.actor, post_id=post.pk, reason=WHY),
        "lock": lambda: topics.set_locked(actor=mona.actor, topic_id=post.topic_id, locked=True),
        "pin": lambda: topics.set_pinned(actor=mona.actor, topic_id=post.topic_id, pinned=True),
        "move": lambda: moderation.move_topic(
            actor=mona.actor, topic_id=post.topic_id, category_id=CategoryFactory(slug="pumps").pk
        ),
        "delete": lambda: moderation.delete_post(actor=mona.actor, post_id=post.pk, reason=WHY),
        "suspend": lambda: moderation.suspend_author(actor=mona.actor, post_id=post.pk, reason=WHY),
        "dismiss": lambda: moderation.dismiss_reports(actor=mona.actor, post_id=post.pk),
    }
    acts[kind]()


@pytest.mark.parametrize("opening", [False, True])
@pytest.mark.parametrize("kind", ["hide", "warn", "lock", "pin", "move", "delete", "suspend", "dismiss"])
def test_every_decision_can_be_taken_back_and_taken_up_again(
    kind: str, opening: bool, ben: User, lina: User, mona: User
) -> None:
    topic = ask(lina)
    post = Post.objects.get(topic=topic) if opening else answer(lina, topic)
    report = reported(ben, post)
    rows = [list(model.objects.filter(pk=one.pk).values()) for model, one in ((Post, post), (type(topic), topic))]
    _decide(kind, post, mona)
    first = Decision.objects.get()

    back = moderation.take_back(actor=mona.actor, decision_id=first.pk)

    assert (back.takes_back, back.reason) == (first, "Taken back.")
    now = [list(model.objects.filter(pk=one.pk).values()) for model, one in ((Post, post), (type(topic), topic))]
    for before, after in zip(rows, now, strict=True):
        changed = {name for name in before[0] if before[0][name] != after[0][name]}
        assert changed <= {"updated_at"}, changed
    with pytest.raises(Conflict):
        moderation.take_back(actor=mona.actor, decision_id=first.pk)
    if kind != "warn":
        again = moderation.take_back(actor=mona.actor, decision_id=back.pk)
        assert (again.kind, again.takes_back) == (kind, back)
    report.refresh_from_db()
    if kind == "dismiss":
        assert report.state == ReportState.DISMISSED


def test_only_the_latest_decision_about_a_thing_is_taken_back(post: Post, mona: User) -> None:
    first = hidden(mona, post)
    moderation.unhide_post(actor=mona.actor, post_id=post.pk)
    second = hidden(mona, post)
    with pytest.raises(Conflict) as refused:
        moderation.take_back(actor=mona.actor, decision_id=first.pk)
    assert refused.value.code == "superseded"
    moderation.take_back(actor=mona.actor, decision_id=second.pk)


def test_taking_back_what_was_undone_otherwise_records_nothing(post: Post, mona: User) -> None:
    decision = hidden(mona, post)
    Post.objects.filter(pk=post.pk).update(hidden_at=None)
    with pytest.raises(Conflict):
        moderation.take_back(actor=mona.actor, decision_id=decision.pk)
    assert kinds() == ["hide"]


def test_a_decision_that_does_not_exist_is_not_found(post: Post, mona: User, ada: User) -> None:
    with pytest.raises(NotFound):
        moderation.take_back(actor=mona.actor, decision_id=post.pk)
    with pytest.raises(Forbidden):
        moderation.take_back(actor=ada.actor, decision_id=post.pk)


def test_who_asked_cannot_bring_a_hidden_question_back(ada: User, mona: User) -> None:
    topic = ask(ada)
    topics.delete_topic(actor=ada.actor, topic_id=topic.pk)
    hidden(mona, Post.objects.get(topic=topic))
    with pytest.raises(Conflict) as refused:
        topics.restore_topic(actor=ada.actor, topic_id=topic.pk)
    assert refused.value.code == "hidden"

    moderation.unhide_post(actor=mona.actor, post_id=Post.objects.get(topic=topic).pk)
    topic.refresh_from_db()
    assert topic.is_deleted
    topics.restore_topic(actor=ada.actor, topic_id=topic.pk)
    topic.category.refresh_from_db()
    assert topic.category.topic_count == 1


def test_no_decision_is_changed_or_deleted_through_the_models(post: Post, mona: User) -> None:
    decision = hidden(mona, post)
    for change in (
        decision.save,
        decision.delete,
        lambda: Decision.objects.all().update(reason="Nothing"),
        lambda: Decision.objects.filter(pk=decision.pk).delete(),
    ):
        with pytest.raises(TypeError):
            change()


@pytest.mark.parametrize("sql", ["UPDATE forums_decision SET reason = ''", "DELETE FROM forums_decision"])
def test_the_database_itself_refuses_to_change_or_delete_a_decision(post: Post, mona: User, sql: str) -> None:
    hidden(mona, post)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    assert Decision.objects.get().reason == WHY
