"""What is trending: who takes an interest in what, weighed and fading. The formula is explained in docs/trending.md.

For one topic or use case, every *other* company ``c`` adds ``ln(1 + s_c)``, where ``s_c`` sums the weights of what its
people did, each halved with every half-life since. The product of nothing but one company's zeal grows with its
logarithm; a second company adds a whole new term. The own company adds nothing.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Count, DateTimeField, F, FloatField, Q, QuerySet, Sum, Value
from django.db.models.functions import Extract, Greatest, Power
from django.utils import timezone

from dashboard.models import TrendingScore, Window
from forums.models import Post, PostLike, Topic, TopicReader
from p2psandbox.platform import cachetags, locks
from p2psandbox.platform.logging import getLogger
from p2psandbox.platform.permissions import Actor, Permission, require
from usecases.models import Status, UseCase, UseCaseBookmark, UseCaseLike

log = getLogger(__name__)

#: Half-life and reach of each window, in hours: what is older than its reach counts nothing.
HOURS: dict[str, tuple[float, float]] = {
    Window.DAY: (6.0, 24.0),
    Window.WEEK: (48.0, 7 * 24.0),
    Window.MONTH: (10 * 24.0, 30 * 24.0),
}
#: What one act is worth. Somebody who answers or keeps something says more than somebody who looks at it.
WEIGHTS = {"likes": 3.0, "replies": 2.0, "bookmarks": 2.0, "readers": 0.2}
#: Views have no company: all of them together, on a logarithmic scale, are worth less than one like.
VIEWS = 0.1
#: So many of each kind are kept in each window.
KEPT = 2_000
MOST = 50

Rows = QuerySet[Any, Any]


@dataclass(slots=True)
class _Tally:
    """What is known of one thing: the fading weight of each company, and how often each act was done."""

    weights: dict[UUID | None, float] = field(default_factory=lambda: defaultdict(float))
    acts: dict[str, int] = field(default_factory=lambda: defaultdict(int))


def trending(actor: Actor, *, window: str, kind: str = "", category: str = "", most: int = 10) -> list[TrendingScore]:
    """Return the best of a window, highest first, with what they are about.

    ``kind`` is ``topic``, ``use_case`` or empty for both; ``category`` the slug of a forums' category or the name of a
    use case's. What is not visible any more is left out at once, whenever scores were computed. Raises
    ``NotSignedIn``, ``NotVerified``.
    """
    require(actor, Permission.READ_MEMBERS_AREA)
    topic = Q(topic__isnull=False, topic__deleted_at__isnull=True)
    story = Q(use_case__isnull=False, use_case__deleted_at__isnull=True, use_case__status=Status.PUBLISHED)
    if category:
        topic, story = topic & Q(topic__category__slug=category), story & Q(use_case__category=category)
    wanted = {"topic": topic, "use_case": story}.get(kind, topic | story)
    rows = TrendingScore.objects.filter(wanted, window=window)
    rows = rows.select_related("topic__organization", "topic__category", "use_case__organization")
    rows = rows.defer(
        "topic__organization__description", "use_case__organization__description", "use_case__search_vector"
    )
    return list(rows.order_by("-score", "id")[: min(most, MOST)])


def recompute(*, now: datetime | None = None) -> int:
    """Work all scores out anew and return how many there are. Doing it again at the same moment changes nothing.

    Does nothing (0) while another process is at it.
    """
    moment = now or timezone.now()
    with locks.held("dashboard.trending") as mine:
        if not mine:
            return 0
        made = list(_scores(moment))
        with transaction.atomic():
            TrendingScore.objects.all().delete()
            TrendingScore.objects.bulk_create(made, batch_size=1000)
            cachetags.changed("trending")
    log.info("trending_computed", count=len(made))
    return len(made)


def _scores(now: datetime) -> Iterator[TrendingScore]:
    for window, (half_life, reach) in HOURS.items():
        since = now - timedelta(hours=reach)
        for column, tallies in (
            ("topic_id", _topics(now, since, half_life)),
            ("use_case_id", _stories(now, since, half_life)),
        ):
            views = _views(column, tallies, now, half_life)
            rows = [
                _score(window, column, subject, tally, views.get(subject, (0, 0.0)), now)
                for subject, tally in tallies.items()
                if subject in views
            ]
            yield from sorted(rows, key=lambda row: -row.score)[:KEPT]


def _score(
    window: str, column: str, subject: UUID, tally: _Tally, views: tuple[int, float], now: datetime
) -> TrendingScore:
    companies = sum(math.log1p(weight) for weight in tally.weights.values())
    count, of_views = views
    parts = {
        **{name: tally.acts.get(name, 0) for name in WEIGHTS},
        "organizations": len(tally.weights),
        "views": count,
        "from_organizations": round(companies, 4),
        "from_views": round(of_views, 4),
    }
    score = round(companies + of_views, 6)
    return TrendingScore(window=window, score=score, parts=parts, computed_at=now, **{column: subject})


def _topics(now: datetime, since: datetime, half_life: float) -> dict[UUID, _Tally]:
    """What other companies did around each topic. What a company does for its own replies counts nothing either."""
    found: dict[UUID, _Tally] = defaultdict(_Tally)
    asker, giver = "organization", "user__organization"
    likes = PostLike.objects.filter(
        post__deleted_at__isnull=True, post__hidden_at__isnull=True, created_at__gt=since, created_at__lte=now
    )
    likes = likes.exclude(**{giver: F("post__organization")}).exclude(**{giver: F("post__topic__organization")})
    replies = Post.objects.standing().filter(number__gt=1, created_at__gt=since, created_at__lte=now)
    replies = replies.exclude(**{asker: F("topic__organization")})
    readers = TopicReader.objects.filter(read_at__gt=since, read_at__lte=now)
    kept = TopicReader.objects.filter(bookmarked_at__gt=since, bookmarked_at__lte=now)
    _add(found, "likes", likes, "post__topic_id", giver, "created_at", now, half_life)
    _add(found, "replies", replies, "topic_id", asker, "created_at", now, half_life)
    for name, rows, column in (("readers", readers, "read_at"), ("bookmarks", kept, "bookmarked_at")):
        others = rows.exclude(**{giver: F("topic__organization")})
        _add(found, name, others, "topic_id", giver, column, now, half_life)
    return found


def _stories(now: datetime, since: datetime, half_life: float) -> dict[UUID, _Tally]:
    """What other companies did around each use case."""
    found: dict[UUID, _Tally] = defaultdict(_Tally)
    for name, model in (("likes", UseCaseLike), ("bookmarks", UseCaseBookmark)):
        rows: Rows = model.objects.filter(created_at__gt=since, created_at__lte=now)  # type: ignore[attr-defined]
        others = rows.exclude(user__organization=F("use_case__organization"))
        _add(found, name, others, "use_case_id", "user__organization", "created_at", now, half_life)
    return found


def _add(
    found: dict[UUID, _Tally],
    name: str,
    rows: Rows,
    subject: str,
    company: str,
    column: str,
    now: datetime,
    life: float,
) -> None:
    """Add acts to the tallies, one row of the answer for each subject and company."""
    age = Extract(Value(now, output_field=DateTimeField()) - F(column), "epoch")
    fading = Power(Value(0.5), Greatest(age, Value(0.0), output_field=FloatField()) / Value(3600 * life))
    weight = Sum(fading, output_field=FloatField())
    grouped = rows.order_by().values_list(subject, company).annotate(count=Count("pk"), weight=weight)
    for one, who, count, faded in grouped:
        if who is None:
            continue  # staff and people taken over from elsewhere act for no company
        found[one].weights[who] += WEIGHTS[name] * faded
        found[one].acts[name] += count


def _views(column: str, tallies: dict[UUID, _Tally], now: datetime, half_life: float) -> dict[UUID, tuple[int, float]]:
    """Views of what is still there, and what they add: fading with the age of the thing, for nobody knows of when."""
    if column == "topic_id":
        rows: Rows = Topic.objects.alive().filter(pk__in=tallies).values_list("pk", "view_count", "created_at")
    else:
        there = UseCase.objects.alive().filter(status=Status.PUBLISHED, pk__in=tallies)
        rows = there.values_list("pk", "view_count", "published_at")
    found = {}
    for subject, views, born in rows:
        hours = max((now - born).total_seconds(), 0.0) / 3600
        found[subject] = (views, VIEWS * math.log1p(views) * 0.5 ** (hours / half_life))
    return found
