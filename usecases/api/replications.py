"""Reports on trying a story, as JSON."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from p2psandbox.platform.api.serializers import show
from p2psandbox.platform.api.views import Endpoint
from p2psandbox.platform.idempotency import once
from p2psandbox.platform.permissions import Actor
from usecases import queries
from usecases.actions import replications
from usecases.api.stories import metric_out
from usecases.models import Replication
from usecases.outcomes import Metric
from usecases.serializers import NoteSerializer, NothingSerializer
from usecases.serializers.replications import ReplicationChange, ReplicationIn, ReplicationOut


def shown(row: Replication) -> dict[str, Any]:
    """Return a report as :class:`ReplicationOut` takes it."""
    story = row.use_case
    plain = ("id", "organization", "author", "outcome", "summary", "context", "state", "note", "submitted_at")
    return {
        **{name: getattr(row, name) for name in plain},
        "published_at": row.published_at,
        "use_case": {"id": story.pk, "title": str(story), "url": story.get_absolute_url()},
        "metrics": [metric_out(Metric(**entry)) for entry in row.metrics],
    }


class _Rows(ReplicationOut):
    """Reports straight from rows."""

    def to_representation(self, instance: Any) -> Any:
        return super().to_representation(shown(instance))


def _answer(actor: Actor, pk: UUID, code: int = status.HTTP_200_OK) -> Response:
    return Response(show(ReplicationOut, shown(queries.replication(actor, pk))), status=code)


class Replications(Endpoint):
    """``use-cases/{id}/replications``."""

    paged = True
    idempotent = True

    @extend_schema(responses=ReplicationOut(many=True))
    def get(self, request: Request, pk: UUID) -> Response:
        """List what others report on trying this, the latest first."""
        return self.numbered(queries.replications(self.actor, pk), _Rows)

    @extend_schema(request=ReplicationIn, responses={201: ReplicationOut})
    def post(self, request: Request, pk: UUID) -> Response:
        """Report on trying this: a member's report waits for an admin of their own organization."""
        body = self.body(ReplicationIn)
        made, _new = once(
            actor=self.actor,
            kind=f"usecases.replication:{pk.hex}",
            key=self.idempotency_key(),
            make=lambda: replications.report(actor=self.actor, use_case_id=pk, **body).pk,
        )
        return _answer(self.actor, made, status.HTTP_201_CREATED)


class ReplicationDetail(Endpoint):
    """``replications/{id}``."""

    @extend_schema(request=ReplicationChange, responses=ReplicationOut)
    def patch(self, request: Request, pk: UUID) -> Response:
        """Change a report that is not signed off, and hand it in again."""
        body = self.body(ReplicationChange)
        return _answer(self.actor, replications.edit_report(actor=self.actor, replication_id=pk, **body).pk)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, pk: UUID) -> Response:
        """Withdraw a report."""
        replications.withdraw_report(actor=self.actor, replication_id=pk)
        return Response(status=status.HTTP_204_NO_CONTENT)


class ApproveReplication(Endpoint):
    """``replications/{id}/approve``."""

    @extend_schema(request=NothingSerializer, responses=ReplicationOut)
    def post(self, request: Request, pk: UUID) -> Response:
        """Sign a report of one's own organization off."""
        self.body(NothingSerializer)
        return _answer(self.actor, replications.approve_report(actor=self.actor, replication_id=pk).pk)


class RejectReplication(Endpoint):
    """``replications/{id}/reject``."""

    @extend_schema(request=NoteSerializer, responses=ReplicationOut)
    def post(self, request: Request, pk: UUID) -> Response:
        """Send a report of one's own organization back with a note."""
        body = self.body(NoteSerializer)
        return _answer(self.actor, replications.reject_report(actor=self.actor, replication_id=pk, **body).pk)
