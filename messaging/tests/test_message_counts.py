"""Whatever two people do with their conversation, each one's list, texts and counts are exactly what the rules say."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import User
from messaging import unread
from messaging.actions import blocking, keeping
from messaging.models import Message, Notification
from messaging.queries import conversations as queries
from messaging.tests.factories import wrote
from p2psandbox.platform.errors import Conflict, NotFound

pytestmark = pytest.mark.django_db

steps = st.tuples(
    st.sampled_from(["send", "send", "send", "read", "delete", "clear", "block", "unblock"]),
    st.integers(0, 1),
    st.integers(0, 5),
)


@dataclass
class Side:
    """What one of the two should see: messages in order, which of them are unread, and whether they block."""

    person: User
    seen: list[Message] = field(default_factory=list)
    unread: set[Any] = field(default_factory=set)
    blocks: bool = False


class Pair:
    """The rules, kept the simple way."""

    def __init__(self, one: User, other: User) -> None:
        self.sides = Side(one), Side(other)

    def do(self, act: str, who: int, place: int) -> None:
        mine, theirs = self.sides[who], self.sides[1 - who]
        getattr(self, act)(mine, theirs, place)

    def send(self, mine: Side, theirs: Side, place: int) -> None:
        if mine.blocks:
            with pytest.raises(Conflict):
                wrote(mine.person, theirs.person)
            return
        message = wrote(mine.person, theirs.person, f"number {place}")
        mine.seen.append(message)
        if not theirs.blocks:
            theirs.seen.append(message)
            theirs.unread.add(message.pk)

    def read(self, mine: Side, _theirs: Side, place: int) -> None:
        if place < len(mine.seen):
            message = mine.seen[-1 - place]
            keeping.mark_message_read(actor=mine.person.actor, message_id=message.pk)
            mine.unread -= {one.pk for one in mine.seen if one.created_at <= message.created_at}

    def delete(self, mine: Side, _theirs: Side, place: int) -> None:
        if place < len(mine.seen):
            message = mine.seen.pop(-1 - place)
            keeping.delete_message(actor=mine.person.actor, message_id=message.pk)
            mine.unread.discard(message.pk)

    def clear(self, mine: Side, theirs: Side, _place: int) -> None:
        try:
            keeping.delete_conversation(actor=mine.person.actor, other_id=theirs.person.pk)
        except NotFound:
            assert not mine.seen
            assert not theirs.seen
        mine.seen, mine.unread = [], set()

    def block(self, mine: Side, theirs: Side, _place: int) -> None:
        blocking.block(actor=mine.person.actor, person_id=theirs.person.pk)
        mine.blocks = True

    def unblock(self, mine: Side, theirs: Side, _place: int) -> None:
        blocking.unblock(actor=mine.person.actor, person_id=theirs.person.pk)
        mine.blocks = False

    def look(self) -> None:
        cache.clear()
        for mine, theirs in (self.sides, self.sides[::-1]):
            talk = queries.conversation(mine.person.actor, theirs.person.pk, size=100)
            assert [line.message for line in talk.lines] == mine.seen[::-1]
            assert talk.unread_count == len(mine.unread)
            assert talk.blocked == mine.blocks
            listed = queries.conversations(mine.person.actor).entries
            assert [entry.last_message for entry in listed] == mine.seen[-1:]
            waiting = unread.waiting(mine.person.actor)
            assert waiting.messages == len(mine.unread)
            if not mine.unread:
                assert not Notification.objects.filter(recipient=mine.person, read_at=None).exists()


@given(done=st.lists(steps, max_size=25))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_counts_are_exact_after_any_sequence(ada: User, lina: User, done: list[tuple[str, int, int]]) -> None:
    cache.clear()
    with transaction.atomic():
        pair = Pair(ada, lina)
        for act, who, place in done:
            pair.do(act, who, place)
            pair.look()
        transaction.set_rollback(True)
