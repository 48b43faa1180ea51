"""What goes out: categories, topics and posts."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from forums.models import Post, Topic, Watch, page_of, topic_url
from forums.queries import Branch, TopicDetail, Written
from p2psandbox.platform.api.serializers import (
    OrganizationChip,
    PersonChip,
    show,
    show_each,
)


class CategoryChip(serializers.Serializer[Any]):
    """The category as it stands beside a topic."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    slug = serializers.CharField()


class CategoryOut(CategoryChip):
    """A category."""

    description = serializers.CharField()
    colour = serializers.CharField()
    position = serializers.IntegerField()
    topic_count = serializers.IntegerField()


class TopicOut(serializers.Serializer[Any]):
    """A topic in a list. ``author`` is null for topics taken over from elsewhere; ``author_name`` never is."""

    id = serializers.UUIDField()
    url = serializers.CharField(source="get_absolute_url")
    title = serializers.CharField()
    slug = serializers.CharField()
    category = CategoryChip()
    tags = serializers.ListField(child=serializers.CharField())
    excerpt = serializers.CharField()
    author = PersonChip(allow_null=True)
    author_name = serializers.CharField(source="author_label")
    organization = OrganizationChip(allow_null=True)
    reply_count = serializers.IntegerField()
    view_count = serializers.IntegerField()
    like_count = serializers.IntegerField()
    answered = serializers.SerializerMethodField()
    best_answer_id = serializers.UUIDField(allow_null=True)
    pinned = serializers.SerializerMethodField()
    locked = serializers.BooleanField(source="is_locked")
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()
    last_post_at = serializers.DateTimeField()

    def get_answered(self, topic: Topic) -> bool:
        return topic.best_answer_id is not None

    def get_pinned(self, topic: Topic) -> bool:
        return topic.pinned_at is not None


class PostCan(serializers.Serializer[Any]):
    """What the asker may do with a post."""

    edit = serializers.BooleanField(source="can_edit")
    delete = serializers.SerializerMethodField()
    like = serializers.BooleanField(source="can_like")
    choose_best_answer = serializers.BooleanField(source="can_choose")

    def get_delete(self, written: Written) -> bool:
        return written.can_edit and written.post.number > 1


class AttachmentOut(serializers.Serializer[Any]):
    """A file of a post. The addresses last and ask for permission each time; ``in_text``: the text shows it."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    content_type = serializers.CharField()
    size = serializers.IntegerField()
    width = serializers.IntegerField(allow_null=True)
    height = serializers.IntegerField(allow_null=True)
    url = serializers.CharField()
    download_url = serializers.CharField()
    thumbnail_url = serializers.CharField(allow_null=True)
    in_text = serializers.BooleanField()


class PostOut(serializers.Serializer[Any]):
    """A post with its place in the thread. ``body`` is sanitised HTML, null where it was deleted or hidden.

    ``branch`` counts the answers to the question (0: the question itself), ``branch_place`` what hangs on each.
    ``reply_count`` of a post that opens a branch counts all that hang on it, of others the direct replies.
    """

    id = serializers.UUIDField(source="post.id")
    topic = serializers.UUIDField(source="post.topic_id")
    number = serializers.IntegerField(source="post.number")
    branch = serializers.IntegerField(source="post.branch")
    branch_place = serializers.IntegerField(source="post.branch_place")
    page = serializers.SerializerMethodField()
    url = serializers.SerializerMethodField()
    parent = serializers.UUIDField(source="post.parent_id", allow_null=True)
    author = PersonChip(source="post.author", allow_null=True)
    author_name = serializers.CharField(source="post.author_label")
    organization = OrganizationChip(source="post.organization", allow_null=True)
    body = serializers.CharField(source="html", allow_null=True)
    attachments = AttachmentOut(many=True)
    is_best_answer = serializers.BooleanField(source="is_best")
    like_count = serializers.IntegerField(source="post.like_count")
    liked = serializers.BooleanField()
    reply_count = serializers.SerializerMethodField()
    created_at = serializers.DateTimeField(source="post.created_at")
    edited_at = serializers.DateTimeField(source="post.edited_at", allow_null=True)
    deleted_at = serializers.DateTimeField(source="post.deleted_at", allow_null=True)
    can = PostCan(source="*")

    def get_page(self, written: Written) -> int:
        return page_of(written.post.branch)

    def get_reply_count(self, written: Written) -> int:
        post: Post = written.post
        return post.branch_replies if post.branch and not post.branch_place else post.reply_count

    def get_url(self, written: Written) -> str:
        post: Post = written.post
        return topic_url(post.topic_id, post.topic.slug, post.number, post.branch, post.branch_place)


class PieceOut(serializers.Serializer[Any]):
    """A stretch of text and what became of it."""

    kind = serializers.ChoiceField(choices=["same", "removed", "added"])
    text = serializers.CharField()


class VersionOut(serializers.Serializer[Any]):
    """An edit of a post: who made it, when, and what it changed in the text."""

    author_name = serializers.CharField(source="by")
    created_at = serializers.DateTimeField(source="at")
    changes = PieceOut(many=True)


class BranchOut(PostOut):
    """A post that answers the question, with the first few of what hangs on it."""

    replies = PostOut(many=True)

    def to_representation(self, instance: Branch) -> dict[str, Any]:
        """Lay the replies beside the post's own fields."""
        shown: dict[str, Any] = dict(show(PostOut, instance.head))
        shown["replies"] = show_each(PostOut, instance.replies)
        return shown


class TopicCan(serializers.Serializer[Any]):
    """What the asker may do with a topic."""

    reply = serializers.BooleanField()
    edit = serializers.BooleanField()
    delete = serializers.BooleanField()
    choose_best_answer = serializers.BooleanField()
    moderate = serializers.BooleanField()


class StoryLink(serializers.Serializer[Any]):
    """A use case a topic is about."""

    id = serializers.UUIDField()
    title = serializers.CharField()
    url = serializers.CharField(source="get_absolute_url")


class TopicDetailOut(TopicOut):
    """A topic with its question, its best answer and what the asker may do."""

    opening_post = PostOut()
    best_answer = PostOut(allow_null=True)
    use_cases = StoryLink(many=True)
    can = TopicCan()
    last_number = serializers.IntegerField()
    read_number = serializers.IntegerField(help_text="The highest post number up to which the asker has read.")
    bookmarked = serializers.BooleanField()
    watch = serializers.ChoiceField(choices=Watch.choices)

    def to_representation(self, instance: TopicDetail) -> dict[str, Any]:
        """Lay the topic's own fields beside its posts."""
        shown: dict[str, Any] = dict(show(TopicOut, instance.topic))
        shown["opening_post"] = show(PostOut, instance.opening)
        shown["best_answer"] = show(PostOut, instance.best) if instance.best else None
        shown["use_cases"] = show_each(StoryLink, instance.use_cases)
        shown["can"] = instance.can
        shown["last_number"] = instance.topic.last_number
        shown |= {name: getattr(instance.reading, name) for name in ("read_number", "bookmarked", "watch")}
        return shown
