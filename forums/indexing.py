"""How posts are made ready for search: called within the transaction that stores the post or its new text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from forums.models import Post, SearchEntry, Topic
from p2psandbox.platform import search

_WRITTEN = ("vector", "head", "revision_id", "recipe")


def author_label(person_id: UUID) -> str:
    """Return what entries of this person's posts are marked with."""
    return search.label("a", person_id.hex)


def organization_label(organization_id: UUID) -> str:
    """Return what entries of posts from this organization are marked with."""
    return search.label("o", organization_id.hex)


def vector_of(
    text: str, *, author_id: UUID | None, organization_id: UUID | None, title: str = "", tags: Sequence[str] = ()
) -> str:
    """Return a post's search vector: title over tags over what a question says over what a reply says."""
    labels = [author_label(author_id)] if author_id else []
    labels += [organization_label(organization_id)] if organization_id else []
    if not title:
        return search.vector([("D", text)], labels)
    return search.vector([("A", title), ("B", " ".join(tags)), ("C", text)], labels)


def head_of(title: str, tags: Sequence[str]) -> str:
    """Return the vector of a topic's title and tags alone."""
    return search.vector([("A", title), ("B", " ".join(tags))])


def entry_of(post: Post, topic: Topic, text: str) -> SearchEntry:
    """Return what search is to know of a post that says ``text``, not stored yet."""
    title, tags = (topic.title, topic.tags) if post.number == 1 else ("", ())
    return SearchEntry(
        post_id=post.pk,
        topic_id=topic.pk,
        number=post.number,
        created_at=post.created_at,
        vector=vector_of(text, author_id=post.author_id, organization_id=post.organization_id, title=title, tags=tags),
        head=head_of(title, tags) if title else None,
        revision_id=post.revision_id,
        recipe=search.RECIPE,
    )


def store(entries: Iterable[SearchEntry]) -> None:
    """Store entries, in place of those their posts have already."""
    SearchEntry.objects.bulk_create(
        entries, batch_size=500, update_conflicts=True, unique_fields=["post"], update_fields=list(_WRITTEN)
    )


def index(post: Post, topic: Topic, text: str) -> None:
    """Make a post findable by what it says now. The caller holds its topic and has written both."""
    store([entry_of(post, topic, text)])


def seed_row(
    *, post_id: UUID, topic_id: UUID, number: int, created_at: datetime, revision_id: UUID,
    author_id: UUID, organization_id: UUID | None, text: str, title: str = "", tags: Sequence[str] = (),
) -> tuple[object, ...]:  # fmt: skip
    """Return the same as a row of ``SEED_COLUMNS``, for filling a database by the hundred thousand."""
    words = vector_of(text, author_id=author_id, organization_id=organization_id, title=title, tags=tags)
    head = head_of(title, tags) if title else None
    return post_id, topic_id, number, created_at, words, head, revision_id, search.RECIPE


SEED_COLUMNS = ("post_id", "topic_id", "number", "created_at", "vector", "head", "revision_id", "recipe")
