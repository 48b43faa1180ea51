"""Stories as JSON: the same queries and actions as the pages."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from p2psandbox.platform.api.serializers import show
from p2psandbox.platform.api.views import Endpoint
from p2psandbox.platform.permissions import Actor, Permission, allows
from usecases import queries
from usecases.actions import contacts, drafts, lifecycle, reading
from usecases.api.filtering import filters_of
from usecases.models import ContactRequest, UseCase
from usecases.outcomes import Metric, change_percent, json_value
from usecases.presenting import cover_url
from usecases.queries import Story
from usecases.queries.counted import Counted
from usecases.queries.media import media_of
from usecases.serializers import (
    CardSerializer,
    ChangeSerializer,
    DetailQuery,
    DraftSerializer,
    FacetsSerializer,
    ListQuery,
    ListSerializer,
    UseCaseSerializer,
)
from usecases.serializers.media import medium


def _number(value: Any) -> float | None:
    return None if value is None else float(value)


def _rounded(distance: float | None) -> float | None:
    return None if distance is None else round(distance, 1)


def card(row: UseCase, shown: Any = None) -> dict[str, Any]:
    """Return a row as :class:`CardSerializer` takes it; ``shown`` carries the columns of another version."""
    shown = shown or row
    plain = (
        "title", "slug", "summary", "excerpt", "technologies", "timeline_months", "vendor", "visibility",
    )  # fmt: skip
    place = {n: getattr(shown, n) for n in ("city", "country", "latitude", "longitude", "site")}
    return {
        "id": row.pk,
        "url": row.get_absolute_url(),
        **{name: getattr(shown, name) for name in plain},
        **{name: getattr(shown, name) or None for name in ("category", "industry", "budget_range")},
        "location": place | {"country": shown.country or None},
        "headline": {
            "name": shown.headline_name,
            "change": _number(shown.headline_change),
            "unit": "%" if shown.headline_baseline is not None else shown.headline_unit,
            "period": shown.headline_period,
            "text": shown.headline_text,
            "improved": shown.headline_improved,
        },
        "organization": row.organization,
        "status": row.status,
        "featured": row.featured_at is not None,
        "views": row.view_count,
        "likes": row.like_count,
        "replications": row,
        "created_at": row.created_at,
        "updated_at": row.updated_at,
        "published_at": row.published_at,
        "distance_km": _rounded(getattr(row, "distance_km", None)),
        "cover_url": cover_url(shown.cover_id),
    }


def whole(actor: Actor, story: Story) -> dict[str, Any]:
    """Return a story as :class:`UseCaseSerializer` takes it, for this reader."""
    row, content = story.row, story.text()
    own = story.can.see_history
    signed_in = allows(actor, Permission.READ_MEMBERS_AREA)
    return card(row, story.shown) | {
        **{name: getattr(content, name).html for name in ("problem", "solution", "outcomes", "difficulties")},
        "lessons": content.lessons,
        "metrics": [metric_out(metric) for metric in content.metrics],
        "media": [medium(one) for one in media_of(story)],
        "contact": story.contact if story.contact and not story.contact.is_empty else None,
        "contact_request": request_state(story.request),
        "author": _person(row) if signed_in else None,
        "liked": story.liked,
        "bookmarked": story.bookmarked,
        "revision": row.version if own else None,
        "working_status": row.working_status or None if own else None,
        "can": story.can,
    }


def request_state(request: ContactRequest | None) -> str | None:
    """Return where the asker's own request for a contact stands, ``None`` where there is none."""
    return request.state if request is not None else None


def metric_out(metric: Metric) -> dict[str, Any]:
    """Return one outcome as :class:`MetricOut` takes it."""
    return {
        "name": metric.name,
        "unit": metric.unit,
        "baseline": json_value(metric.baseline),
        "result": json_value(metric.result),
        "period": metric.period,
        "method": metric.method,
        "change_percent": _number(change_percent(metric.baseline_value, metric.result_value)),
    }


def _person(row: UseCase) -> Any:
    """The author, with the organization the row brought along rather than a query more."""
    author = row.author
    if author.organization_id == row.organization_id:
        author.organization = row.organization
    return author


class Cards(CardSerializer):
    """Cards straight from rows."""

    def to_representation(self, instance: Any) -> Any:
        return super().to_representation(card(instance))


class UseCaseList(Endpoint):
    """``use-cases``."""

    query = ListQuery
    paged = True
    idempotent = True

    @extend_schema(operation_id="use_cases_list", responses=ListSerializer)
    def get(self, request: Request) -> Response:
        """List stories as cards."""
        filters = filters_of(self.params)
        found = queries.facets(self.actor, filters)
        answer = self.numbered(Counted(queries.listing(self.actor, filters), found.total), Cards)
        answer.data["facets"] = show(FacetsSerializer, found.choices)
        return answer

    @extend_schema(request=DraftSerializer, responses={201: UseCaseSerializer})
    def post(self, request: Request) -> Response:
        """Start a draft from any subset of the fields; the rest is prefilled from organization and person."""
        body = self.body(DraftSerializer)
        row, _created = drafts.start_draft(actor=self.actor, changes=body, key=self.idempotency_key())
        return answer(self.actor, row.pk, status.HTTP_201_CREATED)


def answer(actor: Actor, pk: UUID, code: int = status.HTTP_200_OK, *, draft: bool = False) -> Response:
    story = queries.read(actor, pk, working=draft)
    return Response(show(UseCaseSerializer, whole(actor, story)), status=code)


def answer_writer(actor: Actor, row: UseCase) -> Response:
    """Answer an edit with what was edited: the working copy where there is one."""
    return answer(actor, row.pk, draft=row.has_working_copy)


class UseCaseDetail(Endpoint):
    """``use-cases/{id}``."""

    query = DetailQuery

    @extend_schema(responses=UseCaseSerializer)
    def get(self, request: Request, pk: UUID) -> Response:
        """Read one story."""
        story = queries.read(self.actor, pk, working=self.params["draft"])
        reading.record_view(actor=self.actor, use_case=story.row)
        contacts.record_seen(actor=self.actor, row=story.row)
        return Response(show(UseCaseSerializer, whole(self.actor, story)))

    @extend_schema(request=ChangeSerializer, responses=UseCaseSerializer)
    def patch(self, request: Request, pk: UUID) -> Response:
        """Save changes into the working copy."""
        body = self.body(ChangeSerializer)
        revision = body.pop("revision", None)
        row = drafts.save_draft(actor=self.actor, use_case_id=pk, changes=body, revision=revision)
        return answer_writer(self.actor, row)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, pk: UUID) -> Response:
        """Delete a story; a moderator can restore it."""
        lifecycle.delete(actor=self.actor, use_case_id=pk)
        return Response(status=status.HTTP_204_NO_CONTENT)
