"""Reading one's own messages: the list of conversations, one conversation, what is found in them by words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from accounts.models import User
from messaging.conversing import known_person
from messaging.models import Block, Message, MessagingPreference, Participant
from messaging.queries.attachments import Attached, attached_to
from messaging.receipts import read_mark
from p2psandbox.platform import search
from p2psandbox.platform.errors import Invalid, NotFound
from p2psandbox.platform.keyset import older_than, page_of
from p2psandbox.platform.permissions import Actor, Permission, require
from p2psandbox.platform.prepared import PreparedLookup

PER_PAGE = 30
#: Messages shown after one that was found.
_AROUND = 8
#: Read marks renewed at once on an open page.
_MARKED = 100
#: What no list of messages needs of a person.
_HEAVY = tuple(
    f"other__{name}" for name in ("password", "bio", "expertise", "words", "organization__description")
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Entry:
    """A conversation in the list, as it stands for its reader; ``mine`` says who wrote last."""

    own: Participant
    mine: bool

    @property
    def person(self) -> User:
        return self.own.other

    @property
    def last_message(self) -> Message | None:
        return self.own.last_message

    @property
    def unread_count(self) -> int:
        return self.own.unread_count


@dataclass(frozen=True, slots=True)
class Inbox:
    """A page of the list, newest first, with the cursors of the pages beside it."""

    entries: list[Entry]
    next: str | None
    previous: str | None


@dataclass(frozen=True, slots=True)
class Line:
    """A message as its reader sees it. ``read``: by whom it was sent to, as far as the reader may know."""

    message: Message
    mine: bool
    read: bool
    attachments: list[Attached] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Talk:
    """A page of a conversation, newest first. ``blocked``: by the reader. ``newest`` is the id of the first page's
    newest message, to be marked as read; ``unread_count`` counts the whole conversation; ``read_mark`` is
    :func:`~messaging.receipts.read_mark` from before the page was read."""

    person: User
    lines: list[Line]
    next: str | None = None
    previous: str | None = None
    unread_count: int = 0
    blocked: bool = False
    newest: UUID | None = None
    read_mark: str = ""

    @property
    def can_write(self) -> bool:
        """Whether there is somebody to read it, and the reader wants to hear from them."""
        gone = not self.person.is_active or self.person.suspended_at or self.person.deleted_at
        return not self.blocked and not gone


@dataclass(frozen=True, slots=True)
class _Standing:
    """How a conversation stands for its reader: ``seen_until`` is how far the other has read, as far as told."""

    own: Participant
    seen_until: datetime | None
    blocked: bool


@dataclass(frozen=True, slots=True)
class Hit:
    """A message that was found: with whom, and the place in it as HTML with nothing in it but ``<mark>``."""

    message: Message
    person: User
    mine: bool
    snippet: SafeString


@dataclass(frozen=True, slots=True)
class Hits:
    """A page of what was found, newest first."""

    query: search.Query
    hits: list[Hit] = field(default_factory=list)
    next: str | None = None
    previous: str | None = None


def conversations(actor: Actor, *, cursor: str = "", size: int = PER_PAGE) -> Inbox:
    """Return a page of the actor's conversations: one query. Raises ``NotSignedIn``, ``NotVerified``, ``Invalid``."""
    require(actor, Permission.READ_MEMBERS_AREA)
    rows = Participant.objects.filter(person_id=actor.id, last_at__isnull=False)
    rows = rows.select_related("other__organization", "last_message").defer("last_message__vector", *_HEAVY)
    page = page_of(rows, column="last_at", cursor=cursor, size=size, feed="conversations")
    entries = [
        Entry(own, mine=own.last_message is not None and own.last_message.sender_id == actor.id) for own in page.rows
    ]
    return Inbox(entries, page.next, page.previous)


def conversation(
    actor: Actor, person_id: UUID, *, cursor: str = "", after: UUID | None = None, size: int = PER_PAGE
) -> Talk:
    """Return a page of what the actor and somebody wrote each other: at most three queries.

    ``after`` narrows it to what came after that message. Raises ``NotFound`` for people who are not there (and for
    oneself), ``Invalid`` (cursor, after).
    """
    require(actor, Permission.READ_MEMBERS_AREA)
    mark = read_mark(actor.id)
    standing = _standing(actor, person_id)
    if standing is None:
        return _nothing_yet(actor, person_id, cursor, after)
    own = standing.own
    rows = Message.objects.filter(conversation_id=own.conversation_id).visible_to(actor.id).defer("vector")
    if own.cleared_until is not None:  # said here as well, for the index
        rows = rows.filter(created_at__gt=own.cleared_until)
    if after is not None:
        rows = rows.filter(created_at__gt=_time_of(actor, own, after))
    page = page_of(rows, column="created_at", cursor=cursor, size=size, feed=person_id.hex)
    lines = _lines(actor, page.rows, standing.seen_until)
    newest = page.rows[0].pk if page.rows and page.previous is None else None
    return Talk(own.other, lines, page.next, page.previous, own.unread_count, standing.blocked, newest, mark)


def read_since(actor: Actor, person_id: UUID, message_id: UUID) -> list[UUID]:
    """Return which of the actor's own messages, from one on, the other has read, as far as told: the newest 100.

    Raises ``NotFound`` where there is no conversation, ``Invalid`` for a message that is not of it.
    """
    require(actor, Permission.READ_MEMBERS_AREA)
    standing = _standing(actor, person_id)
    if standing is None:
        raise NotFound
    if standing.seen_until is None:
        return []
    rows = Message.objects.filter(conversation_id=standing.own.conversation_id, sender_id=actor.id)
    rows = rows.visible_to(actor.id).filter(
        created_at__gte=_time_of(actor, standing.own, message_id), created_at__lte=standing.seen_until
    )
    return list(rows.order_by("-created_at").values_list("pk", flat=True)[:_MARKED])


