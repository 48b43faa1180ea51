"""Categories and topics as JSON."""

from __future__ import annotations

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from forums import queries
from forums.actions import answers, reading, topics
from forums.models import Watch
from forums.queries import TopicFilters, TopicSequence
from forums.serializers.shown import CategoryOut, TopicDetailOut, TopicOut
from forums.serializers.written import (
    BestAnswerIn,
    TopicChange,
    TopicIn,
    TopicQuery,
    WatchIn,
)
from p2psandbox.platform.api.serializers import StrictSerializer, show, show_each
from p2psandbox.platform.api.views import Endpoint
from p2psandbox.platform.idempotency import once


class Categories(Endpoint):
    """The forums' categories, in their order, with topic counts."""

    @extend_schema(operation_id="forums_categories", responses=CategoryOut(many=True))
    def get(self, request: Request) -> Response:
        return Response(show_each(CategoryOut, queries.categories(self.actor)))


class Topics(Endpoint):
    """Topics: list them, narrowed and ordered; ask a question."""

    query = TopicQuery
    paged = True
    idempotent = True

    @extend_schema(operation_id="forums_topics_list", responses=TopicOut(many=True))
    def get(self, request: Request) -> Response:
        given = dict(self.params)
        if name := given.pop("category", None):
            given["category"] = queries.category_id(self.actor, name)
        return self.numbered(TopicSequence(self.actor, TopicFilters(**given)), TopicOut)

    @extend_schema(operation_id="forums_topics_create", request=TopicIn, responses={201: TopicDetailOut})
    def post(self, request: Request) -> Response:
        given = self.body(TopicIn)
        topic_id, _new = once(
            actor=self.actor,
            kind="forums.topic",
            key=self.idempotency_key(),
            make=lambda: (
                topics.create_topic(
                    actor=self.actor,
                    category_id=given["category"],
                    title=given["title"],
                    body=given["body"],
                    tags=given["tags"],
                    attachments=given["attachments"],
                    use_cases=given["use_cases"],
                ).id
            ),
        )
        return Response(show(TopicDetailOut, queries.topic_detail(self.actor, topic_id)), status=201)


class Topic(Endpoint):
    """One topic with its question, its best answer and what the asker may do."""

    @extend_schema(operation_id="forums_topics_read", responses=TopicDetailOut)
    def get(self, request: Request, topic_id: UUID) -> Response:
        return Response(show(TopicDetailOut, queries.topic_detail(self.actor, topic_id)))

    @extend_schema(operation_id="forums_topics_change", request=TopicChange, responses=TopicDetailOut)
    def patch(self, request: Request, topic_id: UUID) -> Response:
        given = self.body(TopicChange)
        if "category" in given:
            given["category_id"] = given.pop("category")
        topics.edit_topic(actor=self.actor, topic_id=topic_id, **given)
        return Response(show(TopicDetailOut, queries.topic_detail(self.actor, topic_id)))

    @extend_schema(operation_id="forums_topics_delete", responses={204: None})
    def delete(self, request: Request, topic_id: UUID) -> Response:
        topics.delete_topic(actor=self.actor, topic_id=topic_id)
        return Response(status=status.HTTP_204_NO_CONTENT)


class Bookmark(Endpoint):
    """The asker's bookmark of a topic: set or taken back, as often as asked."""

    @extend_schema(operation_id="forums_topics_bookmark", request=None, responses={204: None})
    def put(self, request: Request, topic_id: UUID) -> Response:
        self.body(StrictSerializer)
        reading.set_bookmark(actor=self.actor, topic_id=topic_id, bookmarked=True)
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(operation_id="forums_topics_unbookmark", responses={204: None})
    def delete(self, request: Request, topic_id: UUID) -> Response:
        reading.set_bookmark(actor=self.actor, topic_id=topic_id, bookmarked=False)
        return Response(status=status.HTTP_204_NO_CONTENT)


class Watching(Endpoint):
    """How much the asker hears of a topic; taken back, it is as usual again."""

    @extend_schema(operation_id="forums_topics_watch", request=WatchIn, responses={204: None})
    def put(self, request: Request, topic_id: UUID) -> Response:
        reading.set_watch(actor=self.actor, topic_id=topic_id, level=self.body(WatchIn)["level"])
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(operation_id="forums_topics_unwatch", responses={204: None})
    def delete(self, request: Request, topic_id: UUID) -> Response:
        reading.set_watch(actor=self.actor, topic_id=topic_id, level=Watch.NORMAL)
        return Response(status=status.HTTP_204_NO_CONTENT)


class BestAnswer(Endpoint):
    """Which reply answered the question: chosen by who asked, one at a time."""

    @extend_schema(operation_id="forums_best_answer_choose", request=BestAnswerIn, responses={204: None})
    def put(self, request: Request, topic_id: UUID) -> Response:
        chosen = self.body(BestAnswerIn)["post"]
        answers.mark_best_answer(actor=self.actor, topic_id=topic_id, post_id=chosen)
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(operation_id="forums_best_answer_take_back", responses={204: None})
    def delete(self, request: Request, topic_id: UUID) -> Response:
        answers.unmark_best_answer(actor=self.actor, topic_id=topic_id)
        return Response(status=status.HTTP_204_NO_CONTENT)
