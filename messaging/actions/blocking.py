"""Wanting to hear nothing from somebody, who does not learn of it."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from messaging.actions.notifications import mark_thread_read
from messaging.conversing import blocks_tag, known_person
from messaging.models import Block, Participant
from p2psandbox.platform import cachetags
from p2psandbox.platform.errors import Invalid, NotFound
from p2psandbox.platform.permissions import Actor, Permission, require


def block(*, actor: Actor, person_id: UUID) -> None:
    """Let nothing somebody writes from now on arrive, and send no more mail about what did; doing it again is harmless.

    Raises ``NotFound``, and ``Invalid`` for oneself.
    """
    require(actor, Permission.SEND_MESSAGES)
    if person_id == actor.id:
        raise Invalid({"": _("You cannot block yourself.")})
    own = Participant.objects.filter(person_id=actor.id, other_id=person_id).first()
    if own is None and known_person(person_id) is None:
        raise NotFound
    with transaction.atomic():
        assert actor.id is not None  # who may write is signed in
        Block.objects.bulk_create([Block(person_id=actor.id, blocked_id=person_id)], ignore_conflicts=True)
        if own is not None:
            mark_thread_read(actor=actor, thread=own.thread)
        cachetags.changed(blocks_tag(actor.id))


def unblock(*, actor: Actor, person_id: UUID) -> None:
    """Let messages arrive again from now on; what was sent meanwhile never does. Harmless without a block."""
    require(actor, Permission.SEND_MESSAGES)
    Block.objects.filter(person_id=actor.id, blocked_id=person_id).delete()
    cachetags.changed(blocks_tag(actor.id))
