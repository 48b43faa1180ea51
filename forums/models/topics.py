"""Topics: a question or a subject, and what lists need to know of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self
from urllib.parse import quote

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from forums.models.categories import Category
from organizations.models import Organization
from p2psandbox.platform.models import Record, SoftDeletable, SoftDeletableQuerySet
from p2psandbox.platform.permissions import Actor, Permission, allows

if TYPE_CHECKING:
    from uuid import UUID

#: Branches on one page of a topic, and replies on one page of a branch; what they are: see ``Post``.
BRANCHES_PER_PAGE = REPLIES_PER_PAGE = 20
#: Replies shown below the first post of a branch on its topic's page; the others have pages of their own.
REPLIES_SHOWN = 3


def page_of(place: int, size: int = BRANCHES_PER_PAGE) -> int:
    """Return the page (from 1) that holds the branch, or the reply of a branch, counted from 1 (0: the question)."""
    return max(place - 1, 0) // size + 1


class TopicQuerySet(SoftDeletableQuerySet):
    """Topics as they are asked for."""

    def visible_to(self, actor: Actor) -> Self:
        """What this actor may see: members all that is not deleted, moderators that too."""
        if not allows(actor, Permission.READ_MEMBERS_AREA):
            return self.none()
        return self if allows(actor, Permission.MODERATE_FORUMS) else self.alive()


class Topic(Record, SoftDeletable):
    """A question or a subject; its text is its first post.

    ``author`` is ``None`` for topics taken over from elsewhere, whose ``author_name`` then says who wrote.
    ``last_number`` is the highest post number ever given, ``branch_count`` the highest branch (see :class:`Post`);
    ``reply_count`` leaves out what was deleted.
    """

    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="topics")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="topics", null=True, blank=True
    )
    author_name = models.CharField(max_length=200, blank=True)
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="topics", null=True, blank=True
    )
    title = models.CharField(_("title"), max_length=200)
    slug = models.CharField(max_length=80)
    tags = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    excerpt = models.CharField(max_length=300, blank=True)
    last_number = models.PositiveIntegerField(default=0, editable=False)
    branch_count = models.PositiveIntegerField(default=0, editable=False)
    reply_count = models.IntegerField(default=0, editable=False)
    view_count = models.IntegerField(default=0, editable=False)
    like_count = models.IntegerField(default=0, editable=False)
    last_post_at = models.DateTimeField(editable=False)
    last_post_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    best_answer = models.ForeignKey(
        "Post", on_delete=models.SET_NULL, related_name="+", null=True, blank=True, db_index=False
    )
    best_answer_at = models.DateTimeField(null=True, blank=True)
    pinned_at = models.DateTimeField(_("pinned"), null=True, blank=True)
    locked_at = models.DateTimeField(_("locked"), null=True, blank=True)
    deleted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        db_index=False,
    )

    objects = TopicQuerySet.as_manager()

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")
        constraints = [
            models.CheckConstraint(condition=~Q(title=""), name="topic_has_a_title"),
            models.CheckConstraint(condition=Q(author__isnull=False) | ~Q(author_name=""), name="topic_says_who_wrote"),
            models.CheckConstraint(
                condition=Q(reply_count__gte=0, view_count__gte=0, like_count__gte=0),
                name="topic_counts_are_not_negative",
            ),
            models.CheckConstraint(condition=Q(reply_count__lte=F("last_number")), name="topic_replies_within_numbers"),
            models.CheckConstraint(
                condition=Q(best_answer__isnull=True) | Q(best_answer_at__isnull=False),
                name="topic_best_answer_has_a_time",
            ),
        ]
        indexes = [
            models.Index(
                F("pinned_at").desc(nulls_last=True), F("last_post_at").desc(), F("id").desc(),
                condition=Q(deleted_at__isnull=True), name="topic_recent",
            ),
            models.Index(
                "category", F("pinned_at").desc(nulls_last=True), F("last_post_at").desc(), F("id").desc(),
                condition=Q(deleted_at__isnull=True), name="topic_recent_in_category",
            ),
            models.Index(
                F("last_post_at").desc(), F("id").desc(),
                condition=Q(deleted_at__isnull=True, best_answer__isnull=True), name="topic_unanswered",
            ),
            models.Index(
                F("created_at").desc(), F("id").desc(),
                condition=Q(deleted_at__isnull=True), name="topic_newest",
            ),
            models.Index(
                F("best_answer_at").desc(), F("id").desc(),
                condition=Q(deleted_at__isnull=True, best_answer__isnull=False), name="topic_newest_answered",
            ),
            models.Index("best_answer", condition=Q(best_answer__isnull=False), name="topic_by_best_answer"),
            models.Index(
                F("view_count").desc(), F("id").desc(),
                condition=Q(deleted_at__isnull=True), name="topic_most_viewed",
            ),
            models.Index(
                F("like_count").desc(), F("id").desc(),
                condition=Q(deleted_at__isnull=True), name="topic_most_liked",
            ),
            models.Index("author", F("last_post_at").desc(), name="topic_by_author"),
            models.Index("organization", F("created_at").desc(), name="topic_by_organization"),
            GinIndex(fields=["tags"], name="topic_tags"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.title

    @property
    def is_locked(self) -> bool:
        return self.locked_at is not None

    @property
    def author_label(self) -> str:
        """Name of who asked; of a topic taken over from elsewhere, as it stood there."""
        return self.author.get_full_name() if self.author is not None else self.author_name

    def get_absolute_url(self) -> str:
        return topic_url(self.id, self.slug)


def topic_url(topic_id: UUID, slug: str, number: int = 1, branch: int = 0, place: int = 0) -> str:
    """Return the address of the page that shows this post of a topic, without a trip through ``reverse``.

    The routes are fixed (``forums:topic``, ``forums:branch``); a test keeps the two the same.
    """
    address = f"/forums/topics/{topic_id}/{quote(slug)}/"
    if place > REPLIES_SHOWN:
        address, page = f"{address}replies/{branch}/", page_of(place, REPLIES_PER_PAGE)
    else:
        page = page_of(branch)
    address = f"{address}?page={page}" if page > 1 else address
    return f"{address}#post-{number}" if number > 1 else address
