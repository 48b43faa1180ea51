"""Reports and decisions as JSON, for whom they concern. What moderators do, they do in Django admin."""

from __future__ import annotations

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from forums.actions import reports
from forums.queries import moderation
from forums.serializers.moderation import DecisionOut, ModeratedOut, ReportIn, ReportOut
from p2psandbox.platform.api.views import Endpoint


class PostReport(Endpoint):
    """Say that a post needs a moderator; saying it again changes reason and note."""

    @extend_schema(operation_id="forums_posts_report", request=ReportIn, responses=ReportOut)
    def post(self, request: Request, post_id: UUID) -> Response:
        given = self.body(ReportIn)
        made = reports.report_post(actor=self.actor, post_id=post_id, reason=given["reason"], note=given["note"])
        return Response(ReportOut(made).data)


class PostDecisions(Endpoint):
    """What moderators decided about a post and why: for its author, who reads it also while it is hidden."""

    @extend_schema(operation_id="forums_posts_decisions", responses=ModeratedOut)
    def get(self, request: Request, post_id: UUID) -> Response:
        return Response(ModeratedOut(moderation.moderated(self.actor, post_id)).data)


class Decisions(Endpoint):
    """What moderators decided about anything the asker wrote, newest first."""

    paged = True

    @extend_schema(operation_id="forums_decisions", responses=DecisionOut(many=True))
    def get(self, request: Request) -> Response:
        return self.numbered(moderation.decisions_about(self.actor), DecisionOut)
