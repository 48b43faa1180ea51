"""Reporting a post: members say that it needs a moderator; three organizations hide it until one has looked."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from forums.actions import guards, moderation
from forums.models import REPORTS_THAT_HIDE, Post, Reason, Report, ReportState
from p2psandbox.platform.errors import Conflict, Forbidden
from p2psandbox.platform.guards.turns import take_turn
from p2psandbox.platform.logging import getLogger
from p2psandbox.platform.permissions import Actor, Permission, require
from p2psandbox.platform.textrules import FieldChecks, TextRule

log = getLogger(__name__)

NOTE = TextRule(max_length=1000, multiline=True, meaningful=False)
#: First reports of posts by one person in an hour.
REPORTS_PER_HOUR = 10
_HOUR = 60 * 60


def report_post(*, actor: Actor, post_id: UUID, reason: object, note: object = "") -> Report:
    """Say that a post needs a moderator and return the report; saying it again changes reason and note.

    A report that a moderator has answered stays answered, unless the post was edited since. Raises ``NotFound``,
    ``Forbidden`` (``own_post``), ``Invalid`` (reason, note), ``TooMany``, ``Conflict`` (``deleted``).
    """
    post = guards.visible_post(actor, post_id)
    require(actor, Permission.WRITE_POSTS)
    assert actor.id is not None  # who may write is signed in
    if post.author_id == actor.id:
        raise Forbidden(_("This is your own post: edit it or delete it."), code="own_post")
    said = _checked(reason, note)
    if not Report.objects.filter(post_id=post_id, reporter_id=actor.id).exists():
        take_turn(
            f"forums.report:{actor.id}",
            most=REPORTS_PER_HOUR,
            seconds=_HOUR,
            message=_("You have reported a lot within an hour. Wait a little, then report this one."),
        )
    with transaction.atomic():
        topic = guards.hold_topic(post.topic_id)
        post = guards.hold_post(post_id)
        if (topic.is_deleted and not post.hidden_at) or post.is_deleted:
            raise Conflict(_("This post was deleted meanwhile. There is nothing left to report."), code="deleted")
        report = _write(actor, post, said)
        if post.hidden_at is None and _organizations_against(post) >= REPORTS_THAT_HIDE:
            moderation.hide_by_rule(topic, post)
    log.info("post reported", post_id=str(post_id), reason=report.reason, state=report.state)
    return report


def _checked(reason: object, note: object) -> dict[str, str]:
    checks = FieldChecks()
    said = {
        "reason": checks.choice("reason", reason, Reason.values, required=True),
        "note": checks.text("note", note, NOTE),
    }
    if said["reason"] == Reason.OTHER and not said["note"]:
        checks.add("note", _("Say in a few words what is wrong with it."))
    checks.done()
    return said


def _write(actor: Actor, post: Post, said: dict[str, str]) -> Report:
    """Make or renew this person's report of a held post."""
    report, made = Report.objects.get_or_create(
        post=post, reporter_id=actor.id, defaults={**said, "organization_id": actor.organization_id}
    )
    if made:
        return report
    changes: dict[str, Any] = dict(said)
    if report.settled_at is not None and post.edited_at is not None and post.edited_at > report.settled_at:
        now = timezone.now()
        changes |= {"state": ReportState.OPEN, "decision": None, "settled_at": None, "created_at": now}
        changes["organization_id"] = actor.organization_id
    for name, value in changes.items():
        setattr(report, name, value)
    report.save(update_fields=[*changes, "updated_at"])
    return report


def _organizations_against(post: Post) -> int:
    """Count the organizations whose people report a post; its author's own and moderators' reports do not count."""
    found = Report.objects.filter(post=post, state=ReportState.OPEN, organization__isnull=False)
    if post.organization_id is not None:
        found = found.exclude(organization_id=post.organization_id)
    return found.values("organization_id").distinct().order_by().count()
