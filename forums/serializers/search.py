"""The shape of searches and what they find."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from forums.models import topic_url
from forums.queries.search import Hit, Kind, Sort
from forums.serializers.shown import CategoryChip
from p2psandbox.platform.api.serializers import OrganizationChip, PersonChip, StrictSerializer
from p2psandbox.platform.search import MAX_QUERY


class SearchQuery(StrictSerializer):
    """Parameters of a search; all combine. In ``q``: words, "phrases", -word, one or the other."""

    q = serializers.CharField(required=False, max_length=MAX_QUERY, allow_blank=True, default="")
    category = serializers.CharField(required=False, max_length=90, help_text="Slug or id.")
    tag = serializers.CharField(required=False, max_length=40)
    author = serializers.UUIDField(required=False)
    organization = serializers.UUIDField(required=False)
    answered = serializers.BooleanField(required=False, allow_null=True, default=None)
    after = serializers.DateTimeField(required=False)
    before = serializers.DateTimeField(required=False)
    kind = serializers.ChoiceField(required=False, choices=[kind.value for kind in Kind], default=Kind.ALL.value)
    sort = serializers.ChoiceField(required=False, choices=[sort.value for sort in Sort], default=Sort.RELEVANCE.value)


class SuggestionQuery(StrictSerializer):
    """The words typed so far."""

    q = serializers.CharField(required=False, max_length=MAX_QUERY, allow_blank=True, default="")


class TopicChip(serializers.Serializer[Any]):
    """The topic a hit stands in."""

    id = serializers.UUIDField()
    title = serializers.CharField()
    url = serializers.CharField(source="get_absolute_url")
    category = CategoryChip()
    tags = serializers.ListField(child=serializers.CharField())
    answered = serializers.SerializerMethodField()

    def get_answered(self, topic: Any) -> bool:
        return topic.best_answer_id is not None


class HitOut(serializers.Serializer[Any]):
    """A post that was found. The highlights are HTML: ``<mark>`` around what was meant, everything else escaped."""

    id = serializers.UUIDField(source="post.id")
    number = serializers.IntegerField(source="post.number")
    url = serializers.SerializerMethodField()
    title_highlight = serializers.CharField(source="title")
    snippet = serializers.CharField()
    topic = TopicChip(source="post.topic")
    author = PersonChip(source="post.author", allow_null=True)
    author_name = serializers.CharField(source="post.author_label")
    organization = OrganizationChip(source="post.organization", allow_null=True)
    is_best_answer = serializers.SerializerMethodField()
    like_count = serializers.IntegerField(source="post.like_count")
    created_at = serializers.DateTimeField(source="post.created_at")

    def get_url(self, hit: Hit) -> str:
        post = hit.post
        return topic_url(post.topic_id, post.topic.slug, post.number, post.branch, post.branch_place)

    def get_is_best_answer(self, hit: Hit) -> bool:
        return hit.post.pk == hit.post.topic.best_answer_id


class SuggestionOut(serializers.Serializer[Any]):
    """Something that begins as was typed."""

    kind = serializers.CharField(help_text="`topic`, `tag` or `category`.")
    label = serializers.CharField()
    url = serializers.CharField()
