"""One's own feed address: make it, make it anew, take it away."""

from __future__ import annotations

from django.utils import timezone

from forums import feed_tokens
from forums.models import FeedAddress
from p2psandbox.platform.logging import getLogger
from p2psandbox.platform.permissions import Actor, Permission, require

log = getLogger(__name__)


def make_feed_address(*, actor: Actor) -> str:
    """Give the actor a feed address and return its token; a former one is dead from now on.

    Raises ``NotSignedIn``, ``NotVerified``.
    """
    require(actor, Permission.READ_MEMBERS_AREA)
    assert actor.id is not None  # who reads is signed in
    seed = feed_tokens.new_seed()
    token = feed_tokens.token_of(actor.id, seed)
    columns = {"seed": seed, "token_hash": feed_tokens.hashed(token), "made_at": timezone.now()}
    FeedAddress.objects.update_or_create(person_id=actor.id, defaults=columns)
    log.info("feed address made", by=str(actor.id))
    return token


def remove_feed_address(*, actor: Actor) -> None:
    """Take the actor's feed address away; harmless when there is none. Raises ``NotSignedIn``, ``NotVerified``."""
    require(actor, Permission.READ_MEMBERS_AREA)
    FeedAddress.objects.filter(person_id=actor.id).delete()
    log.info("feed address removed", by=str(actor.id))
