"""What happens in the apps below, told to people."""

from __future__ import annotations

from django.urls import reverse

from accounts.models import Invitation, User
from messaging.kinds import Kind
from messaging.notify import notify


def invitation_accepted(invitation: Invitation, person: User) -> None:
    """Tell who invited somebody that they have joined."""
    if invitation.invited_by_id is None:
        return
    notify(
        kind=Kind.INVITATION_ACCEPTED,
        recipients=[invitation.invited_by_id],
        actor_id=person.pk,
        thread=f"invitation:{invitation.pk}",
        title=invitation.organization.name,
        url=reverse("accounts:person", args=[person.pk]),
        event=invitation.pk,
    )
