"""What moderators decide about posts, topics and their authors. Every act is recorded, and can be taken back.

Locking, pinning, deleting and restoring stand beside the topics and posts they are about, and are recorded likewise.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions.members import reinstate_account, suspend_account
from accounts.models import User
from forums.actions import decisions, guards, posts, telling, topics
from forums.models import OPPOSITE, Category, Decision, DecisionKind, Post, Report, ReportState, Rule, Topic
from p2psandbox.platform.errors import Conflict, Invalid, NotFound
from p2psandbox.platform.permissions import Actor, Permission, require
from p2psandbox.platform.textrules import FieldChecks, TextRule

#: What the author reads. Some decisions are clear without.
REASON = TextRule(max_length=1000, min_length=4, multiline=True)
_OPTIONAL = TextRule(max_length=1000, multiline=True, meaningful=False)


def hide_post(*, actor: Actor, post_id: UUID, reason: object) -> Decision:
    """Hide a post from everybody but its author and moderators; its open reports are upheld.

    A hidden question takes its topic out of all lists. A hidden best answer is the best answer no more. What the
    reports hid already stays hidden, now by this decision. Raises ``NotFound``, ``Forbidden``, ``Invalid``
    (reason), ``Conflict`` (``hidden``: a moderator did so before).
    """
    said = _said(actor, reason, REASON)
    with _held(actor, post_id) as (topic, post):
        if post.hidden_at is None:
            return _hide(topic, post, actor=actor, reason=said)
        before = _hidden_by(post)
        if before is not None and before.actor_id is not None:
            raise Conflict(_("This post is hidden already."), code="hidden")
        return decisions.record(
            actor=actor, kind=DecisionKind.HIDE, topic=topic, post=post, person_id=post.author_id, reason=said,
            facts=before.facts if before is not None else {},
        )  # fmt: skip


def hide_by_rule(topic: Topic, post: Post) -> Decision:
    """Hide a held post because three organizations reported it, until a moderator has looked."""
    return _hide(topic, post, actor=None, rule=Rule.THREE_REPORTS)


def unhide_post(*, actor: Actor, post_id: UUID, reason: object = "") -> Decision:
    """Show a hidden post again; reports on it are dismissed, and it is the best answer again if it was that.

    Raises ``NotFound``, ``Forbidden``, ``Invalid`` (reason), ``Conflict`` (``not_hidden``).
    """
    said = _said(actor, reason, _OPTIONAL)
    with _held(actor, post_id) as (topic, post):
        if post.hidden_at is None:
            raise Conflict(_("This post is not hidden."), code="not_hidden")
        return _unhide(topic, post, actor=actor, reason=said)


def warn_author(*, actor: Actor, post_id: UUID, reason: object) -> Decision:
    """Tell a post's author that it breaks the rules; it stays, and reports on it are upheld.

    Raises ``NotFound``, ``Forbidden``, ``Invalid`` (reason), ``Conflict`` (``no_account``).
    """
    said = _said(actor, reason, REASON)
    with _held(actor, post_id) as (topic, post):
        return decisions.record(
            actor=actor, kind=DecisionKind.WARN, topic=topic, post=post, person_id=_writer(post), reason=said
        )


def dismiss_reports(*, actor: Actor, post_id: UUID, reason: object = "") -> Decision:
    """Say that a post is in order: its open reports are dismissed, and if they hid it, it is shown again.

    Raises ``NotFound``, ``Forbidden``, ``Invalid`` (reason), ``Conflict`` (``no_reports``).
    """
    said = _said(actor, reason, _OPTIONAL)
    with _held(actor, post_id) as (topic, post):
        if not Report.objects.filter(post=post, state=ReportState.OPEN).exists():
            raise Conflict(_("There are no open reports on this post."), code="no_reports")
        before = _hidden_by(post)
        if before is not None and before.rule:
            return _unhide(topic, post, actor=actor, reason=said)
        return decisions.record(
            actor=actor, kind=DecisionKind.DISMISS, topic=topic, post=post, person_id=post.author_id, reason=said
        )


def move_topic(
    *,
    actor: Actor,
    topic_id: UUID,
    category_id: UUID | str | None,
    reason: object = "",
    takes_back: Decision | None = None,
) -> None:
    """Put a topic on another shelf. Raises ``NotFound``, ``Forbidden``, ``Invalid`` (category, reason)."""
    said = _said(actor, reason, _OPTIONAL)
    guards.visible_topic(actor, topic_id)
    with transaction.atomic():
        topic = guards.hold_topic(topic_id)
        category = Category.objects.filter(pk=category_id).first() if category_id else None
        if category is None or category.pk == topic.category_id:
            raise Invalid({"category": _("Choose another category.")})
        topics.move(actor, topic, category, reason=said, takes_back=takes_back)


def delete_post(*, actor: Actor, post_id: UUID, reason: object) -> None:
    """Delete a post, or the whole topic if it is the question, as a moderator. Raises like its two parts."""
    said = _said(actor, reason, REASON)
    post = guards.visible_post(actor, post_id)
    if post.is_deleted or post.topic.is_deleted:
        raise Conflict(_("It is deleted already."), code="deleted")
    if post.number == 1:
        topics.delete_topic(actor=actor, topic_id=post.topic_id, reason=said)
    else:
        posts.delete_post(actor=actor, post_id=post_id, reason=said)


def restore_post(*, actor: Actor, post_id: UUID, reason: object = "") -> None:
    """Bring a deleted post back, or the whole topic if that is deleted. Raises like its two parts."""
    said = _said(actor, reason, _OPTIONAL)
    post = guards.visible_post(actor, post_id)
    if post.topic.is_deleted:
        topics.restore_topic(actor=actor, topic_id=post.topic_id, reason=said)
    elif post.is_deleted:
        posts.restore_post(actor=actor, post_id=post_id, reason=said)
    else:
        raise Conflict(_("It is not deleted."), code="not_deleted")


def lock_topic(*, actor: Actor, topic_id: UUID, locked: bool, reason: object = "") -> None:
    """Close a topic to further writing, or open it again. Raises ``NotFound``, ``Forbidden``, ``Invalid`` (reason)."""
    topics.set_locked(actor=actor, topic_id=topic_id, locked=locked, reason=_said(actor, reason, _OPTIONAL))


def suspend_author(*, actor: Actor, post_id: UUID, reason: object) -> Decision:
    """Switch the account off that wrote a post and sign it out everywhere; reports on the post are upheld.

    Raises ``NotFound``, ``Forbidden`` (also ``own_account``), ``Invalid`` (reason), ``Conflict`` (``no_account``,
    ``last_admin``, ``suspended``).
    """
    said = _said(actor, reason, REASON)
    require(actor, Permission.VERIFY_AND_SUSPEND)
    with _held(actor, post_id) as (topic, post):
        person_id = _writer(post)
        if User.objects.filter(pk=person_id, suspended_at__isnull=False).exists():
            raise Conflict(_("This account is suspended already."), code="suspended")
        suspend_account(actor=actor, person_id=person_id)
        return decisions.record(
            actor=actor, kind=DecisionKind.SUSPEND, topic=topic, post=post, person_id=person_id, reason=said
        )


def reinstate_author(*, actor: Actor, person_id: UUID | None, reason: object = "") -> Decision:
    """Switch an account on again. Raises ``NotFound``, ``Forbidden``, ``Invalid`` (reason)."""
    said = _said(actor, reason, _OPTIONAL)
    if person_id is None:
        raise NotFound
    with transaction.atomic():
        reinstate_account(actor=actor, person_id=person_id)
        return decisions.record(actor=actor, kind=DecisionKind.UNSUSPEND, person_id=person_id, reason=said)


def take_back(*, actor: Actor, decision_id: UUID, reason: object = "") -> Decision:
    """Undo a decision by its opposite, and return that one.

    Raises ``NotFound``, ``Forbidden``, ``Invalid`` (reason), ``Conflict`` (``superseded``: a later decision about the
    same thing stands, or there is nothing left to undo).
    """
    said = _said(actor, reason, _OPTIONAL)
    with transaction.atomic():
        decision = Decision.objects.select_related("post", "topic").filter(pk=decision_id).first()
        if decision is None:
            raise NotFound
        # Held before anything is looked at: of two who take the same decision back, the second finds that done.
        Topic.objects.select_for_update(of=("self",)).filter(pk=decision.topic_id).values_list("pk").first()
        if is_superseded(decision):
            raise Conflict(_("A later decision stands: take that one back first."), code="superseded")
        _undo(actor, decision, said or _("Taken back."))
        made: Decision | None = Decision.objects.filter(takes_back=decision).first()
        if made is None:
            raise Conflict(_("There is nothing left to take back: it is undone already."), code="superseded")
    return made


def is_superseded(decision: Decision) -> bool:
    """Whether a decision was taken back, or a later one about the same thing decides now."""
    if Decision.objects.filter(takes_back=decision).exists():
        return True
    if decision.kind == DecisionKind.WARN:
        return False
    family = [decision.kind, OPPOSITE[decision.kind]]
    later = decisions.about_the_same(decision).filter(kind__in=family, pk__gt=decision.pk)
    return bool(later.exists()) or decision.kind == DecisionKind.UNWARN


def _undo(actor: Actor, decision: Decision, reason: str) -> None:
    """Act against a decision. What is recorded on the way takes it back by itself; moves and notes are told to."""
    back = OPPOSITE[decision.kind]
    if back in (DecisionKind.UNWARN, DecisionKind.REOPEN):
        decisions.record(
            actor=actor, kind=back, topic=decision.topic, post=decision.post, person_id=decision.person_id,
            reason=reason, takes_back=decision,
        )  # fmt: skip
    elif back in (DecisionKind.SUSPEND, DecisionKind.UNSUSPEND):
        _switch(actor, decision, reason, off=back == DecisionKind.SUSPEND)
    elif decision.post_id is not None:
        _undo_on_post(actor, back, decision.post_id, reason)
    elif decision.topic_id is not None:
        _undo_on_topic(actor, back, decision.topic_id, reason, decision)


def _undo_on_post(actor: Actor, back: DecisionKind, post_id: UUID, reason: str) -> None:
    acts: dict[DecisionKind, Callable[..., Any]] = {
        DecisionKind.HIDE: hide_post,
        DecisionKind.UNHIDE: unhide_post,
        DecisionKind.DELETE: posts.delete_post,
        DecisionKind.RESTORE: posts.restore_post,
        DecisionKind.DISMISS: dismiss_reports,
    }
    acts[back](actor=actor, post_id=post_id, reason=reason)


def _undo_on_topic(actor: Actor, back: DecisionKind, topic_id: UUID, reason: str, decision: Decision) -> None:
    acts: dict[DecisionKind, Callable[..., Any]] = {
        DecisionKind.LOCK: partial(topics.set_locked, locked=True),
        DecisionKind.UNLOCK: partial(topics.set_locked, locked=False),
        DecisionKind.PIN: partial(topics.set_pinned, pinned=True),
        DecisionKind.UNPIN: partial(topics.set_pinned, pinned=False),
        DecisionKind.DELETE: topics.delete_topic,
        DecisionKind.RESTORE: topics.restore_topic,
        DecisionKind.MOVE: partial(move_topic, category_id=decision.facts.get("from"), takes_back=decision),
    }
    acts[back](actor=actor, topic_id=topic_id, reason=reason)


def _switch(actor: Actor, decision: Decision, reason: str, *, off: bool) -> None:
    assert decision.person_id is not None  # whose account it is
    if off:
        suspend_account(actor=actor, person_id=decision.person_id)
        decisions.record(actor=actor, kind=DecisionKind.SUSPEND, person_id=decision.person_id, reason=reason)
    else:
        reinstate_author(actor=actor, person_id=decision.person_id, reason=reason)


def _hide(topic: Topic, post: Post, *, actor: Actor | None, reason: str = "", rule: str = "") -> Decision:
    """Hide a held post that is not hidden yet."""
    change, facts = -int(post.stands), posts.unmark(topic, post)
    post.hidden_at = timezone.now()
    post.save(update_fields=["hidden_at", "updated_at"])
    if post.number > 1:
        posts.recount(topic, post, change)
    elif not topic.is_deleted:
        topics.take_away(topic, by=None)
        telling.take_back_topic(topic)
    return decisions.record(
        actor=actor, kind=DecisionKind.HIDE, topic=topic, post=post, person_id=post.author_id, reason=reason,
        rule=rule, facts=facts,
    )  # fmt: skip


def _unhide(topic: Topic, post: Post, *, actor: Actor, reason: str) -> Decision:
    """Show a held post that is hidden."""
    post.hidden_at = None
    post.save(update_fields=["hidden_at", "updated_at"])
    made = decisions.record(
        actor=actor, kind=DecisionKind.UNHIDE, topic=topic, post=post, person_id=post.author_id, reason=reason
    )
    if post.number > 1:
        posts.mark_again(topic, post, made)
        posts.recount(topic, post, int(post.stands))
    elif topic.is_deleted and topic.deleted_by_id is None:
        topics.bring_back(topic)
    return made


def _hidden_by(post: Post) -> Decision | None:
    """Return the decision by which a post is hidden, if it is."""
    if post.hidden_at is None:
        return None
    found: Decision | None = Decision.objects.filter(post=post, kind=DecisionKind.HIDE).order_by("-at", "-id").first()
    return found


def _writer(post: Post) -> UUID:
    if post.author_id is None:
        raise Conflict(_("This was taken over from another forum: nobody here has that account."), code="no_account")
    author_id: UUID = post.author_id
    return author_id


def _said(actor: Actor, reason: object, rule: TextRule) -> str:
    """Return the reason as it is kept. Raises ``Forbidden`` for all but moderators, ``Invalid`` (reason)."""
    require(actor, Permission.READ_MEMBERS_AREA)
    require(actor, Permission.MODERATE_FORUMS)
    checks = FieldChecks()
    text = checks.text("reason", reason, rule)
    checks.done()
    return text


@contextmanager
def _held(actor: Actor, post_id: UUID) -> Iterator[tuple[Topic, Post]]:
    """Hold a post and its topic in one transaction, the topic first."""
    seen = guards.visible_post(actor, post_id)
    with transaction.atomic():
        topic = guards.hold_topic(seen.topic_id)
        yield topic, guards.hold_post(post_id)
