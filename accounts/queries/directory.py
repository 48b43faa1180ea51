"""Reading people: the directory across organizations, and one person's public profile."""

from __future__ import annotations

import hashlib
from dataclasses import astuple, dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.urls import reverse

from accounts.models import User
from p2psandbox.platform import cachetags
from p2psandbox.platform.errors import NotFound
from p2psandbox.platform.permissions import Actor, Permission, allows, require

#: What no list and no page of a person needs.
_PRIVATE = ("password", "last_login", "language", "time_zone", "words", "organization__words")


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleFilters:
    """What the directory is narrowed to; ``organization`` is a slug, ``expertise`` one word of it."""

    search: str = ""
    organization: str = ""
    industry: str = ""
    expertise: str = ""


def visible_people(actor: Actor) -> QuerySet[User, User]:
    """Return people whose profile the actor may see: confirmed, active ones, and for moderators all who are left.

    Raises ``NotSignedIn``, ``NotVerified``.
    """
    require(actor, Permission.READ_MEMBERS_AREA)
    people = User.objects.filter(deleted_at__isnull=True).select_related("organization").defer(*_PRIVATE)
    if allows(actor, Permission.VERIFY_AND_SUSPEND):
        return people
    return people.filter(email_verified_at__isnull=False)


def directory(actor: Actor, filters: PeopleFilters) -> QuerySet[User, User]:
    """Return the active members of all organizations that match, by name.

    ``search`` looks for every word in name, job title and company, in any case. Raises as
    :func:`visible_people`.
    """
    wanted = Q(is_active=True, organization__isnull=False, organization__deleted_at__isnull=True)
    for word in filters.search.lower().split()[:8]:
        wanted &= Q(words__contains=word) | Q(organization__words__contains=word)
    if filters.organization:
        wanted &= Q(organization__slug=filters.organization)
    if filters.industry:
        wanted &= Q(organization__industry=filters.industry)
    if filters.expertise:
        wanted &= Q(expertise__icontains=filters.expertise)
    people = visible_people(actor).filter(wanted, email_verified_at__isnull=False)
    return people.order_by("first_name", "last_name", "id")


def count(actor: Actor, filters: PeopleFilters) -> int:
    """Return how many people match, the same for whoever asks; kept for a minute while nobody changes theirs.

    Counting looks at everybody, a page of the list only at so many: without this, half of its time went here. Raises
    as :func:`visible_people`.
    """
    found = directory(actor, filters)
    wanted = hashlib.blake2b(repr(astuple(filters)).encode(), digest_size=16).hexdigest()
    return cachetags.cached(
        f"people:count:{wanted}", make=found.order_by().count, tags=("people", "organizations"), seconds=60
    )


def person(actor: Actor, person_id: UUID) -> User:
    """Return one person; what somebody wrote stays under their name, so deactivated people have a page, too.

    Raises as :func:`visible_people`, and ``NotFound``.
    """
    found = visible_people(actor).filter(pk=person_id).first()
    if found is None:
        raise NotFound
    return found


def row(user: User) -> dict[str, Any]:
    """Return a person as plain values, as ``components/person_row.html`` takes them."""
    company = user.organization
    return {
        "url": reverse("accounts:person", args=[user.pk]),
        "name": user.get_full_name(),
        "picture": user.avatar_url,
        "job_title": user.job_title,
        "organization": company.name if company else "",
        "verified": bool(company and company.is_verified),
        "expertise": user.expertise[:4],
    }
