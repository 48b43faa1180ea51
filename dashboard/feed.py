"""The activity feed: what people shared, merged from where it stands at the moment it is read.

Nothing is copied, so what is deleted, hidden or taken off the library is gone from the feed at once, and what comes
back is back in its place. Entries are ordered by ``(time, kind, id)``, newest first, and a cursor names the last one
that was seen; every source is asked for what lies beyond it, a page at most, along an index. That is one statement
for the keys of all kinds, and one for the rows of each kind on the page.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, IntegerField, OuterRef, Q, QuerySet, TextChoices, Value
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from forums.models import Post, Topic, Watch, topic_url
from messaging.models import Block
from organizations.models import Organization
from p2psandbox.platform import cachetags
from p2psandbox.platform.errors import Invalid
from p2psandbox.platform.permissions import VISITOR, Actor, Permission, require
from usecases.models import Replication, ReplicationState, Status, UseCase
from usecases.outcomes import outcome_of

PAGE = 20
#: "N new" counts so far.
MOST_NEW = 50
#: What the feed is built from: whatever changes it renews one of these.
TAGS = ("forums", "usecases", "people", "organizations")

Rows = QuerySet[Any, Any]


class Kind(TextChoices):
    """What an entry is about; among entries of one moment the last kind comes first."""

    ORGANIZATION = "organization", gettext_lazy("New organization")
    TOPIC = "topic", gettext_lazy("Question")
    REPLY = "reply", gettext_lazy("Reply")
    BEST_ANSWER = "best_answer", gettext_lazy("Best answer")
    USE_CASE = "use_case", gettext_lazy("Use case")
    REPLICATION = "replication", gettext_lazy("Tried elsewhere")


class Scope(TextChoices):
    """Whose doings are shown."""

    ALL = "all", gettext_lazy("Everybody")
    ORGANIZATION = "organization", gettext_lazy("My organization")
    WATCHING = "watching", gettext_lazy("What I watch")


_RANK = {kind: rank for rank, kind in enumerate(Kind)}
_KINDS = list(Kind)
_Key = tuple[datetime, int, UUID]


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing somebody did. ``id`` is that of what it is about; a best answer is about its topic.

    ``line`` is one line of what was written, for a use case what came of it. ``person`` is ``None`` for what was
    taken over from elsewhere (``person_name`` then says who wrote it) and for organizations.
    """

    kind: Kind
    id: UUID
    at: datetime
    title: str
    line: str
    url: str
    person: User | None
    person_name: str
    organization: Organization | None

    @property
    def key(self) -> _Key:
        return self.at, _RANK[self.kind], self.id

    @property
    def name(self) -> str:
        """The entry's own id: a topic and its best answer are two entries."""
        return f"{self.kind.value}:{self.id}"


@dataclass(frozen=True, slots=True)
class FeedPage:
    """Some entries, newest first, and the cursors beside them. ``newest`` stands above the first one."""

    entries: list[Entry]
    next: str | None
    previous: str | None
    newest: str


@dataclass(frozen=True, slots=True)
class _Cursor:
    newer: bool
    key: _Key


#: What comes along with a row in the same query, and what of it stays behind, unless a source says otherwise.
_BESIDE = ("author__organization", "organization")
_HEAVY = ("author__password", "author__bio", "organization__description")


@dataclass(frozen=True, slots=True)
class _Source:
    """Where entries of a kind come from: rows for a scope, the column they are ordered by, and a row as an entry.

    ``joined`` comes along in the same query, ``heavy`` stays behind; ``author`` is the column of whose doing it is.
    """

    rows: Callable[[Actor, Scope], Rows]
    column: str
    entry: Callable[[Any], Entry]
    joined: tuple[str, ...] = _BESIDE
    heavy: tuple[str, ...] = _HEAVY
    author: str = "author_id"


