"""Tagged aggregates: kept until a write changes a tag, and never believed when made before it."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction
from django_redis.exceptions import ConnectionInterrupted

from p2psandbox.platform import cachetags

pytestmark = pytest.mark.django_db

Committed = Any


def count(made: list[int], *tags: str) -> int:
    def make() -> int:
        made.append(len(made))
        return made[-1]

    return cachetags.cached("count", make=make, tags=tags)


def test_what_is_kept_is_made_once() -> None:
    made: list[int] = []
    assert [count(made, "a", "b") for _time in range(3)] == [0, 0, 0]


def test_a_change_of_one_tag_is_enough(django_capture_on_commit_callbacks: Committed) -> None:
    made: list[int] = []
    count(made, "a", "b")
    with django_capture_on_commit_callbacks(execute=True):
        cachetags.changed("b")
    assert count(made, "a", "b") == 1
    with django_capture_on_commit_callbacks(execute=True):
        cachetags.changed("c")
    assert count(made, "a", "b") == 1


def test_nothing_is_kept() -> None:
    asked: list[None] = []
    for _time in range(2):
        assert cachetags.cached("nothing", make=lambda: asked.append(None), tags=("a",)) is None
    assert len(asked) == 1


def test_a_write_that_is_taken_back_changes_nothing(django_capture_on_commit_callbacks: Committed) -> None:
    made: list[int] = []
    count(made, "a")
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        cachetags.changed("a")
        transaction.set_rollback(True)
    assert count(made, "a") == 0


def test_what_was_made_before_a_commit_is_not_believed_after_it(django_capture_on_commit_callbacks: Committed) -> None:
    def read_slowly() -> str:
        with django_capture_on_commit_callbacks(execute=True):
            cachetags.changed("a")  # somebody commits while we count
        return "old"

    assert cachetags.cached("slow", make=read_slowly, tags=("a",)) == "old"
    assert cachetags.cached("slow", make=lambda: "new", tags=("a",)) == "new"


def test_hits_and_misses_are_counted() -> None:
    before = cachetags.counts()
    made: list[int] = []
    for _time in range(4):
        count(made, "a")
    after = cachetags.counts()
    assert (after.hits - before.hits, after.misses - before.misses) == (3, 1)
    assert after.hit_rate is not None


def test_a_lost_version_is_as_good_as_a_change() -> None:
    made: list[int] = []
    count(made, "a")
    cache.delete(cachetags.key_of("a"))
    assert count(made, "a") == 1


def test_without_redis_everything_is_made_anew(settings: Any) -> None:
    client = cache.client  # type: ignore[attr-defined]  # django-redis' own

    class Away:
        def __getattr__(self, name: str) -> Any:
            def fail(*given: Any, **how: Any) -> Any:
                raise ConnectionInterrupted(connection=None)

            return fail

    made: list[int] = []
    cache._client = Away()  # type: ignore[attr-defined]
    try:
        assert [count(made, "a") for _time in range(2)] == [0, 1]
    finally:
        cache._client = client  # type: ignore[attr-defined]
