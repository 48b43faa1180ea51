"""The one place where moderation is written down: what was done, to what, why, and what it means for reports."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from forums.models import OPPOSITE, Decision, DecisionKind, Post, Report, ReportState, Topic
from messaging.kinds import Kind
from messaging.notify import notify
from p2psandbox.platform.logging import getLogger
from p2psandbox.platform.permissions import Actor

log = getLogger(__name__)

#: Decisions of a moderator that say the reports on the post were right, and those that say they were not.
UPHOLD = frozenset({DecisionKind.HIDE, DecisionKind.WARN, DecisionKind.DELETE, DecisionKind.SUSPEND})
DISMISS = frozenset({DecisionKind.UNHIDE, DecisionKind.DISMISS})
#: About reports, which the author need not hear of; and what changes nothing for them.
AMONG_MODERATORS = frozenset({DecisionKind.DISMISS, DecisionKind.REOPEN})
_QUIET = AMONG_MODERATORS | {DecisionKind.PIN, DecisionKind.UNPIN}
_OF_AN_ACCOUNT = frozenset({DecisionKind.SUSPEND, DecisionKind.UNSUSPEND})


def record(
    *,
    actor: Actor | None,
    kind: DecisionKind,
    topic: Topic | None = None,
    post: Post | None = None,
    person_id: UUID | None = None,
    reason: str = "",
    rule: str = "",
    facts: Mapping[str, Any] | None = None,
    takes_back: Decision | None = None,
) -> Decision:
    """Write a decision down within the caller's transaction, settle the reports it answers, and tell whom it befell.

    ``actor`` is ``None`` where ``rule`` decided. Unless the caller names what it ``takes_back``, that is the latest
    decision of the opposite kind about the same thing.
    """
    made = Decision(
        at=timezone.now(),
        kind=kind,
        topic=topic,
        post=post,
        person_id=None if kind in AMONG_MODERATORS else person_id,
        actor_id=actor.id if actor is not None else None,
        reason=reason,
        rule=rule,
        facts=dict(facts or {}),
    )
    made.takes_back = takes_back or _opposite(made)
    made.save(force_insert=True)
    _settle(made)
    _tell_author(made)
    log.info("moderated", kind=kind.value, decision_id=str(made.pk), by=str(made.actor_id), rule=rule)
    return made


def about_the_same(decision: Decision) -> QuerySet[Decision]:
    """Return the decisions about the same post, topic or account, whatever they say."""
    if decision.kind in _OF_AN_ACCOUNT:
        return Decision.objects.filter(person_id=decision.person_id)
    return Decision.objects.filter(topic=decision.topic, post=decision.post)


def _opposite(made: Decision) -> Decision | None:
    """Return the latest decision that this one undoes by its nature, if it still holds. A move undoes none."""
    if made.kind == DecisionKind.MOVE:
        return None
    found = about_the_same(made).filter(kind=OPPOSITE[made.kind], taken_back_by__isnull=True)
    latest: Decision | None = found.order_by("-at", "-id").first()
    return latest


def _settle(made: Decision) -> None:
    """Let reports say what came of them. Who is reinstated had been reported rightly all the same."""
    former = made.takes_back
    if former is not None and former.kind in (UPHOLD | DISMISS) - _OF_AN_ACCOUNT:
        _answer(Report.objects.filter(decision=former), made)
    if made.actor_id is not None and made.kind in UPHOLD | DISMISS and made.topic is not None:
        of_post = Q(post=made.post) if made.post is not None else Q(post__topic=made.topic, post__number=1)
        _answer(Report.objects.filter(of_post, state=ReportState.OPEN), made)


def _answer(reports: QuerySet[Report], made: Decision) -> None:
    if made.kind == DecisionKind.REOPEN:
        reports.update(state=ReportState.OPEN, decision=None, settled_at=None, updated_at=made.at)
        return
    state = ReportState.UPHELD if made.kind in UPHOLD else ReportState.DISMISSED
    by_post: dict[UUID, list[UUID]] = {}
    for post_id, reporter_id in list(reports.values_list("post_id", "reporter_id")):
        by_post.setdefault(post_id, []).append(reporter_id)
    reports.update(state=state, decision=made, settled_at=made.at, updated_at=made.at)
    for post_id, people in by_post.items():
        _tell_reporters(made, post_id, people)


def _tell_reporters(made: Decision, post_id: UUID, people: list[UUID]) -> None:
    """Lead those who reported to what came of it; the page of their report says so whatever became of the post."""
    notify(
        kind=Kind.MODERATION,
        recipients=set(people) - {made.actor_id},
        actor_id=None,
        thread=f"report:{post_id}",
        title=made.topic.title if made.topic is not None else "",
        url=reverse("forums:post_report", args=[post_id]),
        event=made.pk,
    )


def _tell_author(made: Decision) -> None:
    """Lead whom it befell to what happened and why. Who decided is not told, and nobody is told of their own act."""
    if made.person_id is None or made.person_id == made.actor_id or made.kind in _QUIET:
        return
    if made.post is not None:
        thread, url = f"moderation:{made.post_id}", reverse("forums:post_moderation", args=[made.post_id])
    else:
        thread, url = f"moderation:{made.topic_id or made.person_id}", reverse("forums:decisions")
    notify(
        kind=Kind.MODERATION,
        recipients=[made.person_id],
        actor_id=None,
        thread=thread,
        title=made.topic.title if made.topic is not None else str(DecisionKind(made.kind).label),
        url=url,
        event=made.pk,
    )
