"""What a company says about itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django_countries import countries

from organizations import audit
from organizations.models import Deed, Industry, Organization, OrganizationSize
from organizations.queries import organization_to_edit
from p2psandbox.platform import cachetags
from p2psandbox.platform.constraints import broken_constraint
from p2psandbox.platform.errors import Invalid
from p2psandbox.platform.permissions import Actor
from p2psandbox.platform.textrules import ORGANIZATION_NAME, FieldChecks, TextRule

_DESCRIPTION = TextRule(max_length=4000, multiline=True)
_CITY = TextRule(max_length=100)
_ADDRESS = TextRule(max_length=300, multiline=True, meaningful=False)
_WEBSITE = TextRule(max_length=200, meaningful=False)
_ENTRY = TextRule(max_length=80, min_length=2)
#: Entries of a list such as certifications.
MOST_ENTRIES = 30
#: The oldest manufacturer that still works is older, but a typing error is likelier.
_EARLIEST = 1500
_is_web_address = URLValidator(schemes=["http", "https"])

Check = Callable[[FieldChecks, str, Any], Any]


def _text(rule: TextRule) -> Check:
    return lambda checks, field, value: checks.text(field, value, rule)


def _choice(choices: list[tuple[str, Any]]) -> Check:
    return lambda checks, field, value: checks.choice(field, value, dict(choices))


def _entries(checks: FieldChecks, field: str, value: Any) -> list[str]:
    return checks.items(field, value, _ENTRY, most=MOST_ENTRIES)


def _country(checks: FieldChecks, field: str, value: Any) -> str:
    return checks.choice(field, value, dict(countries))


def _website(checks: FieldChecks, field: str, value: Any) -> str:
    """Return a web address; people leave ``https://`` out."""
    text = checks.text(field, value, _WEBSITE)
    if not text or field in checks.problems:
        return text
    if "://" not in text:
        text = f"https://{text}"
    try:
        _is_web_address(text)
    except ValidationError:
        checks.add(field, _("Enter a web address such as https://company.com."))
    return text


def _founded(checks: FieldChecks, field: str, value: Any) -> int | None:
    if value is None:
        return None
    this_year = timezone.now().year
    if isinstance(value, bool) or not isinstance(value, int) or not _EARLIEST <= value <= this_year:
        checks.add(field, _("Enter a year between %(first)d and %(last)d.") % {"first": _EARLIEST, "last": this_year})
        return None
    return value


#: Every field an organization's admin may set, and how it is checked.
FIELDS: dict[str, Check] = {
    "name": lambda checks, field, value: checks.name(field, value, ORGANIZATION_NAME),
    "industry": _choice(Industry.choices),
    "size": _choice(OrganizationSize.choices),
    "website": _website,
    "description": _text(_DESCRIPTION),
    "country": _country,
    "city": _text(_CITY),
    "address": _text(_ADDRESS),
    "founded": _founded,
    "certifications": _entries,
    "capabilities": _entries,
}


def update_organization(*, actor: Actor, organization_id: UUID, changes: Mapping[str, Any]) -> Organization:
    """Store what an admin changed about the company; ``changes`` holds any of :data:`FIELDS`.

    Its address stays the same when its name changes, so that links keep working. A verified company that takes
    another name is not verified any more: what a moderator checked was the old one. Raises ``NotFound``,
    ``Forbidden`` and :class:`Invalid` with every field that cannot be taken.
    """
    with transaction.atomic():
        organization = organization_to_edit(actor, pk=organization_id, lock=True)
        checks = FieldChecks()
        checked = {field: FIELDS[field](checks, field, value) for field, value in changes.items()}
        checks.done()
        changed = [field for field, value in checked.items() if getattr(organization, field) != value]
        for field in changed:
            setattr(organization, field, checked[field])
        if "name" in changed and organization.verified_at is not None:
            organization.verified_at = None
            changed.append("verified_at")
        if changed:
            _store(organization, changed)
            cachetags.changed("organizations")
            audit.record(
                actor=actor, what=Deed.ORGANIZATION_EDITED, organization_id=organization.pk, details={"fields": changed}
            )
    return organization


def _store(organization: Organization, changed: list[str]) -> None:
    try:
        with transaction.atomic():
            organization.save(update_fields=[*changed, "updated_at"])
    except IntegrityError as error:
        if broken_constraint(error) != "organization_name_unique":
            raise
        raise Invalid({"name": _("Another organization has this name.")}, code="taken") from error
