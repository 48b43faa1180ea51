"""Forums in the catalogue: categories, topics, posts, likes.

What a post says is in :mod:`forums.documents`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Self
from urllib.parse import quote

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from organizations.models import Organization
from p2psandbox.platform.models import Record, SoftDeletable, SoftDeletableQuerySet
from p2psandbox.platform.permissions import Actor, Permission, allows

if TYPE_CHECKING:
    from uuid import UUID

#: Posts on one page of a topic; a post's page follows from its number alone.
POSTS_PER_PAGE = 20


def page_of(number: int, size: int = POSTS_PER_PAGE) -> int:
    """Return the page (from 1) that holds the post with this number."""
    return (number - 1) // size + 1


class Colour(models.TextChoices):
    """Hues of the design system a category may wear; never the only sign of what it is."""

    PETROL = "petrol", _("Petrol")
    MOSS = "moss", _("Moss")
    CLAY = "clay", _("Clay")
    PLUM = "plum", _("Plum")
    SLATE = "slate", _("Slate")
    OCHRE = "ochre", _("Ochre")


class Category(Record):
    """A shelf for topics. ``topic_count`` counts those that are not deleted."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    slug = models.SlugField(max_length=90, unique=True)
    description = models.CharField(_("description"), max_length=300, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    colour = models.CharField(_("colour"), max_length=10, choices=Colour, default=Colour.PETROL)
    topic_count = models.IntegerField(default=0, editable=False)

    class Meta:
        ordering = ["position", "name"]
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        constraints = [
            models.CheckConstraint(condition=Q(topic_count__gte=0), name="category_topics_not_negative"),
            models.CheckConstraint(condition=Q(colour__in=Colour.values), name="category_colour_is_known"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("forums:category", args=[self.slug])


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
    ``last_number`` is the highest post number ever given; ``reply_count`` leaves out what was deleted.
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
    search_vector = SearchVectorField(null=True, editable=False)

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
            GinIndex(fields=["search_vector"], name="topic_search"),
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


def topic_url(topic_id: UUID, slug: str, number: int = 1) -> str:
    """Return the address of a topic's page that holds this post number, without a trip through ``reverse``.

    The route is fixed (``forums:topic``); a test keeps the two the same.
    """
    address = f"/forums/topics/{topic_id}/{quote(slug)}/"
    page = page_of(number)
    address = f"{address}?page={page}" if page > 1 else address
    return f"{address}#post-{number}" if number > 1 else address


class PostQuerySet(SoftDeletableQuerySet):
    """Posts as they are asked for."""

    def visible_to(self, actor: Actor) -> Self:
        """What this actor may see: members what is neither deleted nor hidden, moderators everything."""
        if not allows(actor, Permission.READ_MEMBERS_AREA):
            return self.none()
        if allows(actor, Permission.MODERATE_FORUMS):
            return self
        return self.filter(deleted_at__isnull=True, hidden_at__isnull=True, topic__deleted_at__isnull=True)


class Post(Record, SoftDeletable):
    """One contribution to a topic. Number 1 is the question; numbers are given once and never move.

    ``revision_id`` leads to what it says. ``reply_count`` counts direct replies that are not deleted.
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
    revision_id = models.UUIDField()
    excerpt = models.CharField(max_length=300, blank=True)
    edited_at = models.DateTimeField(null=True, blank=True)
    like_count = models.IntegerField(default=0, editable=False)
    reply_count = models.IntegerField(default=0, editable=False)
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
            models.CheckConstraint(condition=Q(number__gte=1), name="post_number_from_one"),
            models.CheckConstraint(
                condition=Q(like_count__gte=0, reply_count__gte=0), name="post_counts_are_not_negative"
            ),
            models.CheckConstraint(condition=Q(author__isnull=False) | ~Q(author_name=""), name="post_says_who_wrote"),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("id")), name="post_is_not_its_own_parent"
            ),
        ]
        indexes = [
            models.Index("author", F("created_at").desc(), name="post_by_author"),
            models.Index("organization", F("created_at").desc(), name="post_by_organization"),
        ]

    def __str__(self) -> str:
        return f"#{self.number}: {self.excerpt[:60]}"

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


class ImportedThread(Record):
    """A thread taken over from a file, so that taking the file again makes no second one."""

    key = models.CharField(max_length=64, unique=True)
    source = models.CharField(max_length=500, blank=True)
    licence = models.CharField(max_length=500, blank=True)
    topic = models.OneToOneField(Topic, on_delete=models.PROTECT, related_name="imported")

    def __str__(self) -> str:
        return self.source or self.key
