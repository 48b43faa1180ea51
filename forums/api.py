"""The forums' JSON endpoints."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import remove_query_param

from forums import queries
from forums.actions import answers, likes, posts, reading, topics
from forums.models import Watch
from forums.queries import History, PostSequence, ReplySequence, TopicFilters, TopicSequence
from forums.serializers import (
    POST_ORDERINGS,
    BestAnswerIn,
    BranchOut,
    CategoryOut,
    PostChange,
    PostIn,
    PostOut,
    PostQuery,
    TopicChange,
    TopicDetailOut,
    TopicIn,
    TopicOut,
    TopicQuery,
    VersionOut,
    WatchIn,
)
from p2psandbox.platform.api.pagination import NumberedPages
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


class _PostPages(NumberedPages):
    """Numbered pages that may open at a certain post."""

    def __init__(self, at: int | None) -> None:
        self.at = at

    def get_page_number(self, request: Request, paginator: Any) -> Any:
        """Return the page that holds position ``at``, else the one asked for."""
        if self.at is not None:
            return self.at // paginator.per_page + 1
        return super().get_page_number(request, paginator)

    def get_next_link(self) -> str | None:
        """Return the next page's address, no longer tied to a post."""
        link = super().get_next_link()
        return remove_query_param(link, "around") if link else None

    def get_previous_link(self) -> str | None:
        """Return the previous page's address, no longer tied to a post."""
        link = super().get_previous_link()
        return remove_query_param(link, "around") if link else None


class Posts(Endpoint):
    """The posts that answer a topic's question, each with its first replies; write another."""

    query = PostQuery
    paged = True
    idempotent = True

    @extend_schema(operation_id="forums_posts_list", responses=BranchOut(many=True))
    def get(self, request: Request, topic_id: UUID) -> Response:
        found = PostSequence(self.actor, topic_id, order=POST_ORDERINGS[self.params["ordering"]])
        around = self.params.get("around")
        pages = _PostPages(found.position(around) if around else None)
        rows: Any = pages.paginate_queryset(found, request, view=self)  # type: ignore[arg-type]  # a sequence will do
        return pages.get_paginated_response(show_each(BranchOut, rows))

    @extend_schema(operation_id="forums_posts_create", request=PostIn, responses={201: PostOut})
    def post(self, request: Request, topic_id: UUID) -> Response:
        given = self.body(PostIn)
        post_id, _new = once(
            actor=self.actor,
            kind=f"forums.reply:{topic_id.hex}",
            key=self.idempotency_key(),
            make=lambda: (
                posts.reply(
                    actor=self.actor,
                    topic_id=topic_id,
                    body=given["body"],
                    parent_id=given["parent"],
                    attachments=given["attachments"],
                ).id
            ),
        )
        return Response(show(PostOut, queries.written(self.actor, post_id)), status=status.HTTP_201_CREATED)


class Post(Endpoint):
    """One post with its place in the thread."""

    @extend_schema(operation_id="forums_posts_read", responses=PostOut)
    def get(self, request: Request, post_id: UUID) -> Response:
        return Response(show(PostOut, queries.written(self.actor, post_id)))

    @extend_schema(operation_id="forums_posts_change", request=PostChange, responses=PostOut)
    def patch(self, request: Request, post_id: UUID) -> Response:
        posts.edit_post(actor=self.actor, post_id=post_id, **self.body(PostChange))
        return Response(show(PostOut, queries.written(self.actor, post_id)))

    @extend_schema(operation_id="forums_posts_delete", responses={204: None})
    def delete(self, request: Request, post_id: UUID) -> Response:
        posts.delete_post(actor=self.actor, post_id=post_id)
        return Response(status=status.HTTP_204_NO_CONTENT)


class Replies(Endpoint):
    """What hangs on a post, in the order of writing."""

    paged = True

    @extend_schema(operation_id="forums_posts_replies", responses=PostOut(many=True))
    def get(self, request: Request, post_id: UUID) -> Response:
        return self.numbered(ReplySequence(self.actor, post_id), PostOut)


class Revisions(Endpoint):
    """A post's edits, the latest first, for its author and moderators."""

    paged = True

    @extend_schema(operation_id="forums_posts_revisions", responses=VersionOut(many=True))
    def get(self, request: Request, post_id: UUID) -> Response:
        return self.numbered(History(self.actor, post_id), VersionOut)


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


class Like(Endpoint):
    """The asker's like of a post: set or taken back, as often as asked."""

    @extend_schema(operation_id="forums_posts_like", request=None, responses={204: None})
    def put(self, request: Request, post_id: UUID) -> Response:
        self.body(StrictSerializer)
        likes.like(actor=self.actor, post_id=post_id)
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(operation_id="forums_posts_unlike", responses={204: None})
    def delete(self, request: Request, post_id: UUID) -> Response:
        likes.unlike(actor=self.actor, post_id=post_id)
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
