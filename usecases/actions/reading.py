"""What reading a story leaves behind: a counted view, a like, a bookmark."""

from __future__ import annotations

from uuid import UUID

from django.core.cache import cache
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django_redis import get_redis_connection
from redis.exceptions import RedisError

from p2psandbox.platform.errors import Conflict
from p2psandbox.platform.logging import getLogger
from p2psandbox.platform.permissions import Actor, Permission
from usecases.access import for_act
from usecases.models import UseCase, UseCaseBookmark, UseCaseLike

log = getLogger(__name__)

#: A person counts once within this time, in seconds: a day, and some to bridge midnight between servers.
DAY = 25 * 3600
_WAITING = "p2p:usecases:views"
_TAKEN = "p2p:usecases:views:taken"


def record_view(*, actor: Actor, use_case: UseCase, visitor: str = "") -> bool:
    """Count that somebody read a published story, once per person and day; say whether it counted.

    ``visitor`` tells people without an account apart (a hash, never an address). Views gather in Redis until
    :func:`flush_views`; without Redis nothing is counted and nothing fails.
    """
    person = str(actor.id) if actor.id else visitor
    if not use_case.is_published or not person:
        return False
    today = timezone.now().strftime("%Y%m%d")
    if not cache.add(f"usecases:seen:{today}:{use_case.pk}:{person}", 1, DAY):
        return False
    try:
        get_redis_connection("default").hincrby(_WAITING, str(use_case.pk), 1)
    except RedisError:
        return False
    return True


def flush_views() -> int:
    """Add the gathered views to the stories' counters and return how many there were.

    What a killed run had taken but not yet added is added by the next one.
    """
    try:
        redis = get_redis_connection("default")
        if redis.exists(_WAITING) and not redis.exists(_TAKEN):
            redis.rename(_WAITING, _TAKEN)
        counts = {UUID(key.decode()): int(value) for key, value in redis.hgetall(_TAKEN).items()}
        with transaction.atomic():
            for use_case_id in sorted(counts):
                row = UseCase.objects.filter(pk=use_case_id)
                row.update(view_count=F("view_count") + counts[use_case_id])
        redis.delete(_TAKEN)
    except RedisError as error:
        log.warning("views_not_flushed", error=type(error).__name__)
        return 0
    return sum(counts.values())


def like(*, actor: Actor, use_case_id: UUID, on: bool = True) -> None:
    """Like a published story, or take it back. However often it is asked for, one person counts once."""
    row = for_act(actor, use_case_id, Permission.READ_MEMBERS_AREA)
    assert actor.id is not None  # visitors were refused
    if not row.is_published:
        raise Conflict(code="not_published")
    with transaction.atomic():
        likes = UseCaseLike.objects.filter(use_case=row, user_id=actor.id)
        if on:
            made = UseCaseLike.objects.bulk_create([UseCaseLike(use_case=row, user_id=actor.id)], ignore_conflicts=True)
            changed = int(bool(made))
        else:
            changed = likes.delete()[0]
        if changed:
            _recount(row)


def _recount(row: UseCase) -> None:
    """Set the counter to what is there: under the row's lock, so that two likers never lose one."""
    locked = UseCase.objects.select_for_update(of=("self",)).only("pk").get(pk=row.pk)
    count = UseCaseLike.objects.filter(use_case=locked).count()
    UseCase.objects.filter(pk=row.pk).update(like_count=count)


def bookmark(*, actor: Actor, use_case_id: UUID, on: bool = True) -> None:
    """Keep a story for later, or no longer; asking twice changes nothing more."""
    row = for_act(actor, use_case_id, Permission.READ_MEMBERS_AREA)
    assert actor.id is not None  # visitors were refused
    if on:
        UseCaseBookmark.objects.bulk_create([UseCaseBookmark(use_case=row, user_id=actor.id)], ignore_conflicts=True)
    else:
        UseCaseBookmark.objects.filter(use_case=row, user_id=actor.id).delete()
