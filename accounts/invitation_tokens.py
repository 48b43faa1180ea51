"""The token in an invitation's link: random, signed, and stored as a hash only."""

from __future__ import annotations

import hashlib
import secrets

from django.core.signing import BadSignature, Signer


def _signer() -> Signer:
    return Signer(salt="accounts.invitation", sep=".")


def new_token() -> tuple[str, str]:
    """Return a fresh token for a link, and the hash that is stored in its place."""
    secret = secrets.token_urlsafe(32)
    return _signer().sign(secret), _hashed(secret)


def stored_hash(token: str) -> str | None:
    """Return the hash a token is stored under, or ``None`` when it was not made (or was changed since) by us.

    Former keys of the site (``SECRET_KEY_FALLBACKS``) are accepted.
    """
    try:
        return _hashed(_signer().unsign(token))
    except BadSignature:
        return None


def _hashed(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
