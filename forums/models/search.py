"""What search looks at: one row per post, apart from the post's own, which changes with every like."""

from __future__ import annotations

from typing import Self

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Q

from forums.models.posts import Post
from forums.models.topics import Topic
from p2psandbox.platform.permissions import Actor, Permission, allows


class SearchEntryQuerySet(models.QuerySet["SearchEntry"]):
    """Entries as they are asked for."""

    def visible_to(self, actor: Actor) -> Self:
        """Entries of the posts this actor may see."""
        if allows(actor, Permission.MODERATE_FORUMS):
            return self
        return self.filter(post__in=Post.objects.visible_to(actor))

    def questions(self) -> Self:
        return self.filter(number=1)

    def replies(self) -> Self:
        return self.filter(number__gt=1)


class SearchEntry(models.Model):
    """The words of one post. A question's hold its topic's title and tags, too, and those once more as ``head``.

    Everything but the words is given once with the post; whatever may change (category, state, likes, deletion) is
    read from the post and its topic, so that it is never stale here. ``revision_id`` is the text the words are of,
    ``recipe`` how they were taken (``platform.search.RECIPE``): ``manage.py reindex_search`` goes by these.
    """

    post = models.OneToOneField(Post, on_delete=models.CASCADE, primary_key=True, related_name="search_entry")
    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="+", db_index=False)
    number = models.PositiveIntegerField()
    created_at = models.DateTimeField()
    vector = SearchVectorField()
    head = SearchVectorField(null=True)
    revision_id = models.UUIDField()
    recipe = models.PositiveSmallIntegerField()

    objects = SearchEntryQuerySet.as_manager()

    class Meta:
        verbose_name = "search entry"
        verbose_name_plural = "search entries"
        # Without a list of pending entries, which every search would have to read through.
        indexes = [
            GinIndex(fields=["vector"], fastupdate=False, condition=Q(number=1), name="search_questions"),
            GinIndex(fields=["vector"], fastupdate=False, condition=Q(number__gt=1), name="search_replies"),
            GinIndex(fields=["head"], fastupdate=False, condition=Q(number=1), name="search_heads"),
            models.Index(F("created_at").desc(), condition=Q(number=1), name="search_questions_newest"),
            models.Index(F("created_at").desc(), condition=Q(number__gt=1), name="search_replies_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.topic_id} #{self.number}"
