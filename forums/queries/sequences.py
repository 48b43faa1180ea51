"""A topic's posts as sequences whose slices read only their own rows: what numbered pages are cut from."""

from __future__ import annotations

from uuid import UUID

from forums.models import REPLIES_SHOWN, Post, Topic
from forums.queries.posts import HEAVY, PEOPLE, Branch, Written, topic_card, with_texts
from forums.queries.thread import ThreadOrder, ordered_branches
from p2psandbox.platform.errors import NotFound
from p2psandbox.platform.permissions import Actor, Permission, require


class PostSequence:
    """The posts that open a topic's branches, in an order, as a sequence of :class:`Branch`.

    A slice reads its own rows and one batch of texts; in the order of writing it is a range of branches, as fast at
    the end of a long thread as at its start. Deleted posts keep their place.
    """

    def __init__(self, actor: Actor, topic_id: UUID, *, order: ThreadOrder = ThreadOrder.OLDEST) -> None:
        """Raises ``NotSignedIn``, ``NotVerified``, ``NotFound``."""
        self.actor, self.order = actor, order
        self.topic = topic_card(actor, topic_id)

    def __len__(self) -> int:
        return self.topic.branch_count

    def __getitem__(self, part: slice) -> list[Branch]:
        branches = ordered_branches(self.actor, self.topic.pk, self.order, part.start, part.stop - part.start)
        found = Post.objects.filter(topic_id=self.topic.pk, branch__in=branches, branch_place__lte=REPLIES_SHOWN)
        posts = found.select_related(*PEOPLE).defer(*HEAVY).order_by("branch_place")
        rows: dict[int, list[Written]] = {branch: [] for branch in branches}
        for row in with_texts(self.actor, self.topic, list(posts)):
            rows[row.post.branch].append(row)
        return [Branch(head, replies) for head, *replies in rows.values()]

    def position(self, post_id: UUID) -> int:
        """Return where a post, or the branch it hangs on, stands, from 0. Raises ``NotFound``."""
        found = Post.objects.filter(pk=post_id, topic_id=self.topic.pk).values_list("branch", flat=True).first()
        if found is None:
            raise NotFound
        if found and self.order is ThreadOrder.LIKES:
            return ordered_branches(self.actor, self.topic.pk, self.order, 0, len(self)).index(found)
        return max(len(self) - int(found) if self.order is ThreadOrder.NEWEST else int(found) - 1, 0)


class ReplySequence:
    """What hangs on a post, in the order of writing, as a sequence of :class:`Written`.

    Below a post that opens a branch that is the whole branch, whatever answers whatever; below any other post its
    direct replies. Deleted posts keep their place.
    """

    def __init__(self, actor: Actor, post_id: UUID) -> None:
        """Raises ``NotSignedIn``, ``NotVerified``, ``NotFound``."""
        require(actor, Permission.READ_MEMBERS_AREA)
        post: Post | None = Post.objects.filter(pk=post_id, topic__in=Topic.objects.visible_to(actor)).first()
        if post is None:
            raise NotFound
        self.actor, self.post = actor, post
        self.topic = topic_card(actor, post.topic_id)
        self._opens = post.branch_place == 0 and post.branch > 0
        found = Post.objects.filter(topic_id=post.topic_id)
        self._found = (
            found.filter(branch=post.branch, branch_place__gt=0) if self._opens else found.filter(parent_id=post.pk)
        )

    def __len__(self) -> int:
        return self.post.branch_size if self._opens else self._found.count()

    def __getitem__(self, part: slice) -> list[Written]:
        rows = self._found.select_related(*PEOPLE).defer(*HEAVY)
        if self._opens:  # places are given once, so a page is a range of them
            page = rows.filter(branch_place__gt=part.start, branch_place__lte=part.stop).order_by("branch_place")
        else:
            page = rows.order_by("number")[part]
        return with_texts(self.actor, self.topic, list(page))
