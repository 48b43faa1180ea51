"""Reporting a message, and what moderators decide about it."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions.members import suspend_account
from messaging import rules
from messaging.conversing import own_message
from messaging.kinds import Kind
from messaging.models import MessageReason, MessageReport, MessageReportState
from messaging.notify import notify
from p2psandbox.platform.errors import Conflict, Forbidden, NotFound
from p2psandbox.platform.guards.turns import take_turn
from p2psandbox.platform.logging import getLogger
from p2psandbox.platform.permissions import Actor, Permission, require
from p2psandbox.platform.textrules import FieldChecks, TextRule

log = getLogger(__name__)

REPLY = TextRule(max_length=1000, multiline=True, meaningful=False)


def report_message(*, actor: Actor, message_id: UUID, reason: object, note: object = "") -> MessageReport:
    """Ask moderators to look at a message the actor got; asking again changes reason and note until one has looked.

    Moderators then read it and a few messages before it. Raises ``NotFound``, ``Forbidden`` (``own_message``),
    ``Invalid`` (reason, note), ``TooMany``.
    """
    message = own_message(actor, message_id)
    if message.sender_id == actor.id:
        raise Forbidden(_("This is your own message: delete it for yourself if you regret it."), code="own_message")
    checks = FieldChecks()
    said = {
        "reason": checks.choice("reason", reason, MessageReason.values, required=True),
        "note": checks.text("note", note, rules.NOTE),
    }
    if said["reason"] == MessageReason.OTHER and not said["note"]:
        checks.add("note", _("Say in a few words what is wrong with it."))
    checks.done()
    if not MessageReport.objects.filter(message=message, reporter_id=actor.id).exists():
        take_turn(
            f"messaging.report:{actor.id}", most=rules.REPORTS_PER_HOUR, seconds=rules.HOUR,
            message=_("You have reported a lot within an hour. Wait a little, then report this one."),
        )  # fmt: skip
    with transaction.atomic():
        report, made = MessageReport.objects.select_for_update().get_or_create(
            message=message, reporter_id=actor.id, defaults=said
        )
        if not made and report.state == MessageReportState.OPEN:
            report.reason, report.note = said["reason"], said["note"]
            report.save(update_fields=["reason", "note", "updated_at"])
    log.info("message reported", message_id=str(message_id), reason=report.reason)
    return report


def settle_report(*, actor: Actor, report_id: UUID, outcome: object, reply: object = "") -> MessageReport:
    """Decide about a report: nothing to do (``dismissed``), ``warned``, or ``suspended``; who reported hears of it.

    ``reply`` is what the sender reads, needed unless the report is dismissed. Raises ``NotFound``, ``Forbidden``,
    ``Invalid`` (outcome, reply), ``Conflict`` (``settled``, ``last_admin``).
    """
    require(actor, Permission.MODERATE_MESSAGES)
    checks = FieldChecks()
    outcomes = [state for state in MessageReportState.values if state != MessageReportState.OPEN]
    state = checks.choice("outcome", outcome, outcomes, required=True)
    said = checks.text("reply", reply, REPLY)
    if state and state != MessageReportState.DISMISSED and not said:
        checks.add("reply", _("Say why: the sender reads it."))
    checks.done()
    with transaction.atomic():
        rows = MessageReport.objects.select_for_update(of=("self",)).select_related("message__sender")
        report = rows.filter(pk=report_id).first()
        if report is None:
            raise NotFound
        if report.state != MessageReportState.OPEN:
            raise Conflict(_("Somebody has decided about this report already."), code="settled")
        report.state, report.reply, report.settled_at = state, said, timezone.now()
        report.settled_by_id = actor.id
        report.save(update_fields=["state", "reply", "settled_at", "settled_by", "updated_at"])
        if state == MessageReportState.SUSPENDED:
            suspend_account(actor=actor, person_id=report.message.sender_id)
        _tell(report)
    log.info("message report settled", report_id=str(report.pk), state=state, by=str(actor.id))
    return report


def _tell(report: MessageReport) -> None:
    """Tell who reported it, and who is warned; nobody learns who reported or decided."""
    sender = report.message.sender
    notify(
        kind=Kind.MODERATION, recipients=[report.reporter_id], actor_id=None, thread=f"message_report:{report.pk}",
        title=sender.get_full_name(), url=reverse("messaging:report", args=[report.message_id]), event=report.pk,
    )  # fmt: skip
    if report.state == MessageReportState.WARNED:
        notify(
            kind=Kind.MODERATION, recipients=[sender.pk], actor_id=None, thread=f"message_warning:{report.pk}",
            title=sender.get_full_name(), url=reverse("messaging:warning", args=[report.message_id]), event=report.pk,
        )  # fmt: skip
