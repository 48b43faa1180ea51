"""Reports and decisions, for whom they concern: who reported, who wrote, who moderates."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, Min, Q, QuerySet

from forums.actions.decisions import AMONG_MODERATORS
from forums.documents import PostRevision
from forums.models import Decision, Post, Report, ReportedPost, ReportState
from forums.queries.history import Version, chain_of, versions
from p2psandbox.platform.errors import NotFound
from p2psandbox.platform.permissions import Actor, Permission, allows, require

_RELATED = ("topic", "post", "takes_back", "taken_back_by")
#: Posts shown before and after the one to judge, and earlier decisions about its author.
_NEAR, _LATEST = 2, 10


@dataclass(frozen=True, slots=True)
class Reportable:
    """A post somebody may report, or has reported: then ``report`` says what came of it.

    ``is_visible`` is false where only the reader's own report still tells of the post.
    """

    post: Post
    report: Report | None
    is_visible: bool

    @property
    def is_settled(self) -> bool:
        return self.report is not None and self.report.state != ReportState.OPEN


@dataclass(frozen=True, slots=True)
class Moderated:
    """A post with what was decided about it, newest first, for its author and for moderators."""

    post: Post
    html: str
    decisions: list[Decision]

    @property
    def is_hidden(self) -> bool:
        return self.post.hidden_at is not None


def reportable(actor: Actor, post_id: UUID) -> Reportable:
    """Return a post to report, or the reader's own report of it. Raises ``NotSignedIn``, ``NotVerified``, ``NotFound``.

    Who reported a post hears what came of it also when it is hidden or deleted since.
    """
    require(actor, Permission.READ_MEMBERS_AREA)
    related = ("author", "organization", "topic__category")
    post: Post | None = Post.objects.select_related(*related).filter(pk=post_id).first()
    report = Report.objects.filter(post_id=post_id, reporter_id=actor.id).first()
    visible = post is not None and Post.objects.visible_to(actor).filter(pk=post_id).exists()
    if post is None or not (visible or report):
        raise NotFound
    return Reportable(post, report, visible)


def moderated(actor: Actor, post_id: UUID) -> Moderated:
    """Return a post that moderators decided about, with its text and their reasons.

    Its author sees it, hidden or not, and moderators do. Raises ``NotSignedIn``, ``NotVerified``, ``NotFound`` (also
    where nothing was decided), ``Unavailable``.
    """
    require(actor, Permission.READ_MEMBERS_AREA)
    post: Post | None = Post.objects.select_related("topic").filter(pk=post_id).first()
    mine = post is not None and post.author_id is not None and post.author_id == actor.id
    if post is None or not (mine or allows(actor, Permission.MODERATE_FORUMS)):
        raise NotFound
    about = Q(post_id=post_id)
    if post.number == 1:
        about |= Q(topic_id=post.topic_id, post__isnull=True)
    rows = Decision.objects.filter(about).select_related(*_RELATED)
    if not allows(actor, Permission.MODERATE_FORUMS):
        rows = rows.exclude(kind__in=AMONG_MODERATORS)
    found = list(rows.order_by("-at", "-id"))
    if not found:
        raise NotFound
    return Moderated(post, PostRevision.get(post.revision_id).html, found)


def hidden_question(actor: Actor, topic_id: UUID) -> UUID | None:
    """Return the question of a topic the actor asked, if moderators hid it: they may read why, others nothing."""
    if actor.id is None or not allows(actor, Permission.READ_MEMBERS_AREA):
        return None
    mine = Post.objects.filter(topic_id=topic_id, number=1, author_id=actor.id, hidden_at__isnull=False)
    found: UUID | None = mine.values_list("pk", flat=True).first()
    return found


def decisions_about(actor: Actor) -> QuerySet[Decision]:
    """Return what was decided about what the actor wrote, newest first. Raises ``NotSignedIn``, ``NotVerified``."""
    require(actor, Permission.READ_MEMBERS_AREA)
    found = Decision.objects.filter(person_id=actor.id).select_related(*_RELATED)
    return found.order_by("-at", "-id")


@dataclass(frozen=True, slots=True)
class Standing:
    """What a post's author has written and what became of it, in numbers."""

    posts: int
    hidden: int
    upheld: int
    organizations: int


