"""What is going on: the landing page for visitors, home for members. Reads the other apps, owns nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.core.cache import cache
from django.utils.translation import get_language

import forums.queries
import usecases.queries
from accounts.models import User
from dashboard.feed import TAGS, FeedPage, Kind, Scope, activity
from dashboard.models import TrendingScore, Window
from dashboard.periods import Statistics, statistics
from dashboard.trending import trending
from forums.models import Topic
from forums.queries import TopicFilters
from messaging import unread
from messaging.conversing import blocks_tag
from messaging.models import Block
from organizations.models import Organization
from p2psandbox.platform import cachetags
from p2psandbox.platform.permissions import VISITOR, Actor, Permission, allows, require
from usecases.models import Status, UseCase, Visibility
from usecases.queries import Filters, Waiting

T = TypeVar("T")

#: How many rows each part of a page shows.
SHOWN = 5
CARDS = 3
FEED = 8
#: Days the tiles look at.
HOME_PERIOD = "30d"

#: Seconds for which the landing page, the same for every visitor, may lag behind.
LANDING_SECONDS = 60


@dataclass(frozen=True, slots=True)
class FirstSteps:
    """What a newcomer has done of what makes the place worth it. ``open`` counts what is left."""

    asked: bool
    told: bool
    introduced: bool

    @property
    def open(self) -> int:
        return [self.asked, self.told, self.introduced].count(False)


@dataclass(frozen=True, slots=True)
class Home:
    """A member's first page: what waits for them, how things go, what is new. ``steps`` is ``None`` once all are done.

    ``unread`` is how many notifications wait, ``messages`` how many messages.
    """

    waiting: Waiting
    unread_answers: list[Topic]
    unread: int
    messages: int
    steps: FirstSteps | None
    numbers: Statistics
    feed: FeedPage
    trending: list[TrendingScore]

    @property
    def nothing_waits(self) -> bool:
        waiting = self.waiting
        lists = (waiting.to_review, waiting.sent_back, waiting.drafts, waiting.requests, self.unread_answers)
        return not (any(lists) or self.unread or self.messages)


def home(actor: Actor, *, person: User) -> Home:
    """Return a member's home page without any bodies; no query while nothing it shows has changed.

    Raises ``NotSignedIn``, ``NotVerified``.
    """
    require(actor, Permission.READ_MEMBERS_AREA)
    waiting, answers, asked, told, has_blocked = _of(actor)
    page, best = _of_nobody_blocked(actor) if has_blocked else _of_everybody(actor)
    news = unread.waiting(actor)
    return Home(
        waiting=waiting,
        unread_answers=answers,
        unread=news.count,
        messages=news.messages,
        steps=_first_steps(actor, person, asked=asked, told=told),
        numbers=statistics(actor, period=HOME_PERIOD, time_zone=person.time_zone),
        feed=page,
        trending=best,
    )


def _of(actor: Actor) -> tuple[Waiting, list[Topic], bool, bool, bool]:
    """What only this person is shown, and whether they have blocked anybody."""
    return cachetags.cached(
        f"home:{actor.id}:{actor.organization_id}:{actor.role.value}:{get_language()}",
        make=lambda: (
            usecases.queries.waiting_for(actor, most=SHOWN),
            _answers_to_look_at(actor),
            Topic.objects.alive().filter(author_id=actor.id).exists(),
            _has_told(actor),
            Block.objects.filter(person_id=actor.id).exists(),
        ),
        tags=(*TAGS, "contacts", f"drafts:{actor.id}", blocks_tag(actor.id)),
        seconds=600,
    )


def newest(actor: Actor, *, scope: Scope, kind: Kind | None, size: int, shape: Callable[[FeedPage], T]) -> T:
    """Return the beginning of the feed in a shape of the caller's: made once for all who see the same.

    Raises as :func:`dashboard.feed.activity`.
    """
    require(actor, Permission.READ_MEMBERS_AREA)
    if scope is Scope.WATCHING or _has_blocked(actor):
        return shape(activity(actor, scope=scope, kind=kind, size=size))
    whose = actor.organization_id if scope is Scope.ORGANIZATION else scope.value
    return cachetags.cached(
        f"activity:{whose}:{kind.value if kind else '-'}:{size}:{get_language()}",
        make=lambda: shape(activity(actor, scope=scope, kind=kind, size=size, with_blocked=True)),
        tags=TAGS,
        seconds=600,
    )


def _has_blocked(actor: Actor) -> bool:
    return cachetags.cached(
        f"blocks:any:{actor.id}",
        make=lambda: Block.objects.filter(person_id=actor.id).exists(),
        tags=(blocks_tag(actor.id),),
        seconds=600,
    )


def _of_everybody(actor: Actor) -> tuple[FeedPage, list[TrendingScore]]:
    """What is the same for all members who have blocked nobody: the feed's first entries, what trends."""
    return cachetags.cached(
        f"home:feed:{get_language()}",
        # Nobody's blocks, not even one the reader sets at this moment: it is kept for all.
        make=lambda: (activity(actor, size=FEED, with_blocked=True), _best(actor)),
        tags=(*TAGS, "trending"),
        seconds=600,
    )


def _of_nobody_blocked(actor: Actor) -> tuple[FeedPage, list[TrendingScore]]:
    """The same without what people did whom the reader has blocked."""
    return cachetags.cached(
        f"home:feed:{actor.id}:{get_language()}",
        make=lambda: (activity(actor, size=FEED), _best(actor)),
        tags=(*TAGS, "trending", blocks_tag(actor.id)),
        seconds=600,
    )


def _best(actor: Actor) -> list[TrendingScore]:
    return trending(actor, window=Window.WEEK, most=SHOWN)


def _answers_to_look_at(actor: Actor) -> list[Topic]:
    """Own questions without a best answer in which somebody else wrote last."""
    mine = forums.queries.topics(actor, TopicFilters(mine=True, answered=False))
    answered = mine.filter(reply_count__gt=0).exclude(last_post_by_id=actor.id)
    return list(answered.select_related("category", "organization")[:SHOWN])


def _has_told(actor: Actor) -> bool:
    own = UseCase.objects.alive().filter(organization_id=actor.organization_id)
    return bool(own.exclude(status=Status.DRAFT).exists())


def _first_steps(actor: Actor, person: User, *, asked: bool, told: bool) -> FirstSteps | None:
    if not allows(actor, Permission.WRITE_USE_CASE) or actor.is_moderator:
        return None
    steps = FirstSteps(asked=asked, told=told, introduced=bool(person.job_title))
    return steps if steps.open else None


@dataclass(frozen=True, slots=True)
class Landing:
    """What a visitor sees: public stories and three numbers."""

    stories: list[UseCase]
    numbers: dict[str, int]


def landing() -> Landing:
    """Return the landing page, at most :data:`LANDING_SECONDS` old; everything in it is public."""
    found: Any = cache.get("dashboard:landing")
    if found is None:
        found = _landing()
        cache.set("dashboard:landing", found, LANDING_SECONDS)
    assert isinstance(found, Landing)
    return found


def _landing() -> Landing:
    stories = usecases.queries.listing(VISITOR, Filters()).filter(visibility=Visibility.PUBLIC)
    numbers = {
        "organizations": Organization.objects.alive().count(),
        "use_cases": UseCase.objects.alive().filter(status=Status.PUBLISHED).count(),
        "answered": Topic.objects.alive().filter(best_answer__isnull=False).count(),
    }
    return Landing(list(stories[: CARDS + 1]), numbers)
