"""What messaging adds to a person's page."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from p2psandbox.platform.pages.showcase import Act
from p2psandbox.platform.permissions import Actor, Permission, allows


def write_to(actor: Actor, person: User) -> Act | None:
    """Offer to write to somebody who is there to read it."""
    gone = not person.is_active or person.suspended_at is not None or person.email_verified_at is None
    if gone or person.pk == actor.id or not allows(actor, Permission.SEND_MESSAGES):
        return None
    return Act(_("Write a message"), "mail", reverse("messaging:conversation", args=[person.pk]) + "#newest")
