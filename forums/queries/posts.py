"""Single topics and posts, with what they say."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from forums.actions.guards import may_choose, may_edit
from forums.documents import PostRevision
from forums.models import Post, PostLike, Topic, topic_url
from forums.queries.attachments import Attachment, attachments_of
from forums.queries.stories import stories_of
from forums.queries.thread import Reading, reading_of
from p2psandbox.platform.errors import NotFound
from p2psandbox.platform.permissions import Actor, Permission, allows, require
from usecases.models import UseCase

_PLACE = ("topic_id", "topic__slug", "number", "branch", "branch_place")


def post_address(actor: Actor, post_id: UUID) -> str:
    """Return where a post stands: its topic's page and anchor. A deleted one leads to its tombstone.

    Raises ``NotSignedIn``, ``NotVerified``, ``NotFound``.
    """
    require(actor, Permission.READ_MEMBERS_AREA)
    topics = Topic.objects.visible_to(actor)
    row = Post.objects.filter(pk=post_id, topic__in=topics).values_list(*_PLACE).first()
    if row is None:
        raise NotFound
    return topic_url(*row)


def topic_address(actor: Actor, topic_id: UUID) -> str:
    """Return a topic's full address. Raises ``NotSignedIn``, ``NotVerified``, ``NotFound``."""
    require(actor, Permission.READ_MEMBERS_AREA)
    row = Topic.objects.visible_to(actor).filter(pk=topic_id).values_list("id", "slug").first()
    if row is None:
        raise NotFound
    return topic_url(*row)


def topic_card(actor: Actor, topic_id: UUID) -> Topic:
    """Return one topic with category, people and companies. Raises as :func:`topic_address`."""
    require(actor, Permission.READ_MEMBERS_AREA)
    related = ("category", "organization", "author__organization")
    found: Topic | None = (Topic.objects.visible_to(actor).select_related(*related).filter(pk=topic_id)).first()
    if found is None:
        raise NotFound
    return found


def deleted_topic(actor: Actor, topic_id: UUID) -> Topic:
    """Return a topic the actor deleted and may take back. Raises ``NotFound`` for every other."""
    require(actor, Permission.READ_MEMBERS_AREA)
    gone = Topic.objects.filter(pk=topic_id, deleted_at__isnull=False).select_related("category")
    if not allows(actor, Permission.MODERATE_FORUMS):
        gone = gone.filter(deleted_by_id=actor.id)
    found: Topic | None = gone.first()
    if found is None:
        raise NotFound
    return found


@dataclass(frozen=True, slots=True)
class Written:
    """A post with what it says, and what the asker may do with it; no text where it was deleted or hidden."""

    post: Post
    html: str | None
    liked: bool
    can_edit: bool
    can_choose: bool
    can_like: bool
    is_best: bool
    attachments: list[Attachment]

    @property
    def is_gone(self) -> bool:
        return self.html is None


@dataclass(frozen=True, slots=True)
class Branch:
    """A post that answers the question, and the first few of what hangs on it."""

    head: Written
    replies: list[Written]


@dataclass(frozen=True, slots=True)
class TopicDetail:
    """A topic with its question and best answer, and what the asker may do with it."""

    topic: Topic
    opening: Written
    best: Written | None
    can: dict[str, bool]
    reading: Reading
    use_cases: list[UseCase]


PEOPLE = ("organization", "author__organization")
HEAVY = ("organization__description", "author__bio", "author__password")


def written(actor: Actor, post_id: UUID) -> Written:
    """Return one post and its text. Raises ``NotSignedIn``, ``NotVerified``, ``NotFound``, ``Unavailable``."""
    require(actor, Permission.READ_MEMBERS_AREA)
    found = Post.objects.visible_to(actor).select_related("topic", *PEOPLE)
    post: Post | None = found.filter(pk=post_id).first()
    if post is None:
        raise NotFound
    return with_texts(actor, post.topic, [post])[0]


