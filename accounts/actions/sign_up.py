"""Signing up: a new organization and its first admin, together or not at all."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django_countries import countries

from accounts import mails, rules
from accounts.actions.passwords import check_password_rules
from accounts.models import MemberRole, User
from organizations import actions as organizations
from organizations.models import Industry, OrganizationSize
from p2psandbox.platform.constraints import broken_constraint
from p2psandbox.platform.errors import Invalid
from p2psandbox.platform.logging import getLogger
from p2psandbox.platform.permissions import Actor, Permission, require
from p2psandbox.platform.textrules import ORGANIZATION_NAME, FieldChecks

log = getLogger(__name__)


class _AddressTaken(Exception):
    """Somebody has this address already; outside this module nobody may know."""


@dataclass(frozen=True, slots=True)
class _Newcomer:
    """What a person typed, checked."""

    email: str
    first_name: str
    last_name: str
    language: str
    organization: dict[str, str]


def sign_up(
    *,
    actor: Actor,
    email: object,
    password: str,
    first_name: object,
    last_name: object,
    organization_name: object,
    industry: str = "",
    organization_size: str = "",
    country: str = "",
    city: object = "",
    language: str = "en",
    key: str = "",
) -> None:
    """Create an organization with its first admin and send the mail that confirms the address.

    Returns nothing, and takes the same time and work, whether the address was free or not: the owner of a
    known address gets a polite mail instead, and nothing is stored. ``key`` (from a form or an
    ``Idempotency-Key``) makes a repeated call do nothing. Raises :class:`Invalid` for texts, password, choices
    and an organization name that is taken; two sign-ups at once with one address or one name make one.
    """
    require(actor, Permission.SIGN_UP)
    once = f"sign-up:{hashlib.sha256(key.encode()).hexdigest()}" if key else ""
    if once and cache.add(once, 1, 3600) is False:  # None: the cache does not answer, and nothing is lost by going on
        return
    try:
        newcomer = _checked(
            password=password,
            email=email,
            first_name=first_name,
            last_name=last_name,
            language=language,
            organization_name=organization_name,
            industry=industry,
            size=organization_size,
            country=country,
            city=city,
        )
        _create_or_tell(newcomer, hashed=make_password(password))
    except Invalid:
        if once:
            cache.delete(once)
        raise


def _create_or_tell(newcomer: _Newcomer, *, hashed: str) -> None:
    try:
        with transaction.atomic():
            organization = organizations.create_organization(**newcomer.organization)
            user = _create_admin(newcomer, hashed=hashed, organization=organization)
            address = EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=False)
            mails.verification(address)
    except _AddressTaken:
        organizations.hold_name(newcomer.organization["name"])
        mails.already_registered(newcomer.email)
        log.info("sign_up_known_address")
        return
    log.info("signed_up", person_id=str(user.pk), organization_id=str(organization.pk))


def _create_admin(newcomer: _Newcomer, *, hashed: str, organization: Any) -> User:
    user = User(
        email=newcomer.email,
        password=hashed,
        first_name=newcomer.first_name,
        last_name=newcomer.last_name,
        language=newcomer.language,
        organization=organization,
        role=MemberRole.ADMIN,
    )
    try:
        with transaction.atomic():
            user.save(force_insert=True)
    except IntegrityError as error:
        if "email" in broken_constraint(error):
            raise _AddressTaken from error
        raise
    return user


def _checked(
    *,
    password: str,
    email: object,
    first_name: object,
    last_name: object,
    language: str,
    organization_name: object,
    industry: str,
    size: str,
    country: str,
    city: object,
) -> _Newcomer:
    """Return the newcomer; raises :class:`Invalid` with everything that is wrong at once."""
    checks = FieldChecks()
    newcomer = _Newcomer(
        email=rules.address(checks, "email", email),
        first_name=rules.name(checks, "first_name", first_name),
        last_name=rules.name(checks, "last_name", last_name),
        language=language,
        organization={
            "name": rules.name(checks, "organization_name", organization_name, ORGANIZATION_NAME),
            "industry": checks.choice("industry", industry, Industry.values),
            "size": checks.choice("organization_size", size, OrganizationSize.values),
            "country": checks.choice("country", country.upper(), countries),
            "city": rules.one_line(checks.text("city", city, rules.CITY)),
        },
    )
    if "organization_name" not in checks.problems and organizations.is_name_taken(newcomer.organization["name"]):
        checks.add("organization_name", organizations.NAME_TAKEN)
    person = User(email=newcomer.email, first_name=newcomer.first_name, last_name=newcomer.last_name)
    try:
        check_password_rules(field="password", password=password, person=person)
    except Invalid as error:
        checks.problems.update(error.fields)
    checks.done()
    return newcomer
