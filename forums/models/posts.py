"""Posts and what people think of them. What a post says is in :mod:`forums.documents`."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from forums.models.topics import REPLIES_SHOWN, Topic
from organizations.models import Organization
from p2psandbox.platform.models import Record, SoftDeletable, SoftDeletableQuerySet
from p2psandbox.platform.permissions import Actor, Permission, allows


class PostQuerySet(SoftDeletableQuerySet):
    """Posts as they are asked for."""

    def visible_to(self, actor: Actor) -> Self:
        """What this actor may see: members what is neither deleted nor hidden, moderators everything."""
        if not allows(actor, Permission.READ_MEMBERS_AREA):
            return self.none()
        if allows(actor, Permission.MODERATE_FORUMS):
            return self
        return self.filter(deleted_at__isnull=True, hidden_at__isnull=True, topic__deleted_at__isnull=True)

    def standing(self) -> Self:
        """Neither deleted nor hidden: what counts."""
        return self.filter(deleted_at__isnull=True, hidden_at__isnull=True)


class Post(Record, SoftDeletable):
    """One contribution to a topic. Number 1 is the question; numbers are given once and never move.

    A reply to the question opens a ``branch`` of the topic, counted from 1; what answers it, at whatever depth,
    hangs on that branch in the order of writing, its ``branch_place`` counted from 1. Who opened the branch has
    place 0, the question both 0. These, too, are given once, so that the page of any post follows from its row.
    ``branch_size`` of a branch's first post is the highest place ever given in it, ``branch_replies`` how many of
    those posts stand.

    ``revision_id`` leads to what it says. ``reply_count`` counts direct replies that stand, ``attachment_count`` the
    files attached, pictures of the text included.
    """

    topic = models.ForeignKey(Topic, on_delete=models.PROTECT, related_name="posts", db_index=False)
    number = models.PositiveIntegerField()
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="posts", null=True, blank=True,
        db_index=False,
    )  # fmt: skip
    author_name = models.CharField(max_length=200, blank=True)
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="posts", null=True, blank=True, db_index=False
    )
    parent = models.ForeignKey("self", on_delete=models.PROTECT, related_name="replies", null=True, blank=True)
    branch = models.PositiveIntegerField(default=0, editable=False)
    branch_place = models.PositiveIntegerField(default=0, editable=False)
    branch_size = models.PositiveIntegerField(default=0, editable=False)
    branch_replies = models.IntegerField(default=0, editable=False)
    revision_id = models.UUIDField()
    excerpt = models.CharField(max_length=300, blank=True)
    edited_at = models.DateTimeField(null=True, blank=True)
    like_count = models.IntegerField(default=0, editable=False)
    reply_count = models.IntegerField(default=0, editable=False)
    attachment_count = models.PositiveSmallIntegerField(default=0, db_default=0, editable=False)
    hidden_at = models.DateTimeField(null=True, blank=True)
    deleted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True,
        db_index=False,
    )  # fmt: skip

    objects = PostQuerySet.as_manager()

    class Meta:
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        constraints = [
            models.UniqueConstraint(fields=["topic", "number"], name="post_number_once_per_topic"),
            # What a topic's best answer and a reply's parent refer to: see migration 0002.
            models.UniqueConstraint(fields=["id", "topic"], name="post_with_topic"),
            models.UniqueConstraint(fields=["topic", "branch", "branch_place"], name="post_place_once_per_branch"),
            models.CheckConstraint(
                condition=Q(number=1, branch=0, branch_place=0) | Q(number__gt=1, branch__gt=0),
                name="post_question_is_on_no_branch",
            ),
            models.CheckConstraint(
                condition=Q(branch_place=0) | Q(branch_size=0, branch_replies=0),
                name="post_branch_size_of_its_first_post",
            ),
            models.CheckConstraint(condition=Q(number__gte=1), name="post_number_from_one"),
            models.CheckConstraint(
                condition=Q(like_count__gte=0, reply_count__gte=0), name="post_counts_are_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(branch_replies__gte=0, branch_replies__lte=F("branch_size")),
                name="post_branch_replies_within_size",
            ),
            models.CheckConstraint(condition=Q(author__isnull=False) | ~Q(author_name=""), name="post_says_who_wrote"),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("id")), name="post_is_not_its_own_parent"
            ),
        ]
        indexes = [
            models.Index(
                "topic", "branch", "branch_place",
                condition=Q(branch_place__lte=REPLIES_SHOWN), name="post_shown_on_topic_page",
            ),
            models.Index(
                "topic", F("like_count").desc(), "branch", condition=Q(branch_place=0), name="post_branches_by_likes"
            ),
            models.Index(
                F("created_at").desc(), F("id").desc(),
                condition=Q(deleted_at__isnull=True, hidden_at__isnull=True, number__gt=1), name="post_newest_replies",
            ),
            models.Index("author", F("created_at").desc(), name="post_by_author"),
            models.Index("organization", F("created_at").desc(), name="post_by_organization"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"#{self.number}: {self.excerpt[:60]}"

    @property
    def stands(self) -> bool:
        """Neither deleted nor hidden."""
        return self.deleted_at is None and self.hidden_at is None

    @property
    def author_label(self) -> str:
        """Name of who wrote; of a post taken over from elsewhere, as it stood there."""
        return self.author.get_full_name() if self.author is not None else self.author_name

    def get_absolute_url(self) -> str:
        return reverse("forums:post", args=[self.pk])


class PostLike(models.Model):
    """One person likes one post, once."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="likes", db_index=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["post", "user"], name="like_once_per_person")]

    def __str__(self) -> str:
        return f"{self.user_id} likes {self.post_id}"
