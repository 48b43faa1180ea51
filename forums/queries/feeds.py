"""Feeds: who asks, by the token in the address, and the newest topics they may see. No bodies, so no library."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from forums import feed_tokens
from forums.models import Category, FeedAddress, Topic
from forums.queries.lists import TopicFilters, topics
from p2psandbox.platform.errors import NotFound
from p2psandbox.platform.permissions import Actor, Permission, allows, require

TOPICS_IN_A_FEED = 30
_LONGEST_TAG = 40


@dataclass(frozen=True, slots=True)
class TopicsFed:
    """What one feed holds. ``tag`` is in stored spelling; ``stamp`` changes with everything shown."""

    topics: list[Topic]
    category: Category | None
    tag: str
    language: str
    path: str
    stamp: str
    changed_at: datetime


def reader_of(token: str) -> User:
    """Return whose feed address this is. Raises ``NotFound`` for everybody who may not read the forums (any more)."""
    row = FeedAddress.objects.select_related("person").filter(token_hash=feed_tokens.hashed(token)).first()
    if row is None or row.person.suspended_at is not None:
        raise NotFound
    person: User = row.person
    if not allows(person.actor, Permission.READ_MEMBERS_AREA):
        raise NotFound
    return person


def fed(token: str, *, category: str = "", tag: str = "") -> TopicsFed:
    """Return the newest topics of all, of a category (slug) or with a tag: three statements.

    Raises ``NotFound`` for an address or a category that does not exist.
    """
    person = reader_of(token)
    shelf = Category.objects.filter(slug=category).first() if category else None
    if (category and shelf is None) or len(tag) > _LONGEST_TAG or "\0" in tag:
        raise NotFound
    filters = TopicFilters(category=shelf.pk if shelf else None, tag=tag.lower(), ordering="-created_at")
    found = list(topics(person.actor, filters)[:TOPICS_IN_A_FEED])
    changed = max((topic.updated_at for topic in found), default=person.created_at)
    seen = [person.language, shelf and shelf.name, *((one.pk, one.updated_at, _names(one)) for one in found)]
    stamp = hashlib.sha256(repr(seen).encode()).hexdigest()[:32]
    path = feed_path(token, category=category, tag=tag)
    return TopicsFed(found, shelf, tag.lower(), person.language, path, stamp, min(changed, timezone.now()))


def _names(topic: Topic) -> tuple[str, str]:
    """What a feed says besides the topic's own row."""
    return topic.author_label, topic.category.name


def own_token(actor: Actor) -> str | None:
    """Return the token of the actor's feed address if they have one. Raises ``NotSignedIn``, ``NotVerified``."""
    require(actor, Permission.READ_MEMBERS_AREA)
    row = FeedAddress.objects.filter(person_id=actor.id).first()
    return feed_tokens.shown(row) if row is not None else None


def feed_path(token: str, *, category: str = "", tag: str = "") -> str:
    """Return the path of the feed of all topics, of a category (slug) or of a tag."""
    if category:
        return reverse("forums:feed_category", args=[token, category])
    if tag:
        return reverse("forums:feed_tag", args=[token, "TAG"]).replace("TAG.atom", f"{quote(tag)}.atom")
    return reverse("forums:feed", args=[token])
