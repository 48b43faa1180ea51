"""Addresses that carry their own authority: signed, bound to one thing, and expiring.

They need no cookie and no CSRF token, because holding one is the permission; it was asked for when the address was
made. Tokens are made with ``SECRET_KEY`` and stay valid under ``SECRET_KEY_FALLBACKS``.
"""

from __future__ import annotations

import time
from urllib.parse import urlencode
from uuid import UUID

from django.core.signing import BadSignature, Signer
from django.urls import reverse
from django.utils.translation import gettext as _

from p2psandbox.platform.errors import Forbidden

_PART = "files.part"
_CONTENT = "files.content"


def part_url(file_id: UUID, number: int, *, seconds: int) -> str:
    """Return the address to PUT one part to."""
    path = reverse("api:file_part", args=[file_id, number])
    return _signed(path, _PART, f"{file_id}/{number}", seconds)


def check_part(file_id: UUID, number: int, expires: str, signature: str) -> None:
    """Raise :class:`Forbidden` unless the address is ours and still valid."""
    _check(_PART, f"{file_id}/{number}", expires, signature)


def content_url(file_id: UUID, rendition: str, *, inline: bool, seconds: int) -> str:
    """Return the address of a file's bytes (``rendition``: ``kept`` or ``large.webp``), to show or to save."""
    shown_as = "inline" if inline else "attachment"
    path = reverse("files:content", args=[file_id, rendition, shown_as])
    return _signed(path, _CONTENT, f"{file_id}/{rendition}/{shown_as}", seconds)


def check_content(file_id: UUID, rendition: str, shown_as: str, expires: str, signature: str) -> None:
    """Raise :class:`Forbidden` unless the address is ours and still valid."""
    _check(_CONTENT, f"{file_id}/{rendition}/{shown_as}", expires, signature)


def _signed(path: str, salt: str, subject: str, seconds: int) -> str:
    expires = str(int(time.time()) + seconds)
    signature = Signer(salt=salt).signature(f"{subject}?{expires}")
    return f"{path}?{urlencode({'expires': expires, 'signature': signature})}"


def _check(salt: str, subject: str, expires: str, signature: str) -> None:
    try:
        Signer(salt=salt).unsign(f"{subject}?{expires}:{signature}")
    except BadSignature as error:
        raise Forbidden(_("This address is not one of ours."), code="bad_signature") from error
    if int(expires) < time.time():
        raise Forbidden(_("This address has expired. Go back, reload the page, and try again."), code="expired_url")
