"""Reading invitations: those of a company, and the one a link leads to."""

from __future__ import annotations

from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.invitation_tokens import stored_hash
from accounts.models import Invitation, InvitationQuerySet, InvitationStatus, MemberRole, status_is
from p2psandbox.platform.errors import Forbidden, Gone, Message, NotFound
from p2psandbox.platform.permissions import Actor, Permission, require

#: Why a link that once was good is not any more.
WHY_GONE: dict[str, Message] = {
    "used": _("This invitation has been accepted already."),
    "expired": _("This invitation has expired. Ask whoever invited you to send it again."),
    "cancelled": _("This invitation was taken back."),
}
_CODES = {
    InvitationStatus.ACCEPTED: "used",
    InvitationStatus.EXPIRED: "expired",
    InvitationStatus.CANCELLED: "cancelled",
}


def standing_invitation(token: str, *, lock: bool = False) -> Invitation:
    """Return the invitation a link's token belongs to, with its organization and inviter; ``lock`` holds its row.

    It stands while it is pending, the organization is there, and whoever sent it may still invite. Raises
    ``NotFound`` for a token that is none (or was replaced), ``Gone`` with ``used``, ``expired`` or ``cancelled``.
    """
    stored = stored_hash(token)
    rows = Invitation.objects.select_related("organization", "invited_by").filter(token_hash=stored or "")
    invitation = (rows.select_for_update(of=("self",), no_key=True) if lock else rows).first()
    if stored is None or invitation is None:
        raise NotFound(_("This link is not complete, or a newer one has been sent."))
    status = invitation.status
    if status is InvitationStatus.PENDING and not _is_backed(invitation):
        status = InvitationStatus.CANCELLED
    if status is not InvitationStatus.PENDING:
        code = _CODES[status]
        raise Gone(WHY_GONE[code], code=code)
    return invitation


def _is_backed(invitation: Invitation) -> bool:
    """Say whether whoever sent it could send it now; who lost the right lets nobody in any more."""
    inviter = invitation.invited_by
    if inviter is None or invitation.organization.is_deleted or not inviter.is_active or inviter.is_deleted:
        return False
    ours = inviter.organization_id == invitation.organization_id and inviter.role == MemberRole.ADMIN
    return inviter.is_staff or ours


def own_invitations(actor: Actor, *, status: str = "") -> InvitationQuerySet:
    """Return the invitations of the actor's organization, last sent first, with who sent them.

    Raises ``NotSignedIn``, ``NotVerified``, and ``Forbidden`` for all but its admins.
    """
    rows = _own(actor)
    if status:
        rows = rows.in_status(status)
    return rows.select_related("invited_by").order_by("-sent_at", "-id")


def invitation_counts(actor: Actor) -> dict[str, int]:
    """Return how many invitations of the actor's organization stand at each status. Raises as above."""
    now = timezone.now()
    counts = {status: Count("pk", filter=status_is(status, now=now)) for status in InvitationStatus.values}
    return {status: int(count) for status, count in _own(actor).aggregate(**counts).items()}


def _own(actor: Actor) -> InvitationQuerySet:
    require(actor, Permission.INVITE)
    if actor.organization_id is None:
        raise Forbidden
    require(actor, Permission.INVITE, organization_id=actor.organization_id)
    return Invitation.objects.filter(organization_id=actor.organization_id)
