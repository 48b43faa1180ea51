"""Who read what and what they make of it: views, how far one read, bookmarks, watching.

A topic's views are counted once per person and day in Redis and flushed to its row.
"""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID, uuid4

from django.core.cache import cache
from django.db import connection, transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django_redis import get_redis_connection
from redis.exceptions import RedisError

from forums.actions import guards
from forums.models import Post, Topic, TopicReader, Watch
from p2psandbox.platform.errors import Invalid
from p2psandbox.platform.logging import getLogger
from p2psandbox.platform.permissions import Actor

log = getLogger(__name__)

_DAY = 24 * 60 * 60
_COUNTS = "p2p:forums:views"
#: In one statement, since whoever opens a topic for the first time waits for it; never back, whichever of two tabs
#: comes last.
_READ = """
INSERT INTO forums_topicreader AS reader (user_id, topic_id, read_number, read_at, watch)
VALUES (%(user)s, %(topic)s, %(reached)s, %(now)s, 'normal')
ON CONFLICT (user_id, topic_id) DO UPDATE SET read_number = excluded.read_number, read_at = excluded.read_at
WHERE reader.read_number < excluded.read_number
"""


def seen_key(actor: Actor, topic_id: UUID) -> str:
    """Return the cache key that stands while this person's view of today is counted."""
    return f"forums:seen:{topic_id.hex}:{actor.id}:{timezone.now():%Y%m%d}"


def record_view(*, actor: Actor, topic_id: UUID) -> None:
    """Count one view, unless this person was counted today. Without Redis nothing is counted."""
    if actor.id is None or not cache.add(seen_key(actor, topic_id), 1, timeout=_DAY):
        return
    try:
        get_redis_connection("default").hincrby(_COUNTS, topic_id.hex, 1)
    except RedisError as error:
        log.warning("view not counted", reason=type(error).__name__)


def flush_views() -> int:
    """Add what was counted to the topics' rows and return the number of views.

    The counts are set aside first, so that views counted meanwhile wait for the next flush. If the process
    dies before they are removed, that batch is counted again: a view too many rather than one too few.
    """
    redis = get_redis_connection("default")
    if redis.exists(_COUNTS):
        redis.rename(_COUNTS, f"{_COUNTS}:{uuid4().hex}")
    total = 0
    for batch in redis.scan_iter(f"{_COUNTS}:*"):
        counts = {UUID(topic.decode()): int(views) for topic, views in redis.hgetall(batch).items()}
        with transaction.atomic():
            for topic_id, views in sorted(counts.items()):
                total += views
                Topic.objects.filter(pk=topic_id).update(view_count=F("view_count") + views)
        redis.delete(batch)
    return total


def record_reading(*, actor: Actor, topic_id: UUID, read_number: int, seen: Collection[int]) -> None:
    """Remember that posts of these numbers were shown to somebody who had read up to ``read_number``.

    What was read ends before the first post not shown yet, so that nothing is passed over by reading the last page
    first. Nothing is written unless that moves.
    """
    reached = read_number
    while reached + 1 in seen:
        reached += 1
    if actor.id is None or reached == read_number:
        return
    with connection.cursor() as cursor:
        cursor.execute(_READ, {"user": actor.id, "topic": topic_id, "reached": reached, "now": timezone.now()})


def set_bookmark(*, actor: Actor, topic_id: UUID, bookmarked: bool) -> None:
    """Keep a topic among one's bookmarks, or let it go. Raises ``NotSignedIn``, ``NotVerified``, ``NotFound``."""
    guards.visible_topic(actor, topic_id)
    mine = _mine(actor, topic_id)
    if bookmarked:
        mine.filter(bookmarked_at=None).update(bookmarked_at=timezone.now())
    else:
        mine.update(bookmarked_at=None)


def set_watch(*, actor: Actor, topic_id: UUID, level: str) -> None:
    """Say how much one wants to hear of a topic: see :class:`forums.models.Watch`.

    Raises ``NotSignedIn``, ``NotVerified``, ``NotFound``, ``Invalid`` (level).
    """
    guards.visible_topic(actor, topic_id)
    if level not in Watch.values:
        raise Invalid({"level": _("Choose one of: %(levels)s.") % {"levels": ", ".join(Watch.values)}})
    _mine(actor, topic_id).update(watch=level)


def take_part(*, actor: Actor, topic_id: UUID, number: int) -> None:
    """Watch a topic in which one writes for the first time, unless one has muted it; one's own post is read.

    Runs in the transaction that stores the post.
    """
    mine = _mine(actor, topic_id)
    if not Post.objects.filter(topic_id=topic_id, author_id=actor.id, number__lt=number).exists():
        mine.filter(watch=Watch.NORMAL).update(watch=Watch.WATCHING)
    mine.filter(read_number=number - 1).update(read_number=number, read_at=timezone.now())


def _mine(actor: Actor, topic_id: UUID) -> QuerySet[TopicReader]:
    assert actor.id is not None  # who may read is signed in
    TopicReader.objects.bulk_create([TopicReader(user_id=actor.id, topic_id=topic_id)], ignore_conflicts=True)
    return TopicReader.objects.filter(user_id=actor.id, topic_id=topic_id)
