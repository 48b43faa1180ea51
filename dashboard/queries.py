"""What is going on: the landing page for visitors, home for members. Reads the other apps, owns nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.db.models import Q

import forums.queries
import usecases.queries
from accounts.models import User
from forums.models import Topic
from forums.queries import TopicFilters
from organizations.models import Organization
from p2psandbox.platform.permissions import VISITOR, Actor, Permission, allows
from usecases.models import Status, UseCase, Visibility
from usecases.queries import Filters, Waiting

#: How many rows each part of a page shows.
SHOWN = 5
CARDS = 3

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
    """A member's first page: what waits for them, then what is new. ``steps`` is ``None`` once all are done."""

    waiting: Waiting
    unread_answers: list[Topic]
    steps: FirstSteps | None
    topics: list[Topic]
    use_cases: list[UseCase]

    @property
    def nothing_waits(self) -> bool:
        waiting = self.waiting
        return not (waiting.to_review or waiting.sent_back or waiting.drafts or waiting.requests or self.unread_answers)


def home(actor: Actor, *, person: User) -> Home:
    """Return a member's home page: ten queries at most, no bodies.

    Raises ``NotSignedIn``, ``NotVerified``.
    """
    new_topics = forums.queries.topics(actor, TopicFilters()).select_related("category", "organization")
    stories = usecases.queries.listing(actor, Filters())[:CARDS]
    return Home(
        waiting=usecases.queries.waiting_for(actor, most=SHOWN),
        unread_answers=_answers_to_look_at(actor),
        steps=_first_steps(actor, person),
        topics=list(new_topics.order_by("-last_post_at", "-id")[:SHOWN]),
        use_cases=list(stories),
    )


def _answers_to_look_at(actor: Actor) -> list[Topic]:
    """Own questions without a best answer in which somebody else wrote last."""
    mine = forums.queries.topics(actor, TopicFilters(mine=True, answered=False))
    answered = mine.filter(reply_count__gt=0).exclude(last_post_by_id=actor.id)
    return list(answered.select_related("category", "organization")[:SHOWN])


def _first_steps(actor: Actor, person: User) -> FirstSteps | None:
    if not allows(actor, Permission.WRITE_USE_CASE) or actor.is_moderator:
        return None
    colleagues = Q(organization_id=actor.organization_id)
    steps = FirstSteps(
        asked=Topic.objects.alive().filter(author_id=actor.id).exists(),
        told=UseCase.objects.alive().filter(colleagues).exclude(status=Status.DRAFT).exists(),
        introduced=bool(person.job_title),
    )
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