@dataclass(frozen=True, slots=True)
class Review:
    """A post as a moderator judges it. ``around`` are posts beside it with their texts, the one it answers first."""

    post: Post
    html: str
    reports: list[Report]
    around: list[tuple[Post, str]]
    versions: list[Version]
    decisions: list[Decision]
    of_author: list[Decision]
    standing: Standing

    @property
    def open_reports(self) -> list[Report]:
        return [report for report in self.reports if report.state == ReportState.OPEN]


def reported_posts(actor: Actor) -> QuerySet[ReportedPost]:
    """Return the posts that were ever reported, each with what its open reports come to; moderators only.

    ``open_reports``, ``organizations`` (of the open ones), ``reasons`` and ``waiting_since``. Raises ``Forbidden``.
    """
    require(actor, Permission.READ_MEMBERS_AREA)
    require(actor, Permission.MODERATE_FORUMS)
    is_open = Q(reports__state=ReportState.OPEN)
    found = ReportedPost.objects.filter(reports__isnull=False).select_related("topic", "author", "organization")
    counted: QuerySet[ReportedPost] = found.annotate(
        open_reports=Count("reports", filter=is_open),
        organizations=Count("reports__organization", filter=is_open, distinct=True),
        reasons=ArrayAgg("reports__reason", filter=is_open, distinct=True, default=[]),
        waiting_since=Min("reports__created_at", filter=is_open),
    )
    return counted


def review(actor: Actor, post_id: UUID) -> Review:
    """Return all a moderator needs to judge a post. Raises ``Forbidden``, ``NotFound``, ``Unavailable``."""
    require(actor, Permission.READ_MEMBERS_AREA)
    require(actor, Permission.MODERATE_FORUMS)
    related = ("author__organization", "organization", "topic__category", "parent")
    post: Post | None = Post.objects.select_related(*related).filter(pk=post_id).first()
    if post is None:
        raise NotFound
    beside = list(_beside(post))
    texts = PostRevision.fetch([post.revision_id, *(one.revision_id for one in beside)])
    about = Decision.objects.filter(Q(post_id=post_id) | Q(topic_id=post.topic_id, post__isnull=True))
    of_author = Decision.objects.filter(person_id=post.author_id).exclude(post_id=post_id)
    if post.author_id is None:
        of_author = of_author.none()
    return Review(
        post=post,
        html=texts[post.revision_id].html,
        reports=list(Report.objects.filter(post_id=post_id).select_related("reporter", "organization")),
        around=[(one, texts[one.revision_id].html) for one in beside],
        versions=versions(chain_of(post)),
        decisions=list(about.select_related("actor", *_RELATED).order_by("-at", "-id")),
        of_author=list(of_author.select_related("actor", *_RELATED)[:_LATEST]),
        standing=_standing(post),
    )


def _beside(post: Post) -> QuerySet[Post]:
    """The post it answers, and a few written just before and after it."""
    near = Q(topic_id=post.topic_id, number__range=(post.number - _NEAR, post.number + _NEAR))
    found: QuerySet[Post] = Post.objects.filter(near | Q(pk=post.parent_id)).exclude(pk=post.pk)
    return found.select_related("author", "organization").order_by("number")


def _standing(post: Post) -> Standing:
    if post.author_id is None:
        return Standing(0, 0, 0, 0)
    counted = Post.objects.filter(author_id=post.author_id).aggregate(
        posts=Count("pk"), hidden=Count("pk", filter=Q(hidden_at__isnull=False))
    )
    against = Report.objects.filter(post__author_id=post.author_id, state=ReportState.UPHELD)
    upheld = against.aggregate(upheld=Count("pk"), organizations=Count("organization", distinct=True))
    return Standing(**counted, **upheld)
