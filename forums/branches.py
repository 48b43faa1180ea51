"""Where posts stand in their topic: see :class:`forums.models.Post` for what branches are."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db.models import F

from forums.models import Post, Topic


@dataclass(slots=True)
class Place:
    """A post's ``branch`` and its place in it; for a branch's first post also the highest place given in it, and
    how many posts stand below it.
    """

    branch: int = 0
    place: int = 0
    size: int = 0
    replies: int = 0


def places(parents: Sequence[int | None], *, gone: Collection[int] = ()) -> list[Place]:
    """Return where each post of a whole topic stands, from the index of the one it answers (``None``: the question).

    The posts come in the order of their numbers, the question first, each after the one it answers. ``gone`` are
    the indexes of posts that are deleted.
    """
    found: list[Place] = []
    heads: list[Place] = []
    for index, parent in enumerate(parents):
        if index == 0:
            found.append(Place())
        elif not parent:
            heads.append(Place(branch=len(heads) + 1))
            found.append(heads[-1])
        else:
            head = heads[found[parent].branch - 1]
            head.size += 1
            head.replies += index not in gone
            found.append(Place(branch=head.branch, place=head.size))
    return found


def take_place(topic: Topic, parent: Post | None) -> Place:
    """Give the next place below ``parent`` to a new post; the caller holds the topic's row and saves it.

    An answer to the question, or to nothing in particular, opens a branch.
    """
    if parent is None or parent.branch == 0:
        topic.branch_count += 1
        return Place(branch=topic.branch_count)
    head = Post.objects.get(topic_id=topic.pk, branch=parent.branch, branch_place=0)
    head.branch_size += 1
    head.branch_replies += 1
    head.save(update_fields=["branch_size", "branch_replies"])
    return Place(branch=head.branch, place=head.branch_size)


def count_replies(post: Post, change: int) -> None:
    """Tell a branch's first post that one below it went (-1) or came back (1); the caller holds the topic's row."""
    if post.branch_place > 0:
        head = Post.objects.filter(topic_id=post.topic_id, branch=post.branch, branch_place=0)
        head.update(branch_replies=F("branch_replies") + change)
