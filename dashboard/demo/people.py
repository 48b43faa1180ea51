"""The demo companies and their people.

These rows are made directly, not by signing up: signing up hashes a password per person and sends mail, and
demo people share one password and have no mailbox. Everything the models demand is checked all the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.utils.translation import gettext as _

from accounts.invitation_tokens import new_token
from accounts.models import Invitation, MemberRole, User
from dashboard.demo import content
from organizations.models import AuditEntry, Deed, Organization
from p2psandbox.platform.permissions import Actor

#: Members joined this long before the load, so that everything they wrote comes after.
JOINED = timedelta(days=75)


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """One line of ``manage.py demo_accounts``."""

    name: str
    role: str
    organization: str
    email: str
    password: str


class Cast:
    """Demo people by their key in the content files."""

    def __init__(self) -> None:
        self.people: dict[str, User] = {}

    def actor(self, key: str) -> Actor:
        """Return the person as actions know them. Raises ``KeyError`` for a key nobody has."""
        return self.people[key].actor

    def id(self, key: str) -> Any:
        return self.people[key].pk


def emails() -> list[str]:
    """Return the addresses of all demo people."""
    return [person["email"] for person, _organization in _everybody()]


def accounts() -> list[DemoAccount]:
    """Return the demo accounts that are in the database and still have the demo password's holder, in order."""
    there = set(User.objects.filter(email__in=emails(), is_active=True).values_list("email", flat=True))
    password = content.read("people")["password"]
    return [
        DemoAccount(
            name=f"{person['first_name']} {person['last_name']}",
            role=str(MemberRole(person["role"]).label) if company else str(_("Moderator")),
            organization=company["name"] if company else "–",
            email=person["email"],
            password=password,
        )
        for person, company in _everybody()
        if person["email"] in there
    ]


def _everybody() -> list[tuple[dict[str, Any], dict[str, Any] | None]]:
    data = content.read("people")
    found: list[tuple[dict[str, Any], dict[str, Any] | None]] = [
        (person, company) for company in data["organizations"] for person in company["people"]
    ]
    return [*found, *((person, None) for person in data["staff"])]


def make_people(now: datetime) -> Cast:
    """Store companies and people, verified and able to sign in, and return them by key."""
    data = content.read("people")
    password = make_password(data["password"])
    cast = Cast()
    for number, entry in enumerate(data["organizations"]):
        joined = now - JOINED + timedelta(days=3 * number)
        company = _company(entry, joined)
        for person in entry["people"]:
            cast.people[person["key"]] = _person(person, company, password, joined)
            joined += timedelta(days=1, hours=5)
    for person in data["staff"]:
        cast.people[person["key"]] = _person(person, None, password, now - JOINED)
    for entry in data["invitations"]:
        _invite(entry, cast.people[entry["by"]], now)
    return cast


def _company(entry: dict[str, Any], joined: datetime) -> Organization:
    columns = {name: value for name, value in entry.items() if name not in ("key", "people", "verified")}
    verified_at = joined + timedelta(days=2) if entry["verified"] else None
    company = Organization(**columns, created_at=joined, verified_at=verified_at)
    company.full_clean()
    company.save(force_insert=True)
    return company


def _invite(entry: dict[str, Any], admin: User, now: datetime) -> None:
    """Store an open invitation whose link nobody has: sending it again from the page mails a new one."""
    assert admin.organization is not None
    sent_at = now - timedelta(hours=entry["hours_ago"])
    invitation = Invitation(
        organization=admin.organization,
        invited_by=admin,
        email=entry["email"],
        role=entry["role"],
        message=entry["message"],
        token_hash=new_token()[1],
        sent_at=sent_at,
        expires_at=sent_at + timedelta(days=settings.INVITATION_DAYS),
        created_at=sent_at,
    )
    invitation.full_clean()
    invitation.save(force_insert=True)
    AuditEntry(
        organization=admin.organization,
        at=sent_at,
        what=Deed.INVITATION_SENT,
        actor_id=admin.pk,
        actor_name=admin.get_full_name(),
        subject_id=invitation.pk,
        subject_name=invitation.email,
        details={"role": invitation.role},
    ).save(force_insert=True)


def _person(entry: dict[str, Any], company: Organization | None, password: str, joined: datetime) -> User:
    columns = {name: value for name, value in entry.items() if name != "key"}
    person = User(
        **columns,
        organization=company,
        is_staff=company is None,
        is_superuser=company is None,
        password=password,
        email_verified_at=joined,
        created_at=joined,
    )
    person.full_clean()
    person.save(force_insert=True)
    EmailAddress.objects.create(user=person, email=person.email, primary=True, verified=True)
    return person
