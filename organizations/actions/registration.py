"""An organization comes into being: its name, its address."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from uuid import UUID

from django.core.cache import cache
from django.db import IntegrityError, models, transaction
from django.db.models.functions import Lower
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from organizations.models import AuditEntry, Organization
from p2psandbox.platform import cachetags
from p2psandbox.platform.constraints import broken_constraint
from p2psandbox.platform.errors import Invalid

NAME_TAKEN = _(
    "This organization is here already. Ask a colleague to invite you, or sign up under the name of your own site."
)
#: Words that pages under /organizations/ may want for themselves.
_RESERVED = frozenset({"edit", "me", "new", "settings", "stats"})


def create_organization(
    *, name: str, industry: str = "", size: str = "", country: str = "", city: str = ""
) -> Organization:
    """Store an organization whose texts the caller has checked. Part of sign-up, which has authorised it.

    Raises :class:`Invalid` on ``organization_name`` when the name exists in any case, also when somebody else
    takes it at the same moment.
    """
    for slug in _slugs(name):
        try:
            with transaction.atomic():
                return Organization.objects.create(
                    name=name, slug=slug, industry=industry, size=size, country=country, city=city
                )
        except IntegrityError as error:
            broken = broken_constraint(error)
            if broken == "organization_name_unique":
                raise Invalid({"organization_name": NAME_TAKEN}, code="taken") from error
            if "slug" not in broken:
                raise
    raise AssertionError("there is always another slug")


def forget_empty(*, organization_id: UUID) -> bool:
    """Erase an organization that nobody belongs to and nothing hangs on; says whether it went.

    It stays when anybody belongs or has belonged to it, when something stands in its name, when its administration
    has a trail, when a moderator verified it, and for the moment when somebody is changing it. Part of acts that
    have authorised it.
    """
    with transaction.atomic():
        rows = Organization.objects.select_for_update(skip_locked=True, of=("self",))
        organization = rows.filter(pk=organization_id, verified_at__isnull=True, people__isnull=True).first()
        if organization is None or AuditEntry.objects.filter(organization_id=organization_id).exists():
            return False
        try:
            with transaction.atomic():
                organization.delete()
            cachetags.changed("organizations")
        except (models.ProtectedError, models.RestrictedError):
            return False
    return True


def _slugs(name: str) -> Iterator[str]:
    """Addresses for a name, best first: in its own script, then numbered."""
    base = slugify(name, allow_unicode=True)[:110].strip("-") or "organization"
    base = re.sub(r"-+", "-", base)
    if base not in _RESERVED:
        yield base
    for number in itertools.count(2):
        yield f"{base}-{number}"


def is_name_taken(name: str) -> bool:
    """Say whether an organization (or a sign-up that must not be told from one) has this name, in any case."""
    exists = Organization.objects.annotate(lower=Lower("name")).filter(lower=name.lower()).exists()
    return exists or cache.get(_held(name)) is not None


def hold_name(name: str) -> None:
    """Treat a name as taken for a day: sign-ups that came to nothing must look like those that did."""
    cache.set(_held(name), 1, 24 * 3600)


def _held(name: str) -> str:
    return f"organization-name:{name.lower().encode().hex()}"
