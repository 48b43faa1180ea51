"""What demo people were told while the data was made: moved back in time with it, mailed to nobody, mostly read."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import F
from django.db.models.functions import Least

from accounts.models import User
from forums.models import Topic
from messaging.kinds import Email
from messaging.models import Notification
from usecases.models import UseCase
from usecases.telling import thread_of

#: What is older has been read.
_UNREAD = timedelta(days=10)


def move_notices_back(people: Iterable[User], now: datetime) -> None:
    """Give each notification the time of what it is about. Demo people have no mailbox, so no mail is due."""
    told = Notification.objects.filter(recipient__in=[person.pk for person in people])
    told.update(mail_due_at=None, mail=Email.OFF)
    times = {f"topic:{pk}": at for pk, at in Topic.objects.values_list("pk", "last_post_at")}
    times |= {thread_of(pk): at for pk, at in UseCase.objects.values_list("pk", "updated_at")}
    for thread in set(told.values_list("thread", flat=True)) & set(times):
        told.filter(thread=thread).update(created_at=times[thread], last_event_at=times[thread])
    told.update(first_event_at=Least(F("first_event_at"), F("last_event_at")))
    told.filter(read_at=None, last_event_at__lt=now - _UNREAD).update(read_at=F("last_event_at"))
