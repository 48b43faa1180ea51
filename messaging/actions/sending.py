"""Sending a message: delivered once, or withheld without the sender noticing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Case, F, PositiveIntegerField, Q, When
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from messaging import rules, unread
from messaging.conversing import hold, in_order
from messaging.kinds import Kind
from messaging.models import Block, Conversation, Message, Participant
from messaging.notify import notify
from messaging.queries.attachments import KIND
from p2psandbox.platform import search
from p2psandbox.platform.drafts.actions import discard_draft
from p2psandbox.platform.errors import Conflict
from p2psandbox.platform.files import actions as files
from p2psandbox.platform.files.models import Purpose, StoredFile
from p2psandbox.platform.guards.turns import take_turn
from p2psandbox.platform.logging import getLogger
from p2psandbox.platform.models import new_id
from p2psandbox.platform.permissions import Actor, Permission, require
from p2psandbox.platform.textrules import FieldChecks

log = getLogger(__name__)


def person_label(person_id: UUID) -> str:
    """Return what the words of messages are marked with that this person may find."""
    return search.label("p", person_id.hex)


def draft_key(person_id: UUID) -> str:
    """Return what an unsent message to somebody is kept under."""
    return f"message:{person_id}"


def send_message(*, actor: Actor, recipient_id: UUID, body: object, attachments: Sequence[UUID] = ()) -> Message:
    """Send plain text, files, or both to one person.

    To somebody who has blocked the actor it is stored and never arrives; everything the actor can see or measure is as
    with any other. ``attachments`` are the actor's own uploads, attached to nothing yet. Raises ``Invalid`` (recipient,
    body, attachments), ``Conflict`` (``blocked_by_you``), ``TooMany``; then nothing is stored.
    """
    require(actor, Permission.SEND_MESSAGES)
    assert actor.id is not None  # who may write is signed in
    checks = FieldChecks()
    text = checks.text("body", body, rules.BODY)
    wanted = list(dict.fromkeys(attachments))
    if not text and not wanted and "body" not in checks.problems:
        checks.add("body", _("Write something, or attach a file."))
    _check_files(checks, wanted)
    people = User.objects.in_bulk([actor.id, recipient_id])
    _check_recipient(checks, people.get(recipient_id), actor.id)
    checks.done()
    _take_turns(actor.id, recipient_id)
    with transaction.atomic():
        message = _store(actor, recipient_id, text, wanted)
        _tell(message, people[actor.id])
        discard_draft(actor=actor, key=draft_key(recipient_id))
    log.info("message sent", message_id=str(message.pk), files=message.attachment_count)
    return message


def _check_recipient(checks: FieldChecks, person: User | None, sender_id: UUID) -> None:
    if person is None or person.deleted_at is not None or person.email_verified_at is None:
        checks.add("recipient", _("There is nobody here to write to. Choose a person from the list."))
    elif person.pk == sender_id:
        checks.add("recipient", _("This is you. Choose somebody else to write to."))
    elif not person.is_active or person.suspended_at is not None:
        text = _("%(name)s is no longer active here, so nobody would read this. Ask a colleague of theirs.")
        checks.add("recipient", text % {"name": person.get_full_name()})


def _check_files(checks: FieldChecks, wanted: Sequence[UUID]) -> None:
    most = rules.MOST_ATTACHMENTS
    if len(wanted) > most:
        text = ngettext("Attach at most one file.", "Attach at most %(most)s files.", most)
        checks.add("attachments", text % {"most": most})
    elif wanted:
        sizes = StoredFile.objects.filter(pk__in=wanted).values_list("bytes", flat=True)
        if sum(sizes) > rules.MOST_ATTACHED_BYTES:
            most_bytes = filesizeformat(rules.MOST_ATTACHED_BYTES)
            checks.add("attachments", _("Attach less: at most %(most)s in all.") % {"most": most_bytes})


def _take_turns(sender_id: UUID, recipient_id: UUID) -> None:
    """Slow down who writes by the dozen, sooner to people they never wrote with."""
    take_turn(
        f"messaging.send:{sender_id}", most=rules.SENT_PER_MINUTE, seconds=rules.MINUTE,
        message=_("You have sent a lot within a minute. Wait a little, then send this one."),
    )  # fmt: skip
    first, second = in_order(sender_id, recipient_id)
    if not Conversation.objects.filter(first_id=first, second_id=second).exists():
        take_turn(
            f"messaging.strangers:{sender_id}", most=rules.STRANGERS_PER_HOUR, seconds=rules.HOUR,
            message=_("You have written to many new people within an hour. Wait a little, then send this one."),
        )  # fmt: skip


def _store(actor: Actor, recipient_id: UUID, text: str, wanted: Sequence[UUID]) -> Message:
    """Store a message with its files and bring both people's sides up to date."""
    assert actor.id is not None
    conversation = hold(actor.id, recipient_id)
    withheld = _is_withheld(actor.id, recipient_id)
    message_id, now = new_id(), _later_than(conversation.last_at)
    attached: list[StoredFile] = []
    if wanted:
        attached = files.attach(
            actor=actor, purpose=Purpose.ATTACHMENT, file_ids=wanted, kind=KIND, subject_id=message_id
        )
    finders = [person_label(actor.id), *([] if withheld else [person_label(recipient_id)])]
    words = search.vector([("D", text), *(("D", file.name) for file in attached)], finders)
    message: Message = Message.objects.create(
        id=message_id, conversation=conversation, sender_id=actor.id, recipient_id=recipient_id, body=text,
        attachment_count=len(attached), created_at=now, withheld=withheld, hidden_from_recipient=withheld,
        vector=words,
    )  # fmt: skip
    conversation.last_at = now
    conversation.save(update_fields=["last_at", "updated_at"])
    arrived = When(person_id=recipient_id, then=F("unread_count") + 1)
    counted = Case(arrived, default=F("unread_count"), output_field=PositiveIntegerField())
    reached = [actor.id] if withheld else [actor.id, recipient_id]
    Participant.objects.filter(conversation=conversation, person_id__in=reached).update(
        last_message=message,
        last_at=now,
        unread_count=counted,
        updated_at=now,
    )
    return message


def _is_withheld(sender_id: UUID, recipient_id: UUID) -> bool:
    """Say whether a message never arrives; who blocks somebody cannot write to them either."""
    pair = Q(person_id=sender_id, blocked_id=recipient_id) | Q(person_id=recipient_id, blocked_id=sender_id)
    by = set(Block.objects.filter(pair).order_by().values_list("person_id", flat=True))
    if sender_id in by:
        raise Conflict(_("You have blocked this person. Unblock them to write to them."), code="blocked_by_you")
    return recipient_id in by


def _later_than(last: datetime | None) -> datetime:
    now = timezone.now()
    return now if last is None or now > last else last + timedelta(microseconds=1)


def _tell(message: Message, sender: User) -> None:
    """Notify the recipient. Of what is withheld the same is done and taken back: it takes as long."""
    own = Participant.objects.get(conversation_id=message.conversation_id, person_id=message.recipient_id)
    before = transaction.savepoint()
    notify(
        kind=Kind.MESSAGE, recipients=[message.recipient_id], actor_id=sender.pk, thread=own.thread,
        title=sender.get_full_name(), url=reverse("messaging:conversation", args=[sender.pk]) + "#newest",
        event=message.pk,
    )  # fmt: skip
    if message.withheld:
        transaction.savepoint_rollback(before)  # what is to be done after the commit stays, and finds nothing
    else:
        transaction.savepoint_commit(before)
    unread.changed([message.recipient_id])
