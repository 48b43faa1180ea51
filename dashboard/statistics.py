"""An organization in numbers: exact, counted from the rows when asked.

What is deleted counts nowhere. A person counts as active when they are confirmed and not switched off. A
contribution is a post (a topic's opening one included) or the publication of a use case.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, Q, Sum
from django.utils import timezone

from accounts.models import Invitation, InvitationStatus, MemberRole, User
from forums.models import Post, Topic
from p2psandbox.platform.errors import NotFound
from p2psandbox.platform.files.queries import usage
from p2psandbox.platform.permissions import Actor, Permission, require
from usecases.models import Status, UseCase

#: Posts that members can read.
_THERE = Q(deleted_at__isnull=True, hidden_at__isnull=True, topic__deleted_at__isnull=True)


@dataclass(frozen=True, slots=True)
class Users:
    total: int
    active: int
    admins: int
    pending_invitations: int


@dataclass(frozen=True, slots=True)
class ContentCounts:
    """``posts`` are replies; ``best_answers`` were given by its people; ``views`` are of topics and use cases."""

    topics: int
    posts: int
    best_answers: int
    use_cases_by_status: dict[str, int]
    views: int


@dataclass(frozen=True, slots=True)
class Activity:
    """Contributions of the last seven and thirty times 24 hours."""

    last_7_days: int
    last_30_days: int


@dataclass(frozen=True, slots=True)
class Storage:
    files: int
    bytes: int
    quota_bytes: int


@dataclass(frozen=True, slots=True)
class OrganizationStatistics:
    users: Users
    content: ContentCounts
    activity: Activity
    storage: Storage


def own_statistics(actor: Actor) -> OrganizationStatistics:
    """Return the numbers of the actor's own organization, in eleven statements however much there is.

    Raises ``NotSignedIn``, ``NotVerified``, and ``NotFound`` for people without an organization.
    """
    require(actor, Permission.READ_MEMBERS_AREA)
    if actor.organization_id is None:
        raise NotFound
    organization_id = actor.organization_id
    require(actor, Permission.SEE_STATISTICS, organization_id=organization_id)
    room = usage(organization_id)
    return OrganizationStatistics(
        users=_users(organization_id),
        content=_content(organization_id),
        activity=_activity(organization_id, now=timezone.now()),
        storage=Storage(room.files, room.bytes, room.quota_bytes),
    )


def _users(organization_id: UUID) -> Users:
    active = Q(is_active=True, email_verified_at__isnull=False)
    found = User.objects.filter(organization_id=organization_id, deleted_at__isnull=True).aggregate(
        total=Count("pk"),
        active=Count("pk", filter=active),
        admins=Count("pk", filter=active & Q(role=MemberRole.ADMIN)),
    )
    waiting = Invitation.objects.filter(organization_id=organization_id).in_status(InvitationStatus.PENDING).count()
    return Users(**found, pending_invitations=waiting)


def _content(organization_id: UUID) -> ContentCounts:
    own = Q(organization_id=organization_id)
    helped = Q(best_answer__organization_id=organization_id)
    topics = (
        Topic.objects.alive()
        .filter(own | helped)
        .aggregate(
            topics=Count("pk", filter=own),
            best_answers=Count("pk", filter=helped),
            views=Sum("view_count", filter=own, default=0),
        )
    )
    posts = Post.objects.filter(own, _THERE, number__gt=1).count()
    stories = UseCase.objects.alive().filter(own).values("status").annotate(count=Count("pk"), views=Sum("view_count"))
    by_status = dict.fromkeys(Status.values, 0)
    views = 0
    for row in stories.order_by():
        by_status[row["status"]] = row["count"]
        views += row["views"]
    return ContentCounts(
        topics=topics["topics"],
        posts=posts,
        best_answers=topics["best_answers"],
        use_cases_by_status=by_status,
        views=topics["views"] + views,
    )


def _activity(organization_id: UUID, *, now: datetime) -> Activity:
    week, month = now - timedelta(days=7), now - timedelta(days=30)
    posts = Post.objects.filter(_THERE, organization_id=organization_id, created_at__gt=month).aggregate(
        month=Count("pk"), week=Count("pk", filter=Q(created_at__gt=week))
    )
    stories = (
        UseCase.objects.alive()
        .filter(organization_id=organization_id, status=Status.PUBLISHED, published_at__gt=month)
        .aggregate(month=Count("pk"), week=Count("pk", filter=Q(published_at__gt=week)))
    )
    return Activity(last_7_days=posts["week"] + stories["week"], last_30_days=posts["month"] + stories["month"])
