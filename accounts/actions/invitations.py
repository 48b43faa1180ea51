"""Asking people to join a company: by one address or many, again, and taking it back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from accounts import mails, rules
from accounts.invitation_tokens import new_token
from accounts.models import Invitation, MemberRole, User
from organizations.audit import name_of, record
from organizations.models import AuditEntry, Deed, Organization
from p2psandbox.platform.errors import Conflict, Forbidden, NotFound, TooMany
from p2psandbox.platform.idempotency import once
from p2psandbox.platform.models import new_id
from p2psandbox.platform.permissions import Actor, Permission, allows, require
from p2psandbox.platform.textrules import FieldChecks

MOST_AT_ONCE = 200
#: Sending again within this time sends nothing: the button was pressed twice.
PAUSE = timedelta(seconds=60)
MOST_RESENT = 10


class SendResult(models.TextChoices):
    """What became of one address. Whether it has an account elsewhere is nobody's business: that is ``sent``."""

    SENT = "sent", gettext_lazy("Sent")
    ALREADY_MEMBER = "already_member", gettext_lazy("Already a member")
    INVALID = "invalid", gettext_lazy("Not an email address")


@dataclass(frozen=True, slots=True)
class Outcome:
    """One address and what became of it."""

    email: str
    result: SendResult


def send_invitations(
    *, actor: Actor, emails: Sequence[object], role: str = MemberRole.MEMBER, message: object = "", key: str = ""
) -> list[Outcome]:
    """Invite addresses to the actor's own organization; returns a result per address, in their order.

    An address that has an open invitation gets it again, with a new link, role and message. One that has an
    account with another organization gets a polite mail that moves nobody, and is answered in the same way and
    time as any other. Asking again with the same ``key`` sends nothing more. Raises :class:`Invalid` on ``emails``
    (none, or more than 200), ``role`` and ``message``, ``Forbidden`` without an organization, :class:`TooMany`
    beyond the organization's daily number.
    """
    require(actor, Permission.INVITE)
    if actor.organization_id is None:
        raise Forbidden(_("You act for no organization, so there is nothing to invite to."))
    require(actor, Permission.INVITE, organization_id=actor.organization_id)
    checks = FieldChecks()
    role = checks.choice("role", role, MemberRole.values, required=True)
    text = rules.mailed_message(checks, "message", message)
    if not emails:
        checks.add("emails", _("Enter at least one email address."))
    elif len(emails) > MOST_AT_ONCE:
        checks.add("emails", _("Invite at most %(most)d addresses at once.") % {"most": MOST_AT_ONCE})
    checks.done()
    outcomes = _checked(emails)
    with transaction.atomic():
        # One sending at a time within a company: two at once with one address make one invitation.
        organization = Organization.objects.select_for_update(no_key=True).get(pk=actor.organization_id)
        addresses = [outcome.email for outcome in outcomes if outcome.result is SendResult.SENT]
        sending = _Sending(actor, organization, addresses, role=role, message=text)
        once(actor=actor, kind="invitations", key=key, make=sending.send_all)
    return [
        Outcome(outcome.email, SendResult.ALREADY_MEMBER) if outcome.email in sending.members else outcome
        for outcome in outcomes
    ]


def _checked(emails: Iterable[object]) -> list[Outcome]:
    """Return each address once, in lower case, as ``sent`` unless it is none."""
    found: dict[str, Outcome] = {}
    for typed in emails:
        checks = FieldChecks()
        address = rules.address(checks, "email", typed)
        if checks.problems:
            shown = str(typed)[:254]
            found.setdefault(shown, Outcome(shown, SendResult.INVALID))
        else:
            found.setdefault(address, Outcome(address, SendResult.SENT))
    return list(found.values())


class _Sending:
    """One act of inviting: who asks, to where, and what of it is the same for every address."""

    def __init__(
        self, actor: Actor, organization: Organization, addresses: list[str], *, role: str, message: str
    ) -> None:
        self.actor = actor
        self.addresses = addresses
        self.organization = organization
        self.role = role
        self.message = message
        self.name = name_of(actor)
        ours = User.objects.filter(email__in=addresses, organization=organization, deleted_at__isnull=True)
        self.members = set(ours.values_list("email", flat=True))

    def send_all(self) -> UUID:
        """Invite all who are no members yet; returns an id of this sending."""
        addresses = self.addresses
        known = User.objects.filter(email__in=addresses)
        elsewhere = set(known.exclude(organization=self.organization).values_list("email", flat=True))
        invited = {
            invitation.email: invitation
            for invitation in Invitation.objects.open().filter(organization=self.organization, email__in=addresses)
        }
        wanted = [address for address in addresses if address not in self.members]
        _within_daily_number(self.organization, more=len(wanted))
        for address in wanted:
            self._send(address, invited.get(address), known=address in elsewhere)
        return new_id()

    def _send(self, address: str, before: Invitation | None, *, known: bool) -> None:
        invitation = before or Invitation(organization=self.organization, email=address)
        invitation.role, invitation.message, invitation.invited_by_id = self.role, self.message, self.actor.id
        if before is not None and _is_fresh(before):
            invitation.save(update_fields=["role", "message", "invited_by", "updated_at"])
            return
        _not_too_often(invitation)
        _mail_it(invitation, inviter=self.name, known=known, again=before is not None)
        record(
            actor=self.actor,
            actor_name=self.name,
            what=Deed.INVITATION_SENT if before is None else Deed.INVITATION_RESENT,
            organization_id=self.organization.pk,
            subject_id=invitation.pk,
            subject_name=address,
            details={"role": self.role},
        )


