"""The forums in numbers, and who helps most: counted from the rows, kept for a few minutes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.cache import cache
from django.db.models import Count, Q, Sum
from django.utils import timezone

from accounts.models import User
from forums.models import Category, Post, PostQuerySet, Topic
from p2psandbox.platform.permissions import Actor, Permission, require

#: What helpers are counted over, in days; ``None`` is all time.
PERIODS: dict[str, int | None] = {"week": 7, "month": 30, "year": 365, "all": None}
MOST_HELPERS = 20
_SECONDS = 5 * 60


@dataclass(frozen=True, slots=True)
class Totals:
    """What stands in the forums; ``posts`` are replies, ``answered`` topics with a best answer."""

    topics: int
    posts: int
    answered: int
    contributors: int


@dataclass(frozen=True, slots=True)
class Helper:
    """Somebody who answers: how many of their replies were chosen in the period, how many they wrote in it."""

    person: User
    best_answers: int
    replies: int


def totals(actor: Actor) -> Totals:
    """Return the forums in numbers. Raises ``NotSignedIn``, ``NotVerified``."""
    require(actor, Permission.READ_MEMBERS_AREA)
    found = cache.get("forums:totals")
    if not isinstance(found, Totals):
        cache.set("forums:totals", found := _totals(), timeout=_SECONDS)
    return found


def helpers(actor: Actor, period: str = "month") -> list[Helper]:
    """Return who helped most in a period (a key of :data:`PERIODS`), most best answers first, at most twenty.

    People whose account has ended are left out. Raises ``NotSignedIn``, ``NotVerified``.
    """
    require(actor, Permission.READ_MEMBERS_AREA)
    key = f"forums:helpers:{period}"
    counts: list[tuple[UUID, int, int]] | None = cache.get(key)
    if counts is None:
        cache.set(key, counts := _counts(PERIODS[period]), timeout=_SECONDS)
    people = User.objects.filter(is_active=True).select_related("organization").defer("password", "bio")
    known = people.in_bulk([person for person, _best, _replies in counts])
    return [Helper(known[person], best, replies) for person, best, replies in counts if person in known]


def _totals() -> Totals:
    standing = Topic.objects.alive()
    month = _posts().filter(created_at__gte=timezone.now() - timedelta(days=30))
    return Totals(
        topics=Category.objects.aggregate(sum=Sum("topic_count"))["sum"] or 0,
        posts=standing.aggregate(sum=Sum("reply_count"))["sum"] or 0,
        answered=standing.filter(best_answer__isnull=False).count(),
        contributors=month.filter(author__isnull=False).aggregate(count=Count("author", distinct=True))["count"],
    )


def _counts(days: int | None) -> list[tuple[UUID, int, int]]:
    since = timezone.now() - timedelta(days=days) if days else None
    best = Topic.objects.alive().filter(best_answer__author__isnull=False, **_from("best_answer_at", since))
    chosen = dict(
        best.order_by()
        .values_list("best_answer__author")
        .annotate(Count("pk"))
        .order_by("-pk__count")[: 10 * MOST_HELPERS]
    )
    replies = _posts().filter(Q(author__isnull=False), number__gt=1, **_from("created_at", since))
    written = dict(
        replies.order_by().values_list("author").annotate(Count("pk")).order_by("-pk__count")[: 10 * MOST_HELPERS]
    )
    people = [(person, chosen.get(person, 0), written.get(person, 0)) for person in {*chosen, *written}]
    return sorted(people, key=lambda one: (-one[1], -one[2], one[0]))[:MOST_HELPERS]


def _posts() -> PostQuerySet:
    found: PostQuerySet = Post.objects.standing().filter(topic__deleted_at__isnull=True)
    return found


def _from(column: str, since: datetime | None) -> dict[str, Any]:
    return {f"{column}__gte": since} if since else {}
