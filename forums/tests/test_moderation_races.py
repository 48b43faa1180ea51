"""Many at the same moment: a post is hidden once, a decision is taken back once, no counter drifts."""

from __future__ import annotations

import pytest

from accounts.models import User
from accounts.tests.factories import UserFactory
from forums.actions import moderation, posts
from forums.models import Decision, DecisionKind, Report, ReportState
from forums.tests.factories import answer, ask, hidden, reported
from forums.tests.test_races import at_once
from p2psandbox.platform.errors import Conflict

pytestmark = [pytest.mark.stores, pytest.mark.django_db(transaction=True, databases=["default", "documents"])]


def test_ten_reports_at_once_hide_a_post_once(ada: User, lina: User) -> None:
    post = answer(lina, ask(ada))
    people = [UserFactory() for _number in range(10)]

    at_once(*(lambda p=p: reported(p, post) for p in people))

    assert Decision.objects.filter(kind=DecisionKind.HIDE).count() == 1
    assert Report.objects.count() >= 3
    post.refresh_from_db()
    post.topic.refresh_from_db()
    assert (post.hidden_at is not None, post.topic.reply_count) == (True, 0)


def test_one_person_reporting_ten_times_at_once_reports_once(ada: User, lina: User, ben: User) -> None:
    post = answer(lina, ask(ada))

    found = at_once(*(lambda: reported(ben, post) for _press in range(8)))

    assert {type(one) for one in found} == {Report}
    assert Report.objects.count() == 1


def test_two_moderators_at_once_decide_once(ada: User, lina: User, mona: User) -> None:
    post = answer(lina, ask(ada))

    found = at_once(*(lambda: hidden(mona, post) for _press in range(2)))

    assert sorted(type(one).__name__ for one in found) == ["Conflict", "Decision"]


def test_a_decision_taken_back_by_many_at_once_is_taken_back_once(ada: User, lina: User, mona: User) -> None:
    post = answer(lina, ask(ada))
    decision = hidden(mona, post)

    found = at_once(*(lambda: moderation.take_back(actor=mona.actor, decision_id=decision.pk) for _press in range(4)))

    assert sorted(type(one).__name__ for one in found) == ["Conflict"] * 3 + ["Decision"]
    post.topic.refresh_from_db()
    assert post.topic.reply_count == 1


def test_deleting_and_hiding_at_once_count_the_post_off_once(ada: User, lina: User, mona: User) -> None:
    post = answer(lina, ask(ada))

    at_once(lambda: posts.delete_post(actor=lina.actor, post_id=post.pk), lambda: hidden(mona, post))

    post.topic.refresh_from_db()
    assert post.topic.reply_count == 0


def test_a_report_while_a_moderator_dismisses_is_open_or_answered_but_never_lost(
    ada: User, lina: User, ben: User, kamal: User, mona: User
) -> None:
    post = answer(kamal, ask(ada))
    reported(ben, post)

    found = at_once(
        lambda: reported(UserFactory(), post),
        lambda: moderation.dismiss_reports(actor=mona.actor, post_id=post.pk),
    )

    assert not [one for one in found if isinstance(one, Exception) and not isinstance(one, Conflict)]
    assert Report.objects.exclude(state=ReportState.OPEN, decision__isnull=False).count() == 2