def activity(
    actor: Actor,
    *,
    scope: Scope = Scope.ALL,
    kind: Kind | None = None,
    cursor: str = "",
    size: int = PAGE,
    with_blocked: bool = False,
) -> FeedPage:
    """Return a page of the feed: a query for its keys and one for each kind it shows, whatever the page.

    What people did whom the actor has blocked is left out, unless ``with_blocked``. Raises ``NotSignedIn``,
    ``NotVerified``, and ``Invalid`` (cursor) for a cursor of another feed.
    """
    require(actor, Permission.READ_MEMBERS_AREA)
    place = _read(cursor, scope, kind) if cursor else None
    newer = place is not None and place.newer
    sources = {one: _rows(SOURCES[one], actor, scope, with_blocked=with_blocked) for one in _kinds(kind)}
    keys = _keys(sources, place, size + 1)
    more, keys = len(keys) > size, sorted(keys[:size], reverse=True)
    entries = sorted(_entries(keys, sources), key=lambda entry: entry.key, reverse=True)
    has_older, has_newer = (True, more) if newer else (more, place is not None)
    first = keys[0] if keys else (place.key if place else _BEGINNING)
    return FeedPage(
        entries,
        next=_write(scope, kind, keys[-1], newer=False) if keys and has_older else None,
        previous=_write(scope, kind, first, newer=True) if keys and has_newer else None,
        newest=_write(scope, kind, first, newer=True),
    )


def count_newer(actor: Actor, cursor: str, *, scope: Scope = Scope.ALL, kind: Kind | None = None) -> int:
    """Return how many entries of others stand above a page (its ``newest``), at most :data:`MOST_NEW`.

    Raises as :func:`activity`.
    """
    require(actor, Permission.READ_MEMBERS_AREA)
    place = _read(cursor, scope, kind)
    count = 0
    for one in _kinds(kind):
        source = SOURCES[one]
        rows = _beyond(_rows(source, actor, scope), one, place)
        if source.author and actor.id is not None:
            rows = rows.exclude(**{source.author: actor.id})
        count += rows.order_by().values_list("pk")[: MOST_NEW + 1].count()
    return min(count, MOST_NEW)


def latest_id() -> str | None:
    """Return the name of the newest entry of all members' feed: kept until anything changes that feed.

    The same for everybody who may read it; asking is the caller's matter.
    """
    return cachetags.cached("activity:latest", make=_latest, tags=TAGS)


def _latest() -> str | None:
    newest: list[tuple[_Key, str]] = []
    for kind, source in SOURCES.items():
        rows = source.rows(VISITOR, Scope.ALL).order_by(f"-{source.column}", "-id")
        row = rows.values_list(source.column, "id").first()
        if row is not None:
            newest.append(((row[0], _RANK[kind], row[1]), f"{kind.value}:{row[1]}"))
    return max(newest)[1] if newest else None


def _kinds(kind: Kind | None) -> Iterable[Kind]:
    return list(SOURCES) if kind is None else [kind]


def _keys(sources: Mapping[Kind, Rows], place: _Cursor | None, size: int) -> list[_Key]:
    """Return the keys next to a place (newest first; beyond a place that looks for newer ones, oldest first)."""
    order = "" if place is not None and place.newer else "-"
    parts = []
    for kind, all_rows in sources.items():
        column = SOURCES[kind].column
        rows = _beyond(all_rows, kind, place) if place is not None else all_rows
        rows = rows.order_by(f"{order}{column}", f"{order}id")
        rank = Value(_RANK[kind], output_field=IntegerField())
        parts.append(rows.annotate(at=F(column), rank=rank).values_list("at", "rank", "id")[:size])
    first, *others = parts
    merged = first.union(*others, all=True).order_by(f"{order}at", f"{order}rank", f"{order}id") if others else first
    return list(merged[:size])


def _entries(keys: list[_Key], sources: Mapping[Kind, Rows]) -> Iterator[Entry]:
    """Yield the entries of these keys, in no order; what went away a moment ago is left out."""
    wanted: dict[Kind, list[UUID]] = {}
    for _at, rank, row_id in keys:
        wanted.setdefault(_KINDS[rank], []).append(row_id)
    for kind, ids in wanted.items():
        source = SOURCES[kind]
        rows = sources[kind].filter(pk__in=ids)
        yield from map(source.entry, rows.select_related(*source.joined or (None,)).defer(*source.heavy))


