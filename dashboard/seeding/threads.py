"""Synthetic topics, posts and likes, with every counter and pointer as the forum's actions would leave them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from dashboard.seeding.chance import Chance, Skewed, parts
from dashboard.seeding.companies import Person
from dashboard.seeding.prose import Body, Prose
from dashboard.seeding.scales import Scale
from dashboard.seeding.stores import Shelf, Table, settle, without_indexes
from forums import indexing, rules
from forums.branches import Place, places
from forums.documents import PostRevision
from forums.models import Category, Colour, Post, PostLike, SearchEntry, Topic
from p2psandbox.platform.models import new_id

#: Replies to replies to replies: the deepest nesting.
_DEEPEST = 30
#: Rows written at a time; a thread is never split, so the longest one may go over.
BATCH = 4_000

_CATEGORIES = (
    ("Maintenance (seeded)", Colour.PETROL),
    ("Controls (seeded)", Colour.PLUM),
    ("Quality (seeded)", Colour.CLAY),
    ("Energy (seeded)", Colour.MOSS),
    ("Data (seeded)", Colour.SLATE),
    ("People (seeded)", Colour.OCHRE),
)
_TOPIC = [
    "id",
    "category_id",
    "author_id",
    "organization_id",
    "title",
    "slug",
    "tags",
    "excerpt",
    "last_number",
    "branch_count",
    "reply_count",
    "view_count",
    "like_count",
    "last_post_at",
    "last_post_by_id",
    "best_answer_id",
    "best_answer_at",
    "pinned_at",
    "locked_at",
    "created_at",
    "updated_at",
]
_POST = [
    "id",
    "topic_id",
    "number",
    "author_id",
    "organization_id",
    "parent_id",
    "revision_id",
    "excerpt",
    "like_count",
    "reply_count",
    "branch",
    "branch_place",
    "branch_size",
    "branch_replies",
    "deleted_at",
    "deleted_by_id",
    "created_at",
    "updated_at",
]


@dataclass(slots=True)
class _Post:
    """A post in the making, until its thread is complete."""

    id: UUID
    author: Person
    body: Body
    time: datetime
    number: int
    parent: _Post | None = None
    replies: int = 0
    likers: list[Person] = field(default_factory=list)
    deleted_at: datetime | None = None

    @property
    def depth(self) -> int:
        return 0 if self.parent is None else self.parent.depth + 1


class Threads:
    """Makes the discussions of one data set; :meth:`make` does it all."""

    def __init__(self, chance: Chance, prose: Prose, people: list[Person], now: datetime) -> None:
        self.chance = chance
        self.prose = prose
        self.people = people
        self.now = now
        self.began = now - timedelta(days=3 * 365)
        self._writers = Skewed(people)
        self._topics = Table(Topic, _TOPIC)
        self._posts = Table(Post, _POST)
        self._entries = Table(SearchEntry, indexing.SEED_COLUMNS)
        self._likes = Table(PostLike, ("post_id", "user_id", "created_at"))

    def make(self, scale: Scale, advance: Callable[[int], None]) -> None:
        """Store all threads of ``scale``; ``advance`` hears how many posts are done."""
        categories = self._make_categories()
        lengths = self._lengths(scale)
        with Shelf(PostRevision) as shelf, without_indexes(SearchEntry):
            waiting: list[tuple[list[_Post], bool]] = []
            size = 0
            for place, length in enumerate(lengths):
                waiting.append(self._thread(length, nested=place == 1))
                size += length
                if size >= BATCH:
                    self._write(waiting, categories, shelf)
                    advance(size)
                    waiting, size = [], 0
            self._write(waiting, categories, shelf)
            advance(size)
        for category in categories:
            category.topic_count = category.topics.count()
            category.save(update_fields=["topic_count"])

    def _make_categories(self) -> list[Category]:
        return [
            Category.objects.get_or_create(
                slug=rules.slug_of(name), defaults={"name": name, "colour": colour, "position": 100 + place}
            )[0]
            for place, (name, colour) in enumerate(_CATEGORIES)
        ]

    def _lengths(self, scale: Scale) -> list[int]:
        long = scale.long_threads
        lengths = parts(self.chance, scale.posts - sum(long), scale.topics - len(long))
        # Nothing but the long threads themselves may be longer than the shorter of them.
        most = min(long) - 1
        spare = sum(max(0, length - most) for length in lengths)
        lengths = [min(length, most) for length in lengths]
        number = 0
        while spare:
            if lengths[number] < most:
                lengths[number] += 1
                spare -= 1
            number = (number + 1) % len(lengths)
        return [*long, *lengths]

    # -- One thread -------------------------------------------------------------------------------------

    def _answered(self, thread: list[_Post]) -> _Post:
        """One of the last few posts, but nothing nested deeper than people ever go."""
        post = thread[max(1, len(thread) - self.chance.randint(1, 6))]
        return post if post.depth < _DEEPEST else thread[1]

    def _thread(self, length: int, *, nested: bool = False) -> tuple[list[_Post], bool]:
        chance = self.chance
        arabic = chance.random() < 0.1
        time = chance.between(self.began, self.now - timedelta(days=1), lean=0.6)
        mean = min(timedelta(days=3), (self.now - time) / (length + 1))
        thread: list[_Post] = []
        for number in range(length):
            author: Person = self._writers.pick(chance)
            post = _Post(chance.uuid7(time), author, self.prose.body(arabic=arabic), time, number)
            if number > 1 and chance.random() < (0.97 if nested else 0.35):
                post.parent = self._answered(thread)
            if chance.random() < 0.12:
                post.likers = list({p.id: p for p in chance.choices(self.people, k=chance.randint(1, 4))}.values())
            thread.append(post)
            time = min(time + chance.gap(mean), self.now - timedelta(seconds=length - number))
        for post in thread[2:]:
            if chance.random() < 0.005:
                post.deleted_at = min(post.time + timedelta(hours=2), self.now)
        for post in thread:
            if post.parent is not None and post.deleted_at is None:
                post.parent.replies += 1
        return thread, arabic

    # -- Writing ----------------------------------------------------------------------------------------

    def _write(self, threads: list[tuple[list[_Post], bool]], categories: list[Category], shelf: Shelf) -> None:
        """Revisions first, as everywhere; they carry the time of seeding, so that no sweep takes them away."""
        documents: list[dict[str, Any]] = []
        topics: list[tuple[object, ...]] = []
        posts: list[tuple[object, ...]] = []
        entries: list[tuple[object, ...]] = []
        for thread, arabic in threads:
            stand = places(
                [post.parent.number if post.parent else None for post in thread],
                gone={post.number for post in thread if post.deleted_at},
            )
            topic = self._topic_row(thread, self.chance.choice(categories), stand, arabic=arabic)
            topics.append(topic)
            for post in thread:
                revision_id = new_id()
                documents.append(self._document(shelf, post, revision_id))
                posts.append(self._post_row(post, topic[0], stand[post.number], revision_id))
                entries.append(self._entry_row(post, topic, revision_id))
        shelf.write(documents)
        self._topics.write(topics)
        self._posts.write(posts)
        self._entries.write(entries)
        self._likes.write(self._like_rows(threads))
        settle()

    def _document(self, shelf: Shelf, post: _Post, revision_id: UUID) -> dict[str, Any]:
        return shelf.document(
            id=revision_id,
            subject_id=post.id,
            previous_id=None,
            author_id=post.author.id,
            created_at=self.now,
            html=post.body.html,
            text=post.body.text,
        )

    def _topic_row(
        self, thread: list[_Post], category: Category, stand: list[Place], *, arabic: bool
    ) -> tuple[object, ...]:
        chance, first = self.chance, thread[0]
        alive = [post for post in thread if post.deleted_at is None]
        last = alive[-1]
        best = chance.choice(alive[1:]) if len(alive) > 1 and chance.random() < 0.45 else None
        best_at = min(best.time + timedelta(hours=9), self.now) if best else None
        title = self.prose.title(arabic=arabic)
        slug, tags, excerpt = rules.slug_of(title), self.prose.tags(), rules.excerpt_of(first.body.text)
        locked = last.time if chance.random() < 0.01 else None
        pinned = first.time if chance.random() < 0.0002 else None
        return (
            *(chance.uuid7(first.time), category.pk, first.author.id, first.author.organization_id),
            *(title, slug, tags, excerpt, len(thread), max(place.branch for place in stand), len(alive) - 1),
            *(self._views(len(thread)), len(first.likers)),
            *(last.time, last.author.id, best.id if best else None, best_at, pinned, locked),
            *(first.time, last.time),
        )

    def _views(self, length: int) -> int:
        return int(length * self.chance.lognormvariate(2.2, 0.6)) + 1

    def _post_row(self, post: _Post, topic_id: object, place: Place, revision_id: UUID) -> tuple[object, ...]:
        author = post.author
        return (
            *(post.id, topic_id, post.number + 1, author.id, author.organization_id),
            *(post.parent.id if post.parent else None, revision_id, rules.excerpt_of(post.body.text)),
            *(len(post.likers), post.replies, place.branch, place.place, place.size, place.replies),
            *(post.deleted_at, author.id if post.deleted_at else None),
            *(post.time, post.time),
        )

    def _entry_row(self, post: _Post, topic: tuple[object, ...], revision_id: UUID) -> tuple[object, ...]:
        asked: dict[str, Any] = {}
        if post.number == 0:
            asked = {"title": topic[_TOPIC.index("title")], "tags": topic[_TOPIC.index("tags")]}
        return indexing.seed_row(
            post_id=post.id,
            topic_id=topic[0],  # type: ignore[arg-type]  # a row holds anything; this is its id
            number=post.number + 1,
            created_at=post.time,
            revision_id=revision_id,
            author_id=post.author.id,
            organization_id=post.author.organization_id,
            text=post.body.text,
            **asked,
        )

    def _like_rows(self, threads: list[tuple[list[_Post], bool]]) -> Iterator[tuple[object, ...]]:
        for thread, _arabic in threads:
            for post in thread:
                for person in post.likers:
                    yield post.id, person.id, min(post.time + timedelta(hours=1), self.now)
