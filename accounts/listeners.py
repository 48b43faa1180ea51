"""What apps above do when something happens here: they say so when they are ready, and are called in its transaction.

Imports keep running one way; who is called for what stands in the ``ready`` of their app.
"""

from __future__ import annotations

from collections.abc import Callable

from accounts.models import Invitation, User

#: Called with an invitation that was just accepted and the person who did.
Accepted = Callable[[Invitation, User], None]

_accepted: list[Accepted] = []


def when_invitation_is_accepted(tell: Accepted) -> None:
    """Have ``tell`` called each time, inside the transaction: what it raises undoes the accepting."""
    _accepted.append(tell)


def invitation_accepted(invitation: Invitation, person: User) -> None:
    """Call everybody who wants to know."""
    for tell in _accepted:
        tell(invitation, person)
