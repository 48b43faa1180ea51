from __future__ import annotations

from typing import Any

import factory
from django.utils import timezone

from accounts.models import User
from accounts.tests.factories import UserFactory
from messaging.kinds import Email, Kind
from messaging.models import Notification, NotificationPreference
from messaging.notify import notify
from p2psandbox.platform.models import new_id


class NotificationFactory(factory.django.DjangoModelFactory[Notification]):
    """One event, unread, about a thread of its own; nobody in particular caused it."""

    class Meta:
        model = Notification

    recipient = factory.SubFactory(UserFactory)
    kind = Kind.REPLY
    thread = factory.LazyFunction(lambda: f"topic:{new_id()}")
    title = "Why does the compressor trip?"
    url = "/forums/"
    events = factory.LazyFunction(lambda: [new_id()])
    actors = factory.LazyAttribute(lambda o: [None] * len(o.events))
    count = factory.LazyAttribute(lambda o: len(o.events))
    first_event_at = factory.LazyFunction(timezone.now)
    last_event_at = factory.SelfAttribute("first_event_at")


class NotificationPreferenceFactory(factory.django.DjangoModelFactory[NotificationPreference]):
    class Meta:
        model = NotificationPreference

    person = factory.SubFactory(UserFactory)
    kind = Kind.REPLY
    in_app = True
    email = Email.INSTANT


def tell(*people: User, by: User | None = None, **given: Any) -> None:
    """Notify people as the apps above do: of a reply in one topic unless ``given`` says otherwise."""
    told = {"kind": Kind.REPLY, "thread": "topic:1", "title": "Why does the compressor trip?", "url": "/forums/"}
    notify(recipients=[one.pk for one in people], actor_id=by.pk if by else None, **(told | given))