def _rows(source: _Source, actor: Actor, scope: Scope, *, with_blocked: bool = False) -> Rows:
    """Return a source's rows without what people did whom the reader has blocked."""
    rows = source.rows(actor, scope)
    if with_blocked or not source.author or actor.id is None:
        return rows
    blocked = Block.objects.filter(person_id=actor.id).order_by().values("blocked_id")
    return rows.exclude(**{f"{source.author}__in": blocked})


def _beyond(rows: Rows, kind: Kind, place: _Cursor) -> Rows:
    """Narrow one source to what lies beyond a place of the merged feed."""
    at, rank, row_id = place.key
    column, than, own = SOURCES[kind].column, "gt" if place.newer else "lt", _RANK[kind]
    if own == rank:
        # The first condition alone finds the place in the index; the second parts rows of the same moment.
        past = Q(**{f"{column}__{than}": at}) | Q(**{f"id__{than}": row_id})
        return rows.filter(Q(**{f"{column}__{than}e": at}) & past)
    same_moment_too = (own > rank) if place.newer else (own < rank)
    return rows.filter(**{f"{column}__{than}{'e' if same_moment_too else ''}": at})


# -- Sources ----------------------------------------------------------------------------------------------


def _topics(actor: Actor, scope: Scope) -> Rows:
    return _in_scope(Topic.objects.alive(), actor, scope, watched="")


def _replies(actor: Actor, scope: Scope) -> Rows:
    rows = Post.objects.standing().filter(number__gt=1, topic__deleted_at__isnull=True)
    return _in_scope(rows, actor, scope, watched="topic__")


def _best_answers(actor: Actor, scope: Scope) -> Rows:
    rows = Topic.objects.alive().filter(best_answer__isnull=False)
    return _in_scope(rows, actor, scope, watched="", company="best_answer__organization_id")


def _use_cases(actor: Actor, scope: Scope) -> Rows:
    rows = UseCase.objects.alive().filter(status=Status.PUBLISHED)
    return rows.none() if scope is Scope.WATCHING else _in_scope(rows, actor, scope, watched="")


def _replications(actor: Actor, scope: Scope) -> Rows:
    story = {"use_case__status": Status.PUBLISHED, "use_case__deleted_at__isnull": True}
    rows = Replication.objects.filter(state=ReplicationState.PUBLISHED, **story)
    return rows.none() if scope is Scope.WATCHING else _in_scope(rows, actor, scope, watched="")


def _organizations(actor: Actor, scope: Scope) -> Rows:
    rows: Rows = Organization.objects.alive()
    if scope is Scope.WATCHING:
        return rows.none()
    if scope is Scope.ORGANIZATION:
        return rows.filter(pk=actor.organization_id)
    # A sign-up that nobody confirmed is no news: see organizations.queries.visible_organizations.
    confirmed = User.objects.filter(organization=OuterRef("pk"), email_verified_at__isnull=False)
    return rows.filter(Exists(confirmed))


def _in_scope(rows: Rows, actor: Actor, scope: Scope, *, watched: str, company: str = "organization_id") -> Rows:
    if scope is Scope.ORGANIZATION:
        return rows.filter(**{company: actor.organization_id}) if actor.organization_id else rows.none()
    if scope is Scope.WATCHING:
        return rows.filter(**{f"{watched}readers__user_id": actor.id, f"{watched}readers__watch": Watch.WATCHING})
    return rows


def _of_topic(row: Topic) -> Entry:
    return _entry(Kind.TOPIC, row, row.created_at, row.title, row.excerpt, row.get_absolute_url())


def _of_reply(row: Post) -> Entry:
    return _entry(Kind.REPLY, row, row.created_at, row.topic.title, row.excerpt, _post_url(row))