def opening_of(actor: Actor, topic_id: UUID) -> Written:
    """Return a topic's question with its text. Raises as :func:`written`."""
    first = Post.objects.filter(topic_id=topic_id, number=1).values_list("pk", flat=True).first()
    if first is None:
        raise NotFound
    return written(actor, first)


def answerable(actor: Actor, topic_id: UUID, post_id: UUID | None) -> Post | None:
    """Return the post of a topic a reply is to answer, with its author; ``None`` unless the actor sees it there."""
    if post_id is None:
        return None
    found = Post.objects.visible_to(actor).select_related("author").filter(pk=post_id, topic_id=topic_id)
    post: Post | None = found.first()
    return post


def topic_detail(actor: Actor, topic_id: UUID) -> TopicDetail:
    """Return a topic with its question and best answer. Raises as :func:`written`."""
    topic = topic_card(actor, topic_id)
    wanted = Q(number=1) | Q(pk=topic.best_answer_id)
    found = Post.objects.filter(wanted, topic_id=topic_id).select_related(*PEOPLE).defer(*HEAVY)
    opening, *others = with_texts(actor, topic, list(found.order_by("number")))
    return TopicDetail(
        topic=topic,
        opening=opening,
        best=others[0] if others else None,
        can=what_one_can(actor, topic),
        reading=reading_of(actor, topic_id),
        use_cases=stories_of(actor, topic_id),
    )


def what_one_can(actor: Actor, topic: Topic) -> dict[str, bool]:
    """Return what the actor may do with a topic they see."""
    moderates = allows(actor, Permission.MODERATE_FORUMS)
    is_open = not topic.is_deleted and (moderates or not topic.is_locked)
    edits = is_open and may_edit(actor, topic.author_id)
    return {
        "reply": is_open and allows(actor, Permission.WRITE_POSTS),
        "edit": edits,
        "delete": edits,
        "choose_best_answer": is_open and may_choose(actor, topic.author_id),
        "moderate": moderates,
    }


def with_texts(actor: Actor, topic: Topic, posts: list[Post]) -> list[Written]:
    """Join posts of one topic with their texts (one trip to the library) and the asker's likes."""
    moderates = allows(actor, Permission.MODERATE_FORUMS)
    shown = [post for post in posts if moderates or not (post.is_deleted or post.hidden_at)]
    texts = PostRevision.fetch(post.revision_id for post in shown)
    assert actor.id is not None  # who may read is signed in
    likes = PostLike.objects.filter(user_id=actor.id, post_id__in=[post.pk for post in posts])
    liked = set(likes.values_list("post_id", flat=True))
    can = what_one_can(actor, topic)
    readable = {post.pk for post in shown}
    carried = attachments_of({post.pk: texts[post.revision_id].html for post in shown if post.attachment_count})
    found = []
    for post in posts:
        post.topic = topic
        html = texts[post.revision_id].html if post.pk in readable else None
        alive = html is not None and not post.is_deleted
        found.append(
            Written(
                post=post,
                html=html,
                liked=post.pk in liked,
                can_edit=alive and (can["reply"] and may_edit(actor, post.author_id)),
                can_choose=alive and can["choose_best_answer"] and post.number > 1,
                can_like=alive and allows(actor, Permission.WRITE_POSTS),
                is_best=post.pk == topic.best_answer_id,
                attachments=carried.get(post.pk, []),
            )
        )
    return found


def written_in(actor: Actor, post_id: UUID) -> UUID:
    """Return the topic of a post the actor may see. Raises ``NotFound``."""
    require(actor, Permission.READ_MEMBERS_AREA)
    topic_id: UUID | None = Post.objects.visible_to(actor).filter(pk=post_id).values_list("topic_id", flat=True).first()
    if topic_id is None:
        raise NotFound
    return topic_id


def arrivals(actor: Actor, topic_id: UUID, *, after: int) -> int:
    """Return how many posts others wrote in a topic after this number, at most fifty.

    Raises as :func:`topic_address`.
    """
    topic_address(actor, topic_id)
    rows = Post.objects.standing().filter(topic_id=topic_id, number__gt=after).exclude(author_id=actor.id)
    return rows[:50].count()
