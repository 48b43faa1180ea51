"""Room: how much an organization may store, reserved under a lock so that no two uploads take the same."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from p2psandbox.platform.errors import Conflict, Invalid
from p2psandbox.platform.files import queries
from p2psandbox.platform.files.models import StorageLimit
from p2psandbox.platform.logging import getLogger
from p2psandbox.platform.permissions import Actor, Permission, require

log = getLogger(__name__)


def reserve(organization_id: UUID | None, size: int) -> None:
    """Make sure that ``size`` bytes more fit, until the transaction ends; the caller then writes the row for them.

    Raises ``Conflict(code="quota_exceeded")``. The lock is on the organization's own row of limits: others store on.
    """
    assert transaction.get_connection().in_atomic_block
    StorageLimit.objects.select_for_update().get_or_create(**_whose(organization_id))
    found = queries.usage(organization_id)
    free = found.quota_bytes - found.bytes - found.reserved
    if size > free:
        log.info("quota_exceeded", organization_id=str(organization_id), wanted=size, free=free)
        raise Conflict(
            _("Your organization has %(free)s of storage left. Delete files it no longer needs, or ask us for more.")
            % {"free": filesizeformat(max(0, free))},
            code="quota_exceeded",
        )


def set_quota(*, actor: Actor, organization_id: UUID | None, quota_bytes: int | None) -> None:
    """Give an organization a limit of its own, ``None`` for the default; moderators only."""
    require(actor, Permission.VERIFY_AND_SUSPEND)
    if quota_bytes is not None and quota_bytes < 0:
        raise Invalid({"quota_bytes": _("Enter a number of bytes, 0 or more.")})
    StorageLimit.objects.update_or_create(defaults={"quota_bytes": quota_bytes}, **_whose(organization_id))
    log.info("quota_set", organization_id=str(organization_id), quota_bytes=quota_bytes, actor_id=str(actor.id))


def _whose(organization_id: UUID | None) -> dict[str, Any]:
    """Name the row of limits: the one without an organization is the platform's own."""
    return {"organization_id": organization_id}
