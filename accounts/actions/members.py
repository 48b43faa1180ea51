"""What admins do with the members of their company, and moderators with everybody's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import mails
from accounts.actions import profile
from accounts.actions.invitations import cancel_invitations_of
from accounts.actions.sessions import end_all_sessions
from accounts.models import MemberRole, User
from accounts.queries.members import acts_as_admin, has_other_admin, member_to_manage
from organizations.audit import name_of, record
from organizations.models import Deed, Organization
from p2psandbox.platform import cachetags
from p2psandbox.platform.errors import Conflict, Forbidden, NotFound
from p2psandbox.platform.logging import getLogger
from p2psandbox.platform.permissions import Actor, Permission, require
from p2psandbox.platform.textrules import FieldChecks

log = getLogger(__name__)

LAST_ADMIN = _("This is the organization's only admin. Make somebody else an admin first.")
_OWN_ACCOUNT = _("You cannot do this to your own account. Ask another admin.")
_SUSPENDED = _("A moderator suspended this account. Only a moderator can lift that.")
#: What an admin may write about somebody else; the rest is the person's own.
_TEXTS = ("first_name", "last_name", "job_title")


def update_member(*, actor: Actor, person_id: UUID, changes: Mapping[str, Any]) -> User:
    """Change a member: any of ``role``, ``is_active``, ``first_name``, ``last_name``, ``job_title``.

    Who is deactivated is signed out everywhere at once. Invitations somebody sent are taken back when they lose
    the right to invite. Raises :class:`Invalid`, ``NotFound``, ``Forbidden`` (also ``own_account`` and
    ``suspended``), and ``Conflict("last_admin")``, also when two admins act at the same moment.
    """
    with _held(actor, person_id) as person:
        checked = _checked(changes)
        changed = {field: value for field, value in checked.items() if getattr(person, field) != value}
        if "is_active" in changed:
            _may_switch(actor, person, on=changed["is_active"])
        acted = acts_as_admin(person)
        before = person.role
        for field, value in changed.items():
            setattr(person, field, value)
        _keeps_an_admin(person, acted=acted)
        if changed:
            person.save(update_fields=[*changed, "suspended_at", "updated_at"])
        _tell(actor, person, changed, role_before=before)
        if acted and not acts_as_admin(person):
            cancel_invitations_of(actor=actor, person=person)
        if changed.get("is_active") is False:
            end_all_sessions(person=person)
    return person


def remove_member(*, actor: Actor, person_id: UUID) -> User:
    """Take somebody out of the company: they sign in no more; what they wrote stays, under their name.

    A moderator can bring them back, and so can an invitation to the same address. Raises as
    :func:`update_member`.
    """
    with _held(actor, person_id) as person:
        if person.pk == actor.id:
            raise Forbidden(_OWN_ACCOUNT, code="own_account")
        acted = acts_as_admin(person)
        person.deleted_at = timezone.now()
        _keeps_an_admin(person, acted=acted)
        person.save(update_fields=["deleted_at", "updated_at"])
        _record(actor, Deed.MEMBER_REMOVED, person)
        cancel_invitations_of(actor=actor, person=person)
        end_all_sessions(person=person)
    return person


def restore_member(*, actor: Actor, person_id: UUID) -> User:
    """Bring back somebody who was removed, as they were. For moderators."""
    require(actor, Permission.VERIFY_AND_SUSPEND)
    with transaction.atomic():
        person = User.objects.select_for_update(no_key=True).filter(pk=person_id).first()
        if person is None:
            raise NotFound
        if person.is_deleted:
            person.deleted_at = None
            person.save(update_fields=["deleted_at", "updated_at"])
            _record(actor, Deed.MEMBER_RESTORED, person)
    return person


def suspend_account(*, actor: Actor, person_id: UUID) -> User:
    """Switch an account off as a moderator: its company cannot switch it on again.

    Raises ``Forbidden`` for one's own account and ``Conflict("last_admin")``.
    """
    require(actor, Permission.VERIFY_AND_SUSPEND)
    with transaction.atomic():
        person = update_member(actor=actor, person_id=person_id, changes={"is_active": False})
        person.suspended_at = timezone.now()
        person.save(update_fields=["suspended_at", "updated_at"])
    return person


def reinstate_account(*, actor: Actor, person_id: UUID) -> User:
    """Switch an account on again, as a moderator."""
    require(actor, Permission.VERIFY_AND_SUSPEND)
    return update_member(actor=actor, person_id=person_id, changes={"is_active": True})


@contextmanager
def _held(actor: Actor, person_id: UUID) -> Iterator[User]:
    """Hold the company and the person in one transaction, and look once more whether the actor still may.

    One act at a time within a company: of two admins who remove each other, the second finds themselves alone.
    """
    with transaction.atomic():
        company = member_to_manage(actor, person_id).organization_id
        if company is not None:
            Organization.objects.select_for_update(no_key=True).get(pk=company)
            actor = User.objects.get(pk=str(actor.id)).actor
        yield member_to_manage(actor, person_id, lock=True)


def _checked(changes: Mapping[str, Any]) -> dict[str, Any]:
    checks = FieldChecks()
    checked: dict[str, Any] = {}
    for field, value in changes.items():
        if field in _TEXTS:
            checked[field] = profile.FIELDS[field](checks, field, value)
        elif field == "role":
            checked[field] = checks.choice(field, value, MemberRole.values, required=True)
        elif field == "is_active":
            checked[field] = bool(value)
        else:
            raise KeyError(field)
    checks.done()
    return checked


def _may_switch(actor: Actor, person: User, *, on: bool) -> None:
    if person.pk == actor.id:
        raise Forbidden(_OWN_ACCOUNT, code="own_account")
    if on and person.suspended_at is not None:
        if not actor.is_moderator:
            raise Forbidden(_SUSPENDED, code="suspended")
        person.suspended_at = None


def _keeps_an_admin(person: User, *, acted: bool) -> None:
    """Raise when the change just made takes the last acting admin away. Needs the company's row held."""
    if acted and not acts_as_admin(person) and not has_other_admin(person):
        raise Conflict(LAST_ADMIN, code="last_admin")


def _tell(actor: Actor, person: User, changed: Mapping[str, Any], *, role_before: str) -> None:
    if "role" in changed:
        _record(actor, Deed.ROLE_CHANGED, person, {"from": role_before, "to": person.role})
        if person.pk != actor.id and person.is_active:
            mails.role_changed(person, by=name_of(actor))
    if "is_active" in changed:
        _record(actor, Deed.MEMBER_REINSTATED if person.is_active else Deed.MEMBER_DEACTIVATED, person)
    if texts := [field for field in _TEXTS if field in changed]:
        _record(actor, Deed.MEMBER_EDITED, person, {"fields": texts})


def _record(actor: Actor, what: Deed, person: User, details: Mapping[str, Any] | None = None) -> None:
    cachetags.changed("people", f"updates:{person.pk}")
    if person.organization_id is None:  # platform staff belong to no trail
        log.info("administered", what=what.value, by=str(actor.id), subject_id=str(person.pk))
        return
    record(
        actor=actor,
        what=what,
        organization_id=person.organization_id,
        subject_id=person.pk,
        subject_name=person.get_full_name(),
        details=details,
    )