def _of_best_answer(row: Topic) -> Entry:
    post, at = row.best_answer, row.best_answer_at
    assert post is not None  # or the topic would not be asked for
    assert at is not None  # topic_best_answer_has_a_time
    url = topic_url(row.pk, row.slug, post.number, post.branch, post.branch_place)
    return Entry(
        Kind.BEST_ANSWER, row.pk, at, row.title, post.excerpt, url, post.author, post.author_label, post.organization
    )  # fmt: skip


def _post_url(row: Post) -> str:
    return topic_url(row.topic_id, row.topic.slug, row.number, row.branch, row.branch_place)


def _of_use_case(row: UseCase) -> Entry:
    assert row.published_at is not None  # use_case_published_has_time_and_revision
    outcome = outcome_of(row)
    line = " ".join(filter(None, [outcome["name"], outcome["change"], outcome["period"]])) if outcome else row.excerpt
    return _entry(Kind.USE_CASE, row, row.published_at, row.title, line, row.get_absolute_url())


def _of_replication(row: Replication) -> Entry:
    assert row.published_at is not None  # replication_published_has_a_time
    line = str(row.get_outcome_display())
    return _entry(Kind.REPLICATION, row, row.published_at, row.use_case.title, line, row.use_case.get_absolute_url())


def _of_organization(row: Organization) -> Entry:
    return Entry(
        Kind.ORGANIZATION, row.pk, row.created_at, row.name, "", row.get_absolute_url(), None, "", row
    )  # fmt: skip


def _entry(kind: Kind, row: Any, at: datetime, title: str, line: str, url: str) -> Entry:
    name = row.author.get_full_name() if row.author is not None else getattr(row, "author_name", "")
    return Entry(kind, row.pk, at, title, line, url, row.author, name, row.organization)


_ANSWERER = ("best_answer__author__organization", "best_answer__organization")
_OF_ANSWERER = ("best_answer__author__password", "best_answer__author__bio", "best_answer__organization__description")

SOURCES: dict[Kind, _Source] = {
    Kind.ORGANIZATION: _Source(_organizations, "created_at", _of_organization, (), ("description",), ""),
    Kind.TOPIC: _Source(_topics, "created_at", _of_topic),
    Kind.REPLY: _Source(_replies, "created_at", _of_reply, (*_BESIDE, "topic")),
    Kind.BEST_ANSWER: _Source(
        _best_answers, "best_answer_at", _of_best_answer, _ANSWERER, _OF_ANSWERER, "best_answer__author_id"
    ),
    Kind.USE_CASE: _Source(_use_cases, "published_at", _of_use_case, heavy=(*_HEAVY, "search_vector")),
    Kind.REPLICATION: _Source(
        _replications, "published_at", _of_replication, (*_BESIDE, "use_case"), (*_HEAVY, "use_case__search_vector")
    ),
}  # fmt: skip

# -- Cursors ----------------------------------------------------------------------------------------------

#: Below everything: what "new" is counted from while a feed is empty.
_BEGINNING: _Key = (datetime(1970, 1, 1, tzinfo=UTC), 0, UUID(int=0))


def _write(scope: Scope, kind: Kind | None, key: _Key, *, newer: bool) -> str:
    at, rank, row_id = key
    way = "n" if newer else "o"
    text = f"{scope.value} {kind.value if kind else '-'} {way} {at.astimezone(UTC).isoformat()} {rank} {row_id}"
    return base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


def _read(cursor: str, scope: Scope, kind: Kind | None) -> _Cursor:
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode("ascii")
        of_scope, of_kind, way, at, rank, row_id = text.split(" ")
        moment = datetime.fromisoformat(at)
        if (of_scope, of_kind) != (scope.value, kind.value if kind else "-") or way not in ("o", "n"):
            raise ValueError
        if moment.tzinfo is None or int(rank) not in _RANK.values():
            raise ValueError
        return _Cursor(way == "n", (moment.astimezone(UTC), int(rank), UUID(row_id)))
    except (ValueError, OverflowError, binascii.Error) as error:
        raise Invalid({"cursor": [_("This is no cursor of this list.")]}) from error
