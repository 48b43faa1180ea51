"""Reading one's own account: its record, its sign-ins."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from allauth.usersessions.models import UserSession

from accounts.models import User
from accounts.sessions import device_name
from p2psandbox.platform.errors import NotFound
from p2psandbox.platform.permissions import Actor, Permission, require

_SESSIONS = UUID("5c2a6a5e-0d1c-4a56-9a43-2f9a1d3c7e10")


@dataclass(frozen=True, slots=True)
class SessionLine:
    """One sign-in as its owner sees it."""

    id: UUID
    device: str
    place: str
    started_at: datetime
    last_used_at: datetime
    current: bool


def session_id(session: UserSession) -> UUID:
    """Return a session's public id: tells nothing about its key."""
    return uuid5(_SESSIONS, session.session_key)


def own_sessions(actor: Actor, *, current_key: str | None) -> list[SessionLine]:
    """Return the actor's sessions that still stand, the present one first, then by last use."""
    require(actor, Permission.EDIT_OWN_ACCOUNT, owner_id=actor.id)
    standing = UserSession.objects.purge_and_list(User(pk=actor.id))
    lines = [
        SessionLine(
            id=session_id(session),
            device=device_name(session.user_agent),
            place=session.ip,
            started_at=session.created_at,
            last_used_at=session.last_seen_at,
            current=session.session_key == current_key,
        )
        for session in standing
    ]
    return sorted(lines, key=lambda line: (line.current, line.last_used_at), reverse=True)


def own_account(actor: Actor) -> User:
    """Return the actor's own record with their organization."""
    require(actor, Permission.EDIT_OWN_ACCOUNT, owner_id=actor.id)
    assert actor.id is not None  # who may edit an account has one
    user = User.objects.select_related("organization").filter(pk=actor.id).first()
    if user is None:
        raise NotFound
    return user
