from __future__ import annotations

from typing import Any

import factory
from django.utils import timezone

from accounts.models import User
from accounts.tests.factories import UserFactory
from messaging.actions.reports import report_message
from messaging.actions.sending import send_message
from messaging.kinds import Email, Kind
from messaging.models import (
    Block,
    Conversation,
    Message,
    MessageReport,
    MessagingPreference,
    Notification,
    NotificationPreference,
    Participant,
)
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


def wrote(sender: User, recipient: User, body: Any = "How did you fit the sensor?", **given: Any) -> Message:
    """One person writes to another, as the pages do."""
    return send_message(actor=sender.actor, recipient_id=recipient.pk, body=body, **given)


def reported_message(reporter: User, message: Message, **given: Any) -> MessageReport:
    """Somebody reports a message they got."""
    return report_message(actor=reporter.actor, message_id=message.pk, **({"reason": "rude"} | given))


def side_of(person: User, other: User) -> Participant:
    """How the conversation of two people stands for one of them."""
    return Participant.objects.get(person=person, other=other)


class BlockFactory(factory.django.DjangoModelFactory[Block]):
    class Meta:
        model = Block

    person = factory.SubFactory(UserFactory)
    blocked = factory.SubFactory(UserFactory)


class MessagingPreferenceFactory(factory.django.DjangoModelFactory[MessagingPreference]):
    class Meta:
        model = MessagingPreference

    person = factory.SubFactory(UserFactory)
    read_receipts = True


class ConversationFactory(factory.django.DjangoModelFactory[Conversation]):
    """Two people who have written nothing yet; the pair is put in order."""

    class Meta:
        model = Conversation

    first = factory.SubFactory(UserFactory)
    second = factory.SubFactory(UserFactory)

    @classmethod
    def _create(cls, model_class: Any, *args: Any, **kwargs: Any) -> Conversation:
        kwargs["first"], kwargs["second"] = sorted((kwargs["first"], kwargs["second"]), key=lambda one: one.pk)
        return super()._create(model_class, *args, **kwargs)
