"""Synthetic conversations and notifications, with every count and marker as messaging's actions would leave them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from dashboard.seeding.chance import Chance, parts
from dashboard.seeding.companies import Person
from dashboard.seeding.prose import Prose
from dashboard.seeding.scales import Scale
from dashboard.seeding.stores import Table, settle, without_indexes
from messaging.actions.sending import person_label
from messaging.conversing import in_order
from messaging.kinds import Kind
from messaging.models import Conversation, Message, Notification, Participant
from p2psandbox.platform import search

BATCH = 10_000
#: Different texts: their words are looked up once.
_TEXTS = 600
_CONVERSATION = ("id", "first_id", "second_id", "last_at", "created_at", "updated_at")
_MESSAGE = ("id", "conversation_id", "sender_id", "recipient_id", "body", "created_at", "updated_at", "vector")
_PARTICIPANT = (
    "id", "conversation_id", "person_id", "other_id", "read_until", "unread_count", "last_message_id", "last_at",
    "created_at", "updated_at",
)  # fmt: skip
_NOTIFICATION = (
    "id", "recipient_id", "kind", "thread", "title", "url", "events", "actors", "count", "first_event_at",
    "last_event_at", "read_at", "created_at", "updated_at",
)  # fmt: skip
#: One of so many notifications is unread.
_UNREAD = 25
_KINDS = (Kind.REPLY, Kind.REPLY, Kind.MENTION, Kind.WATCHED_TOPIC, Kind.BEST_ANSWER, Kind.MESSAGE)


@dataclass(frozen=True, slots=True)
class _Text:
    """A text with its words as search stores them, but for who may find it."""

    body: str
    words: str


class Messages:
    """Makes what people write to each other; :meth:`make` does it all. The longest conversation is the first two's."""

    def __init__(self, chance: Chance, prose: Prose, people: list[Person], now: datetime) -> None:
        self.chance = chance
        self.people = [person for person in people if person.company is not None]
        self.now = now
        self.began = now - timedelta(days=2 * 365)
        bodies = [prose.paragraph(arabic=n % 6 == 0, sentences=chance.randint(1, 3)) for n in range(_TEXTS)]
        self._texts = [_Text(body, search.vector([("D", body)])) for body in bodies]
        self._conversations = Table(Conversation, _CONVERSATION)
        self._messages = Table(Message, _MESSAGE)
        self._participants = Table(Participant, _PARTICIPANT)

    def make(self, scale: Scale, advance: Callable[[int], None]) -> None:
        """Store all messages of ``scale``; ``advance`` hears how many are done."""
        pairs = self._pairs(scale.conversations)
        lengths = [scale.long_conversation, *self._lengths(scale)]
        talks: list[tuple[Any, ...]] = []
        rows: list[tuple[Any, ...]] = []
        sides: list[tuple[Any, ...]] = []
        with without_indexes(Message):
            for (one, other), length in zip(pairs, lengths, strict=True):
                self._talk(one, other, length, talks, rows, sides)
                if len(rows) >= BATCH:
                    self._write(talks, rows, sides)
                    advance(len(rows))
                    talks, rows, sides = [], [], []
            self._write(talks, rows, sides)
            advance(len(rows))

    def _lengths(self, scale: Scale) -> list[int]:
        return parts(self.chance, scale.messages - scale.long_conversation, scale.conversations - 1)

    def _pairs(self, count: int) -> list[tuple[UUID, UUID]]:
        """Return different pairs, those of the first people first."""
        ids = [person.id for person in self.people]
        pairs = {in_order(ids[0], ids[1]): (ids[0], ids[1])}
        while len(pairs) < count:
            one, other = self.chance.sample(ids, 2)
            pairs.setdefault(in_order(one, other), (one, other))
        return list(pairs.values())

    def _talk(self, one: UUID, other: UUID, length: int, talks: list[Any], rows: list[Any], sides: list[Any]) -> None:
        chance = self.chance
        first, second = in_order(one, other)
        span = (self.now - self.began) * chance.random()
        at = self.now - span
        step = span / (length + 1)
        talk = chance.uuid7(at)
        labels = " ".join(f"'{person_label(person)}'" for person in (one, other))
        new = chance.choices((0, 1, 3), (80, 15, 5))[0]
        unread = {one: 0, other: 0}
        read_until: dict[UUID, datetime | None] = {one: None, other: None}
        last = chance.uuid7(at)
        for number in range(length):
            at += step * chance.uniform(0.5, 1.0) + timedelta(microseconds=1)
            sender, recipient = (one, other) if chance.random() < 0.5 else (other, one)
            text, last = chance.choice(self._texts), chance.uuid7(at)
            rows.append((last, talk, sender, recipient, text.body, at, at, f"{text.words} {labels}"))
            if number < length - new:
                read_until = {one: at, other: at}
            else:
                unread[recipient] += 1
        talks.append((talk, first, second, at, at, at))
        for person, partner in ((one, other), (other, one)):
            side = (talk, person, partner, read_until[person], unread[person], last, at, at, at)
            sides.append((chance.uuid7(at), *side))

    def _write(self, talks: list[Any], rows: list[Any], sides: list[Any]) -> None:
        self._conversations.write(talks)
        self._messages.write(rows)
        self._participants.write(sides)
        settle()


class Notices:
    """Makes what people were told, most of it read long ago."""

    def __init__(self, chance: Chance, people: list[Person], now: datetime) -> None:
        self.chance = chance
        self.people = people
        self.now = now
        self.began = now - timedelta(days=180)
        self._rows = Table(Notification, _NOTIFICATION)

    def make(self, scale: Scale, advance: Callable[[int], None]) -> None:
        """Store all notifications of ``scale``; ``advance`` hears how many are done."""
        with without_indexes(Notification):
            for start in range(0, scale.notifications, BATCH):
                count = min(BATCH, scale.notifications - start)
                self._rows.write(self._some(start, count))
                settle()
                advance(count)

    def _some(self, start: int, count: int) -> Iterator[tuple[Any, ...]]:
        chance, people = self.chance, self.people
        for number in range(start, start + count):
            at = chance.between(self.began, self.now)
            key, recipient, actor = chance.uuid7(at), chance.choice(people).id, chance.choice(people).id
            read_at = at if number % _UNREAD else None
            kind = _KINDS[number % len(_KINDS)].value
            yield (
                key, recipient, kind, f"topic:{key}", "Pressure of the compressor falls at night", "/forums/", [key],
                [actor], 1, at, at, read_at, at, at,
            )  # fmt: skip
