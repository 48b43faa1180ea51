"""What comes in: topics, posts and the parameters of their lists."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from forums.models import Watch
from forums.queries import ORDERINGS, ThreadOrder
from forums.rules import MOST_ATTACHMENTS
from p2psandbox.platform.api.serializers import (
    StrictSerializer,
    TextField,
)
from p2psandbox.platform.search import MAX_QUERY

#: Orders of a topic's posts as the contract names them.
POST_ORDERINGS = {
    "number": ThreadOrder.OLDEST,
    "-likes": ThreadOrder.LIKES,
    "-number": ThreadOrder.NEWEST,
}


class TopicQuery(StrictSerializer):
    """Parameters of the list of topics; all combine."""

    category = serializers.CharField(required=False, max_length=90, help_text="Slug or id.")
    tag = serializers.CharField(required=False, max_length=40)
    author = serializers.UUIDField(required=False)
    answered = serializers.BooleanField(required=False, allow_null=True, default=None)
    mine = serializers.BooleanField(required=False, default=False)
    bookmarked = serializers.BooleanField(required=False, default=False)
    search = serializers.CharField(required=False, max_length=MAX_QUERY)
    ordering = serializers.ChoiceField(required=False, choices=list(ORDERINGS), default="-last_post_at")


class PostQuery(StrictSerializer):
    """Parameters of a topic's posts; ``around`` opens the page that holds that post or what it hangs on."""

    around = serializers.UUIDField(required=False)
    ordering = serializers.ChoiceField(required=False, choices=list(POST_ORDERINGS), default="number")


def _files(**given: Any) -> serializers.ListField:
    return serializers.ListField(
        child=serializers.UUIDField(), required=False, max_length=MOST_ATTACHMENTS * 3, **given
    )


class TopicIn(StrictSerializer):
    """A question. ``body`` is HTML; ``attachments`` ids of uploaded files (``POST files``, purpose ``attachment``)."""

    category = serializers.UUIDField()
    title = TextField()
    body = TextField()
    tags = serializers.ListField(child=TextField(allow_blank=True), required=False, default=list, max_length=20)
    attachments = _files(default=list)
    use_cases = serializers.ListField(
        child=serializers.UUIDField(), required=False, default=list, max_length=30,
        help_text="Published use cases the topic is about, beside those its text links to.",
    )  # fmt: skip


class TopicChange(StrictSerializer):
    """What an edit may change; only moderators move a topic to another category."""

    category = serializers.UUIDField(required=False)
    title = TextField(required=False)
    body = TextField(required=False)
    tags = serializers.ListField(child=TextField(allow_blank=True), required=False, max_length=20)
    attachments = _files()
    use_cases = serializers.ListField(child=serializers.UUIDField(), required=False, max_length=30)


class PostIn(StrictSerializer):
    """A reply, to ``parent`` if given. ``body`` is HTML; ``attachments`` ids of uploaded files."""

    body = TextField()
    parent = serializers.UUIDField(required=False, allow_null=True, default=None)
    attachments = _files(default=list)


class PostChange(StrictSerializer):
    """A post's new text and files; what is left out stays. ``attachments`` are all it is to have from now on.

    Pictures that the text shows need not be named: they stay as long as it shows them.
    """

    body = TextField(required=False)
    attachments = _files()


class WatchIn(StrictSerializer):
    """How much the asker wants to hear of a topic."""

    level = serializers.ChoiceField(choices=Watch.choices)


class BestAnswerIn(StrictSerializer):
    """The reply that answered the question."""

    post = serializers.UUIDField()
