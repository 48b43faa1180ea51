"""Who read what: a topic's views, counted once per person and day in Redis and flushed to its row."""

from __future__ import annotations

from uuid import UUID, uuid4

from django.core.cache import cache
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django_redis import get_redis_connection
from redis.exceptions import RedisError

from forums.models import Topic
from p2psandbox.platform.logging import getLogger
from p2psandbox.platform.permissions import Actor

log = getLogger(__name__)

_DAY = 24 * 60 * 60
_COUNTS = "p2p:forums:views"


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
