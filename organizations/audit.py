"""The audit trail of a company's administration: written by actions, read by its admins."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from organizations.models import AuditEntry, Deed
from p2psandbox.platform.errors import Forbidden
from p2psandbox.platform.logging import getLogger
from p2psandbox.platform.permissions import Actor, Permission, require

log = getLogger(__name__)


def record(
    *,
    actor: Actor,
    what: Deed,
    organization_id: UUID,
    subject_id: UUID | None = None,
    subject_name: str = "",
    details: Mapping[str, Any] | None = None,
    actor_name: str | None = None,
) -> AuditEntry:
    """Write one line, in the transaction of the act it tells of, and log it without names.

    ``subject_name`` is the name (of an invitation: the address) as it was then; ``details`` are plain facts that
    any admin of the company may read. ``actor_name`` saves the look-up when the caller knows it.
    """
    entry = AuditEntry(
        organization_id=organization_id,
        at=timezone.now(),
        what=what,
        actor_id=actor.id,
        actor_name=name_of(actor) if actor_name is None else actor_name,
        subject_id=subject_id,
        subject_name=subject_name[:254],
        details=dict(details or {}),
    )
    entry.save(force_insert=True)
    log.info(
        "administered",
        what=what.value,
        by=str(actor.id),
        subject_id=str(subject_id),
        organization_id=str(organization_id),
    )
    return entry


def in_words(entry: AuditEntry) -> str:
    """Return the details of a line for reading, empty if there are none to tell."""
    details = entry.details
    if "from" in details and "to" in details:
        return f"{_word(details['from'])} → {_word(details['to'])}"
    if "fields" in details:
        return ", ".join(_word(field) for field in details["fields"])
    if details.get("reason"):
        return str(details["reason"])
    if "removed" in details:
        return _("taken away") if details["removed"] else ""
    return _word(details["role"]) if "role" in details else ""


def _word(name: object) -> str:
    """Return a plain fact in the reader's language: a role, or a field."""
    words = {
        "member": _("Member"),
        "admin": _("Admin"),
        "first_name": _("first name"),
        "last_name": _("last name"),
        "job_title": _("job title"),
    }
    text = str(name)
    return words.get(text) or _(text.replace("_", " "))


def name_of(actor: Actor) -> str:
    """Return the full name of the actor, empty for nobody."""
    person = get_user_model().objects.filter(pk=actor.id).first() if actor.id is not None else None
    return person.get_full_name() if person is not None else ""


def trail(actor: Actor, *, what: str = "", person: str = "") -> QuerySet[AuditEntry]:
    """Return the entries of the actor's own organization, newest first.

    ``what`` is one of :class:`Deed`; ``person`` is part of a name or address, of who did it or whom it befell.
    Raises ``NotSignedIn``, ``NotVerified`` and ``Forbidden`` for all but the organization's admins.
    """
    require(actor, Permission.READ_MEMBERS_AREA)
    if actor.organization_id is None:
        raise Forbidden
    require(actor, Permission.MANAGE_MEMBERS, organization_id=actor.organization_id)
    rows = AuditEntry.objects.filter(organization_id=actor.organization_id)
    if what:
        rows = rows.filter(what=what)
    if person:
        rows = rows.filter(Q(subject_name__icontains=person) | Q(actor_name__icontains=person))
    return rows.order_by("-at", "-id")
