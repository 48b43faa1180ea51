"""Reports and decisions, for whom they concern: who reported, who wrote, who moderates."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet

from forums.actions.decisions import AMONG_MODERATORS
from forums.documents import PostRevision
from forums.models import Decision, Post, Report, ReportState
from p2psandbox.platform.errors import NotFound
from p2psandbox.platform.permissions import Actor, Permission, allows, require

_RELATED = ("topic", "post", "takes_back", "taken_back_by")


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


def decisions_about(actor: Actor) -> QuerySet[Decision]:
    """Return what was decided about what the actor wrote, newest first. Raises ``NotSignedIn``, ``NotVerified``."""
    require(actor, Permission.READ_MEMBERS_AREA)
    found = Decision.objects.filter(person_id=actor.id).select_related(*_RELATED)
    return found.order_by("-at", "-id")
