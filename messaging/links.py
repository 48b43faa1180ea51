"""Signed links that end mail: they say whose and which, need no sign-in and do not expire (RFC 8058)."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.core import signing
from django.urls import reverse

from p2psandbox.platform.errors import NotFound

_SALT = "messaging.unsubscribe"


def unsubscribe_url(person_id: UUID, subject: str) -> str:
    """Return the full address that ends mail about ``subject`` (a kind, or ``digest``) for this person."""
    token = signing.dumps([person_id.hex, subject], salt=_SALT)
    return f"{settings.SITE_URL}{reverse('messaging:unsubscribe', args=[token])}"


def read(token: str) -> tuple[UUID, str]:
    """Return person and subject of a link's token. Raises ``NotFound`` for one that is not ours."""
    try:
        person, subject = signing.loads(token, salt=_SALT)
        return UUID(person), str(subject)
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise NotFound from error
