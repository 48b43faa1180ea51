"""Two at the same moment: one conversation, each message once, counts that add up."""

from __future__ import annotations

import pytest

from accounts.models import User
from messaging.actions import blocking, keeping
from messaging.actions.sending import send_message
from messaging.models import Block, Conversation, Message, Notification, Participant
from messaging.tests.factories import side_of, wrote
from p2psandbox.platform.idempotency import once
from tests.races import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_who_write_each_other_first_at_once_share_one_conversation(ada: User, lina: User) -> None:
    found = at_once(*[lambda: wrote(ada, lina)] * 5, *[lambda: wrote(lina, ada)] * 5)

    assert [one for one in found if isinstance(one, Exception)] == []
    assert Conversation.objects.count() == 1
    assert Participant.objects.count() == 2
    assert side_of(ada, lina).unread_count == side_of(lina, ada).unread_count == 5
    times = list(Message.objects.order_by("created_at").values_list("created_at", flat=True))
    assert len(set(times)) == 10
    assert side_of(ada, lina).last_at == side_of(lina, ada).last_at == times[-1]


def test_one_form_sent_ten_times_at_once_is_one_message(ada: User, lina: User) -> None:
    def send() -> object:
        return once(
            actor=ada.actor,
            kind="messaging.message",
            key="k1",
            make=lambda: send_message(actor=ada.actor, recipient_id=lina.pk, body="Once").pk,
        )[0]

    found = at_once(*[send] * 10)
    assert set(found) == {Message.objects.get().pk}
    assert side_of(lina, ada).unread_count == 1
    assert Notification.objects.get().count == 1


def test_reading_while_more_arrives_counts_what_is_left(ada: User, lina: User) -> None:
    first = wrote(ada, lina)
    found = at_once(
        *[lambda: wrote(ada, lina)] * 6,
        *[lambda: keeping.mark_message_read(actor=lina.actor, message_id=first.pk)] * 4,
    )
    assert [one for one in found if isinstance(one, Exception)] == []
    assert side_of(lina, ada).unread_count == 6


def test_deleting_twice_and_blocking_twice_at_once_have_one_effect(ada: User, lina: User) -> None:
    first = wrote(ada, lina)
    wrote(ada, lina)
    at_once(*[lambda: keeping.delete_message(actor=lina.actor, message_id=first.pk)] * 6)
    assert side_of(lina, ada).unread_count == 1
    found = at_once(*[lambda: blocking.block(actor=lina.actor, person_id=ada.pk)] * 6)
    assert found == [None] * 6
    assert Block.objects.count() == 1
