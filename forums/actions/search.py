"""Making search entries anew: after an update, after a restore, whenever some are missing or out of date."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q

from forums import indexing
from forums.documents import PostRevision
from forums.models import Post, Topic
from p2psandbox.platform import cachetags, search
from p2psandbox.platform.logging import getLogger

log = getLogger(__name__)

#: Posts read from the library and written at a time.
BATCH = 500
#: Posts whose entry is what it should be.
_DONE = Q(search_entry__revision_id=F("revision_id"), search_entry__recipe=search.RECIPE)


def waiting() -> int:
    """Return how many posts have no entry, or one of another text than theirs."""
    count: int = _waiting().count()
    return count


def reindex(*, everything: bool = False, progress: Callable[[int], Any] = lambda posts: None) -> int:
    """Make the entries that are missing or out of date and return how many; with ``everything``, all.

    Stopped in between, it goes on where it was when called again. Posts that are changed meanwhile are left to
    whoever changes them. ``progress`` hears the number of posts of each batch. Raises ``Unavailable``.
    """
    total = 0
    for ids in _batches(everything=everything):
        total += _renew(ids)
        progress(len(ids))
    log.info("search entries made", entries=total)
    return total


def _waiting() -> Any:
    return Post.objects.exclude(pk__in=Post.objects.filter(_DONE).values("pk"))


def _batches(*, everything: bool) -> Iterator[list[UUID]]:
    """Return ids of posts to look at, each once, in the order of writing."""
    last = UUID(int=0)
    while True:
        posts = Post.objects.all() if everything else _waiting()
        ids = list(posts.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:BATCH])
        if not ids:
            return
        yield ids
        last = ids[-1]


def _renew(ids: list[UUID]) -> int:
    """Make the entries of these posts. The texts are read first, so that no topic is held meanwhile."""
    revisions = PostRevision.fetch(Post.objects.filter(pk__in=ids).values_list("revision_id", flat=True))
    with transaction.atomic():
        held = _hold(ids)
        posts = Post.objects.filter(pk__in=ids, revision_id__in=list(revisions))
        entries = [indexing.entry_of(post, held[post.topic_id], revisions[post.revision_id].text) for post in posts]
        indexing.store(entries)
        cachetags.changed("forums")
    return len(entries)


def _hold(ids: list[UUID]) -> dict[UUID, Topic]:
    """Lock the topics of these posts, in one order: everybody else holds one at a time."""
    wanted = Post.objects.filter(pk__in=ids).values("topic")
    return {topic.pk: topic for topic in Topic.objects.select_for_update().filter(pk__in=wanted).order_by("pk")}
