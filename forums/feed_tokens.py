"""The token in a feed's address: made from a stored seed and the site's secret key, found by its hash.

Feed readers sign in nowhere, so the address is the permission. It can be shown again to its owner, because the server
can make it again; a copy of the table alone tells nobody an address.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from uuid import UUID

from django.conf import settings
from django.utils.crypto import salted_hmac

from forums.models import FeedAddress

_SALT = "forums.feed"


def new_seed() -> str:
    """Return what the next token is made from."""
    return secrets.token_urlsafe(32)


def token_of(person_id: UUID, seed: str, *, secret: str | None = None) -> str:
    """Return the token of 43 characters that belongs to a person's seed."""
    made = salted_hmac(_SALT, f"{person_id}:{seed}", secret=secret, algorithm="sha256").digest()
    return base64.urlsafe_b64encode(made).rstrip(b"=").decode()


def hashed(token: str) -> str:
    """Return the hash a token is found by."""
    return hashlib.sha256(token.encode()).hexdigest()


def shown(row: FeedAddress) -> str | None:
    """Return the token of a stored address, ``None`` if it was made under a key the site has forgotten."""
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        token = token_of(row.person_id, row.seed, secret=secret)
        if secrets.compare_digest(hashed(token), row.token_hash):
            return token
    return None
