"""Posts as JSON."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import remove_query_param

from forums import queries
from forums.actions import likes, posts
from forums.queries import History, PostSequence, ReplySequence
from forums.serializers.shown import BranchOut, PostOut, VersionOut
from forums.serializers.written import (
    POST_ORDERINGS,
    PostChange,
    PostIn,
    PostQuery,
)
from p2psandbox.platform.api.pagination import NumberedPages
from p2psandbox.platform.api.serializers import StrictSerializer, show, show_each
from p2psandbox.platform.api.views import Endpoint
from p2psandbox.platform.idempotency import once


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