def cursor_around(actor: Actor, person_id: UUID, message_id: UUID) -> str:
    """Return the cursor of the page of a conversation that shows a message with a few later ones.

    ``""`` is the first page. A message that is not there leads to the first page, too.
    """
    require(actor, Permission.READ_MEMBERS_AREA)
    mine = Message.objects.visible_to(actor.id).defer("vector")
    found = mine.filter(pk=message_id).first()
    if found is None or person_id not in (found.sender_id, found.recipient_id):
        return ""
    later = mine.filter(conversation_id=found.conversation_id, created_at__gt=found.created_at)
    beyond = list(later.order_by("created_at")[_AROUND : _AROUND + 1])
    return older_than(beyond[0], column="created_at", feed=person_id.hex) if beyond else ""


def line_of(actor: Actor, message: Message) -> Line:
    """Return one message as the actor sees it."""
    standing = _standing(actor, message.recipient_id if message.sender_id == actor.id else message.sender_id)
    assert standing is not None  # whoever sees a message has a side
    [line] = _lines(actor, [message], standing.seen_until)
    return line


def find(actor: Actor, words: str, *, cursor: str = "", size: int = PER_PAGE) -> Hits:
    """Return the actor's messages that hold these words, newest first; the last word may be unfinished."""
    require(actor, Permission.READ_MEMBERS_AREA)
    query = search.understand(words)
    if not query or actor.id is None:
        return Hits(query)
    narrowed = query.narrowed(search.label("p", actor.id.hex))
    wanted = narrowed.unfinished if len(query.last) >= search.SHORTEST_PREFIX else narrowed.tsquery
    rows = Message.objects.visible_to(actor.id).filter(vector=search.RawQuery(wanted or narrowed.tsquery))
    rows = rows.select_related("sender", "recipient").defer("vector")
    page = page_of(rows, column="created_at", cursor=cursor, size=size, feed="found")
    hits = [_hit(actor, message, query.wanted) for message in page.rows]
    return Hits(query, hits, page.next, page.previous)


def _hit(actor: Actor, message: Message, wanted: search.Wanted) -> Hit:
    mine = message.sender_id == actor.id
    return Hit(message, message.recipient if mine else message.sender, mine, search.snippet(message.body, wanted))


def blocked_people(actor: Actor) -> QuerySet[Block, Block]:
    """Return whom the actor has blocked, the latest first. Raises ``NotSignedIn``."""
    require(actor, Permission.EDIT_OWN_ACCOUNT, owner_id=actor.id)
    return Block.objects.filter(person_id=actor.id).select_related("blocked__organization")


def gives_receipts(actor: Actor) -> bool:
    """Say whether others see what the actor has read, and the actor what others have. Raises ``NotSignedIn``."""
    require(actor, Permission.EDIT_OWN_ACCOUNT, owner_id=actor.id)
    return not MessagingPreference.objects.filter(person_id=actor.id, read_receipts=False).exists()


def _standing(actor: Actor, person_id: UUID) -> _Standing | None:
    """Return the actor's side of a conversation with what the other side tells, in one query."""
    row: Any = _side.get(own=actor.id, other=person_id) if actor.id else None  # with the annotations below
    return _Standing(row, row.seen_until if row.receipts else None, row.blocked) if row else None


def _side_of(own: UUID, other: UUID) -> QuerySet[Participant, Participant]:
    theirs = Participant.objects.filter(person_id=other, other_id=own)
    silent = MessagingPreference.objects.filter(person_id__in=[own, other], read_receipts=False)
    return (
        Participant.objects.filter(person_id=own, other_id=other)
        .select_related("other__organization")
        .defer(*_HEAVY)
        .annotate(
            seen_until=Subquery(theirs.values("read_until")),
            blocked=Exists(Block.objects.filter(person_id=OuterRef("person_id"), blocked_id=OuterRef("other_id"))),
            receipts=~Exists(silent),
        )
    )


_side = PreparedLookup(_side_of)


def _nothing_yet(actor: Actor, person_id: UUID, cursor: str, after: UUID | None) -> Talk:
    person = known_person(person_id) if person_id != actor.id else None
    if person is None:
        raise NotFound
    if after is not None:
        raise _foreign()
    if cursor:
        page_of(Message.objects.none(), column="created_at", cursor=cursor, feed=person_id.hex)
    blocked = Block.objects.filter(person_id=actor.id, blocked_id=person_id).exists()
    return Talk(person, [], blocked=blocked)


def _time_of(actor: Actor, own: Participant, message_id: UUID) -> datetime:
    """Return the time of a message of this conversation; also of one the actor deleted since."""
    rows = Message.objects.filter(pk=message_id, conversation_id=own.conversation_id)
    rows = rows.exclude(recipient_id=actor.id, withheld=True)
    found: datetime | None = rows.values_list("created_at", flat=True).first()
    if found is None:
        raise _foreign()
    return found


def _foreign() -> Invalid:
    return Invalid({"after": _("This is no message of this conversation.")})


def _lines(actor: Actor, rows: Sequence[Message], seen_until: datetime | None) -> list[Line]:
    carried = attached_to(rows)
    return [
        Line(
            message,
            mine=(mine := message.sender_id == actor.id),
            read=mine and seen_until is not None and message.created_at <= seen_until,
            attachments=carried.get(message.pk, []),
        )
        for message in rows
    ]
