"""Who hears of what is written: which kinds of notification a post, a best answer and a deletion cause.

Everything here runs inside the transaction of what it tells of.
"""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from forums import mentions
from forums.documents import PostRevision
from forums.models import Post, Topic, TopicReader, Watch
from messaging.kinds import Kind
from messaging.notify import notify, withdraw

#: What is told of here; what moderators decide is told elsewhere and stays.
_KINDS = (Kind.REPLY, Kind.MENTION, Kind.BEST_ANSWER, Kind.WATCHED_TOPIC)


def thread_of(topic_id: UUID) -> str:
    """Return the name under which everything about a topic gathers."""
    return f"topic:{topic_id}"


def tell_of_post(post: Post, topic: Topic, *, mentioned: Collection[UUID] = ()) -> None:
    """Tell whom a new post concerns, each once: who is mentioned, who is answered, who watches the topic.

    Who muted the topic hears nothing. The question itself concerns only those it mentions.
    """
    readers = TopicReader.objects.filter(topic_id=topic.pk).exclude(watch=Watch.NORMAL)
    levels = dict(readers.values_list("user_id", "watch"))
    told = {person for person, level in levels.items() if level == Watch.MUTED}
    answered = {topic.author_id, post.parent.author_id if post.parent else None} if post.number > 1 else set()
    watching = {person for person, level in levels.items() if level == Watch.WATCHING}
    for kind, people in (
        (Kind.MENTION, set(mentioned)),
        (Kind.REPLY, {person for person in answered if person is not None}),
        (Kind.WATCHED_TOPIC, watching if post.number > 1 else set()),
    ):
        _tell(kind, people - told, post, topic, actor_id=post.author_id)
        told |= people


def newly_mentioned(html: str, before: UUID, *, author_id: UUID | None) -> set[UUID]:
    """Return whom a text mentions that the revision ``before`` did not. Raises ``Unavailable``."""
    found = mentions.mentioned(html, author_id=author_id)
    former = PostRevision.fetch([before]).get(before) if found else None
    return found - mentions.mentioned(former.html, author_id=author_id) if former else found


def tell_of_mentions(post: Post, topic: Topic, *, mentioned: Collection[UUID], actor_id: UUID | None) -> None:
    """Tell those whom an edit mentions for the first time."""
    muted = TopicReader.objects.filter(topic_id=topic.pk, watch=Watch.MUTED, user_id__in=list(mentioned))
    _tell(Kind.MENTION, set(mentioned) - set(muted.values_list("user_id", flat=True)), post, topic, actor_id=actor_id)


def tell_of_best_answer(post: Post, topic: Topic) -> None:
    """Tell the author of a reply that it answered the question, and nobody of a former best answer any more."""
    withdraw(thread=thread_of(topic.pk), kinds=[Kind.BEST_ANSWER])
    if post.author_id is None:
        return
    muted = TopicReader.objects.filter(topic_id=topic.pk, user_id=post.author_id, watch=Watch.MUTED)
    if not muted.exists():
        _tell(Kind.BEST_ANSWER, {post.author_id}, post, topic, actor_id=topic.author_id)


def take_back_best_answer(topic: Topic) -> None:
    """Take back that a reply was chosen as the best answer."""
    withdraw(thread=thread_of(topic.pk), kinds=[Kind.BEST_ANSWER])


def take_back_post(post: Post) -> None:
    """Take back what people were told of a post that is there no more."""
    withdraw(thread=thread_of(post.topic_id), event=post.pk, kinds=_KINDS)


def take_back_topic(topic: Topic) -> None:
    """Take back everything people were told of a topic that is there no more."""
    withdraw(thread=thread_of(topic.pk), kinds=_KINDS)


def _tell(kind: Kind, people: set[UUID], post: Post, topic: Topic, *, actor_id: UUID | None) -> None:
    if people:
        notify(
            kind=kind,
            recipients=people,
            actor_id=actor_id,
            thread=thread_of(topic.pk),
            title=topic.title,
            url=post.get_absolute_url(),
            event=post.pk,
        )
