"""Taking threads over from elsewhere: each whole or not at all, and a second time changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F

from forums import indexing, rules
from forums.branches import places
from forums.documents import PostRevision
from forums.imports.reader import Item
from forums.imports.threads import RefusedThread, Thread, understand
from forums.models import Category, ImportedThread, Post, Topic
from p2psandbox.platform import cachetags
from p2psandbox.platform.logging import getLogger
from p2psandbox.platform.models import new_id
from p2psandbox.platform.permissions import Actor, Permission, require

log = getLogger(__name__)


class Fate(StrEnum):
    """What became of a thread."""

    TAKEN = "imported"
    KNOWN = "imported before"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Entry:
    """One thread in the report: its place, what became of it and why, and which of its posts were refused."""

    place: str
    title: str
    fate: Fate
    posts: int = 0
    reasons: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Report:
    """What an import did, or with ``dry_run`` would have done."""

    entries: list[Entry] = field(default_factory=list)

    def of(self, fate: Fate) -> list[Entry]:
        return [entry for entry in self.entries if entry.fate is fate]


def import_threads(
    *,
    actor: Actor,
    category_id: UUID,
    organization_id: UUID | None,
    items: Iterable[Item],
    dry_run: bool = False,
    progress: Callable[[], Any] = lambda: None,
) -> Report:
    """Make a topic of each thread, under its writers' names as text, and report on every one.

    ``organization_id`` is the company whose forum it was. ``dry_run`` writes nothing; ``progress`` is called
    after each thread. Raises ``Forbidden`` (moderators and operators only) and ``Unavailable`` when a store is
    down: what was taken until then stays, and importing again goes on from there.
    """
    require(actor, Permission.MODERATE_FORUMS)
    report, seen = Report(), set[str]()
    for item in items:
        entry = _take(item, category_id, organization_id, seen, dry_run=dry_run)
        report.entries.append(entry)
        progress()
    counts = {fate.name.lower(): len(report.of(fate)) for fate in Fate}
    log.info("threads imported", dry_run=dry_run, **counts)
    return report


def _take(item: Item, category_id: UUID, organization_id: UUID | None, seen: set[str], *, dry_run: bool) -> Entry:
    title = str(item.record.get("title", ""))[:100]
    if item.problem:
        return Entry(item.place, title, Fate.REFUSED, reasons=[item.problem])
    try:
        thread = understand(item.record)
    except RefusedThread as refused:
        return Entry(item.place, title, Fate.REFUSED, reasons=refused.reasons)
    known = thread.key in seen or ImportedThread.objects.filter(key=thread.key).exists()
    if not known and not dry_run:
        known = not _store(thread, category_id, organization_id)
    fate = Fate.KNOWN if known else Fate.TAKEN
    seen.add(thread.key)
    return Entry(item.place, thread.title, fate, len(thread.posts), refused=thread.refused, notes=thread.notes)


def _store(thread: Thread, category_id: UUID, organization_id: UUID | None) -> bool:
    """Store a thread in both stores; ``False`` if somebody else stored it meanwhile."""
    topic, posts = _rows(thread, category_id, organization_id)
    PostRevision.insert_many(
        PostRevision(
            id=post.revision_id,
            subject_id=post.id,
            html=taken.text.html,
            text=taken.text.text,
        )
        for post, taken in zip(posts, thread.posts, strict=True)
    )
    best = next((post for post, taken in zip(posts, thread.posts, strict=True) if _answers(post, taken)), None)
    try:
        with transaction.atomic():
            topic.save(force_insert=True)
            ImportedThread.objects.create(key=thread.key, source=thread.source, licence=thread.licence, topic=topic)
            Post.objects.bulk_create(posts, batch_size=1000)
            said = zip(posts, thread.posts, strict=True)
            indexing.store([indexing.entry_of(post, topic, taken.text.text) for post, taken in said])
            if best is not None:
                topic.best_answer, topic.best_answer_at = best, best.created_at
                topic.save(update_fields=["best_answer", "best_answer_at"])
            Category.objects.filter(pk=category_id).update(topic_count=F("topic_count") + 1)
            cachetags.changed("forums")
    except IntegrityError:
        if ImportedThread.objects.filter(key=thread.key).exists():
            return False
        raise
    return True


def _answers(post: Post, taken: Any) -> bool:
    return bool(taken.accepted) and post.number > 1


def _rows(thread: Thread, category_id: UUID, organization_id: UUID | None) -> tuple[Topic, list[Post]]:
    first, last = thread.posts[0], max(thread.posts, key=lambda post: post.created_at)
    excerpt = rules.excerpt_of(first.text.text)
    topic = Topic(
        id=new_id(), category_id=category_id, organization_id=organization_id, author_name=first.author,
        title=thread.title, slug=rules.slug_of(thread.title), tags=thread.tags, excerpt=excerpt,
        last_number=len(thread.posts), reply_count=len(thread.posts) - 1, created_at=first.created_at,
        last_post_at=last.created_at,
    )  # fmt: skip
    ids = [new_id() for _post in thread.posts]
    stand = places([post.parent for post in thread.posts])
    topic.branch_count = max(place.branch for place in stand)
    answered = [ids[post.parent] if post.parent is not None else None for post in thread.posts]
    posts = [
        Post(
            id=ids[index], topic=topic, number=index + 1, author_name=post.author,
            organization_id=organization_id, parent_id=answered[index], revision_id=new_id(),
            excerpt=rules.excerpt_of(post.text.text), created_at=post.created_at,
            reply_count=answered.count(ids[index]), branch=stand[index].branch,
            branch_place=stand[index].place, branch_size=stand[index].size, branch_replies=stand[index].replies,
        )
        for index, post in enumerate(thread.posts)
    ]  # fmt: skip
    return topic, posts