def resend_invitation(*, actor: Actor, invitation_id: UUID) -> Invitation:
    """Send an open invitation again: a new link for another seven days; the old one is dead.

    Raises ``NotFound``, ``Conflict`` (``not_open``, ``already_member``), :class:`TooMany` within a minute of the
    last time, after ten times, and beyond the organization's daily number.
    """
    with transaction.atomic():
        invitation = _locked(actor, invitation_id)
        if not invitation.is_open:
            raise Conflict(_("This invitation is closed. Invite the address again."), code="not_open")
        if _is_fresh(invitation):
            raise TooMany(_("It was sent a moment ago. Wait a minute."), retry_after=int(PAUSE.total_seconds()))
        _not_too_often(invitation)
        _within_daily_number(invitation.organization, more=1)
        known = User.objects.filter(email=invitation.email).first()
        ours = known is not None and known.organization_id == invitation.organization_id
        if known is not None and ours and not known.is_deleted:
            raise Conflict(_("This person is a member already."), code="already_member")
        if actor.organization_id == invitation.organization_id:
            invitation.invited_by_id = actor.id  # who sends it again answers for it
        name = name_of(actor)
        _mail_it(invitation, inviter=name, known=known is not None and not ours, again=True)
        _record(actor, Deed.INVITATION_RESENT, invitation, name=name)
    return invitation


def cancel_invitation(*, actor: Actor, invitation_id: UUID) -> Invitation:
    """Take an invitation back: its link is dead at once. Cancelling twice is no error.

    Raises ``NotFound``, and ``Conflict("accepted")`` when somebody has followed it.
    """
    with transaction.atomic():
        invitation = _locked(actor, invitation_id)
        if invitation.accepted_at is not None:
            raise Conflict(
                _("This invitation has been accepted. You find the person among the members."), code="accepted"
            )
        if invitation.cancelled_at is None:
            invitation.cancelled_at = timezone.now()
            invitation.save(update_fields=["cancelled_at", "updated_at"])
            _record(actor, Deed.INVITATION_CANCELLED, invitation, name=name_of(actor))
    return invitation


def cancel_invitations_of(*, actor: Actor, person: User) -> int:
    """Take back what somebody sent who may invite no more; returns how many. Part of acts that have authorised it."""
    left = Invitation.objects.open().filter(invited_by=person).select_for_update(no_key=True).order_by("pk")
    name = name_of(actor)
    cancelled = 0
    for invitation in left:
        invitation.cancelled_at = timezone.now()
        invitation.save(update_fields=["cancelled_at", "updated_at"])
        _record(actor, Deed.INVITATION_CANCELLED, invitation, name=name)
        cancelled += 1
    return cancelled


def _locked(actor: Actor, invitation_id: UUID) -> Invitation:
    """Return an invitation the actor may act on, its row locked; those of other organizations are not there."""
    require(actor, Permission.INVITE)
    rows = Invitation.objects.select_related("organization").select_for_update(of=("self",), no_key=True)
    invitation = rows.filter(pk=invitation_id).first()
    if invitation is None or not allows(actor, Permission.INVITE, organization_id=invitation.organization_id):
        raise NotFound
    return invitation


def _mail_it(invitation: Invitation, *, inviter: str, known: bool, again: bool) -> None:
    """Give the invitation a new token and time, store it and write the mail; the same work for known addresses."""
    token, invitation.token_hash = new_token()
    invitation.sent_at = timezone.now()
    invitation.expires_at = invitation.sent_at + timedelta(days=settings.INVITATION_DAYS)
    invitation.resent_count += 1 if again else 0
    invitation.save()
    language = get_language() or settings.LANGUAGE_CODE
    if known:
        mails.invited_elsewhere(invitation, inviter=inviter, language=language)
    else:
        mails.invitation(invitation, token=token, inviter=inviter, language=language)


def _is_fresh(invitation: Invitation) -> bool:
    return invitation.sent_at > timezone.now() - PAUSE


def _not_too_often(invitation: Invitation) -> None:
    if invitation.resent_count >= MOST_RESENT:
        text = _("%(email)s was invited often enough. Ask in another way.") % {"email": invitation.email}
        raise TooMany(text, retry_after=24 * 3600)


def _within_daily_number(organization: Organization, *, more: int) -> None:
    """Raise :class:`TooMany` when the organization would send too many mails within a day."""
    since = timezone.now() - timedelta(days=1)
    mailed = (Deed.INVITATION_SENT, Deed.INVITATION_RESENT)
    sent = AuditEntry.objects.filter(organization=organization, at__gt=since, what__in=mailed).count()
    if sent + more > settings.INVITATIONS_PER_DAY:
        text = _("An organization sends at most %(most)d invitations a day. Go on tomorrow.")
        raise TooMany(text % {"most": settings.INVITATIONS_PER_DAY}, retry_after=3600)


def _record(actor: Actor, what: Deed, invitation: Invitation, *, name: str) -> None:
    record(
        actor=actor,
        actor_name=name,
        what=what,
        organization_id=invitation.organization_id,
        subject_id=invitation.pk,
        subject_name=invitation.email,
        details={"role": invitation.role},
    )
