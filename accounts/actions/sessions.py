"""Ending sessions: one, or all of a person's."""

from __future__ import annotations

from uuid import UUID

from allauth.usersessions.models import UserSession

from accounts.models import User
from accounts.queries import session_id
from p2psandbox.platform.errors import NotFound
from p2psandbox.platform.logging import getLogger
from p2psandbox.platform.permissions import Actor, Permission, require

log = getLogger(__name__)


def end_session(*, actor: Actor, session: UUID) -> str:
    """End one of the actor's own sessions; returns its key, so that the caller can tell if it was the present one.

    Raises ``NotFound`` for one that is not theirs or is over.
    """
    require(actor, Permission.EDIT_OWN_ACCOUNT, owner_id=actor.id)
    for own in UserSession.objects.filter(user_id=actor.id):
        if session_id(own) == session:
            own.end()
            log.info("session_ended", reason="asked", person_id=str(actor.id))
            return str(own.session_key)
    raise NotFound


def end_all_sessions(*, person: User, keep: str | None = None) -> int:
    """End the person's sessions on the server, except the one with the key ``keep``; returns how many.

    Part of other actions, which have authorised it.
    """
    others = UserSession.objects.filter(user_id=person.pk).exclude(session_key=keep or "")
    ended = 0
    for session in others:
        session.end()
        ended += 1
    return ended
