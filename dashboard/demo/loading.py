"""Loading the demo data: all of it or nothing, once."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from dashboard.demo import conversations, discussions, notices, people, stories
from forums.models import Topic
from messaging.models import Message
from usecases.models import UseCase


@dataclass(frozen=True, slots=True)
class DemoSummary:
    """How much was loaded."""

    people: int
    topics: int
    use_cases: int
    messages: int


def is_loaded() -> bool:
    """Whether any demo person is there; loading a second time would only make doubles."""
    return User.objects.filter(email__in=people.emails()).exists()


def load() -> DemoSummary:
    """Load everything in one transaction and say how much it was.

    What a failed load has put into the library is left to the sweep. Raises what the actions raise, and
    ``ValidationError`` when a company of that name or address is there already.
    """
    now = timezone.now()
    with transaction.atomic():
        topics, use_cases, sent = Topic.objects.count(), UseCase.objects.count(), Message.objects.count()
        cast = people.make_people(now)
        written = discussions.make_topics(cast, now)
        told = stories.make_use_cases(cast, now)
        conversations.make_conversations(cast, now)
        notices.move_notices_back(cast.people.values(), now)
        summary = DemoSummary(
            people=len(cast.people),
            topics=Topic.objects.count() - topics,
            use_cases=UseCase.objects.count() - use_cases,
            messages=Message.objects.count() - sent,
        )
    discussions.move_revisions_back(written)
    stories.move_revisions_back(told)
    return summary
