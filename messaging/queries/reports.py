"""Reports of messages, for whom they concern: who reported, who was warned, who moderates."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from messaging.conversing import own_message
from messaging.models import Message, MessageReport, MessageReportState
from messaging.queries.attachments import Attached, attached_to
from messaging.rules import CONTEXT
from p2psandbox.platform.errors import NotFound
from p2psandbox.platform.permissions import Actor, Permission, require


@dataclass(frozen=True, slots=True)
class Shown:
    """A message with what it carries."""

    message: Message
    attachments: list[Attached]


@dataclass(frozen=True, slots=True)
class Review:
    """A reported message as moderators see it: ``before`` are a few messages before it, oldest first."""

    report: MessageReport
    reported: Shown
    before: list[Shown]


@dataclass(frozen=True, slots=True)
class Reported:
    """A message somebody may report, or has reported."""

    message: Message
    report: MessageReport | None


def reported_message(actor: Actor, message_id: UUID) -> Reported:
    """Return a message to report, or with the reader's own report of it. Raises ``NotFound``.

    Who reported a message reads what came of it also after deleting the message.
    """
    require(actor, Permission.READ_MEMBERS_AREA)
    rows = MessageReport.objects.filter(message_id=message_id, reporter_id=actor.id)
    report = rows.select_related("message__sender__organization").first()
    message = report.message if report else own_message(actor, message_id)
    if message.sender_id == actor.id:
        raise NotFound
    return Reported(message, report)


def warning(actor: Actor, message_id: UUID) -> MessageReport:
    """Return why moderators warned the actor about a message of theirs. Raises ``NotFound``."""
    require(actor, Permission.READ_MEMBERS_AREA)
    rows = MessageReport.objects.filter(
        message_id=message_id, message__sender_id=actor.id, state=MessageReportState.WARNED
    )
    found = rows.select_related("message__recipient").first()
    if found is None:
        raise NotFound
    return found


def reports(actor: Actor) -> QuerySet[MessageReport, MessageReport]:
    """Return all reports, for moderators. Raises ``Forbidden``."""
    require(actor, Permission.MODERATE_MESSAGES)
    return MessageReport.objects.select_related("message__sender", "reporter", "settled_by")


def review(actor: Actor, report_id: UUID) -> Review:
    """Return a report with the message and those just before it, and nothing else of the conversation.

    Raises ``NotFound``, ``Forbidden``.
    """
    rows = reports(actor).select_related("message__sender__organization", "reporter__organization")
    report = rows.filter(pk=report_id).first()
    if report is None:
        raise NotFound
    around = list(context_of(report.message).select_related("sender"))
    carried = attached_to([report.message, *around])
    shown = [Shown(message, carried.get(message.pk, [])) for message in reversed(around)]
    return Review(report, Shown(report.message, carried.get(report.message_id, [])), shown)


def context_of(message: Message) -> QuerySet[Message, Message]:
    """Return the messages just before one that arrived, newest first; what was withheld never took place."""
    rows = Message.objects.filter(conversation_id=message.conversation_id, withheld=False)
    return rows.filter(created_at__lt=message.created_at).order_by("-created_at").defer("vector")[:CONTEXT]


def is_shown_to_moderators(message_id: UUID) -> bool:
    """Say whether a message was reported, or stands among those just before one that was."""
    message = Message.objects.defer("vector").filter(pk=message_id, withheld=False).first()
    if message is None:
        return False
    reported = Message.objects.filter(
        conversation_id=message.conversation_id, created_at__gte=message.created_at, reports__isnull=False
    )
    return any(
        later.pk == message.pk or any(one.pk == message.pk for one in context_of(later))
        for later in reported.order_by("created_at").defer("vector")[: CONTEXT + 1]
    )
