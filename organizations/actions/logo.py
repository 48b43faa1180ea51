"""A company's logo."""

from __future__ import annotations

from typing import IO
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from organizations import audit
from organizations.models import Deed, Organization
from organizations.queries import organization_to_edit
from p2psandbox.platform.files import actions as files
from p2psandbox.platform.files.models import Purpose, StoredFile
from p2psandbox.platform.permissions import Actor

KIND = "organizations.organization"


def set_logo(
    *, actor: Actor, organization_id: UUID, name: str, stream: IO[bytes], content_type: str = ""
) -> Organization:
    """Take a picture as the logo, made anew in two sizes; the one before is deleted.

    Raises ``NotFound``, ``Forbidden``, and what :func:`files.store` raises for a picture that cannot be taken.
    """
    organization_to_edit(actor, pk=organization_id)
    picture = files.store(actor=actor, purpose=Purpose.LOGO, name=name, stream=stream, content_type=content_type)
    with transaction.atomic():
        organization = organization_to_edit(actor, pk=organization_id, lock=True)
        files.replace(actor=actor, purpose=Purpose.LOGO, file_ids=[picture.pk], kind=KIND, subject_id=organization.pk)
        _keep(actor, organization, picture.public_key or "")
    return organization


def remove_logo(*, actor: Actor, organization_id: UUID) -> Organization:
    """Take the logo away; does nothing without one. Raises ``NotFound``, ``Forbidden``."""
    with transaction.atomic():
        organization = organization_to_edit(actor, pk=organization_id, lock=True)
        if organization.logo_key:
            files.delete_attached(kind=KIND, subject_id=organization.pk, purpose=Purpose.LOGO)
            _keep(actor, organization, "")
    return organization


def forget_logo(file: StoredFile) -> None:
    """Show a company without the logo that a moderator deletes."""
    assert file.attached_id is not None
    organization = Organization.objects.filter(pk=file.attached_id, logo_key=file.public_key)
    organization.update(logo_key="", updated_at=timezone.now())


def _keep(actor: Actor, organization: Organization, key: str) -> None:
    organization.logo_key = key
    organization.save(update_fields=["logo_key", "updated_at"])
    audit.record(actor=actor, what=Deed.LOGO_CHANGED, organization_id=organization.pk, details={"removed": not key})
