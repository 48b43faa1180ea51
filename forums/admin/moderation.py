"""Moderation in Django admin: the queue of reported posts, one page to judge each, and the record of decisions.

Everything calls the actions; nothing here writes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from forums.actions import moderation
from forums.models import Category, Decision, Post, Reason, Report, ReportedPost
from forums.queries import moderation as queries
from p2psandbox.platform.errors import Invalid, ProductError
from p2psandbox.platform.identifiers import as_uuid
from p2psandbox.platform.permissions import Actor
from p2psandbox.platform.readonly_admin import ReadOnlyAdmin
from p2psandbox.platform.web.middleware import actor_of

#: Characters of a post in the queue: enough to know it again.
_EXCERPT = 90


class WhatWaits(admin.SimpleListFilter):
    """Open reports first: they are what the queue is for."""

    title = gettext_lazy("reports")
    parameter_name = "reports"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("answered", _("Answered")), ("all", _("All"))]

    def choices(self, changelist: Any) -> Any:
        """Name the default after what it is."""
        first, *others = super().choices(changelist)
        yield {**first, "display": _("Waiting")}
        yield from others

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == "all":
            return queryset
        return queryset.filter(open_reports=0) if self.value() == "answered" else queryset.filter(open_reports__gt=0)


@admin.register(ReportedPost)
class ReportedPostAdmin(ReadOnlyAdmin):
    """Reported posts, the one that waits longest on top."""

    list_display = ["what", "reports_", "why", "waiting", "state", "who", "where"]
    list_filter = [WhatWaits]
    search_fields = ["excerpt", "topic__title", "author__first_name", "author__last_name"]
    show_full_result_count = False
    list_per_page = 50

    class Media:
        css = {"all": ["forums/moderation.css"]}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return queries.reported_posts(actor_of(request.user))

    def get_ordering(self, request: HttpRequest) -> list[str]:
        """Longest waiting first; said here, since Django's checks know columns only."""
        return ["waiting_since", "id"]

    @admin.display(description=gettext_lazy("Post"))
    def what(self, post: Any) -> str:
        return Truncator(post.excerpt).chars(_EXCERPT)

    @admin.display(description=gettext_lazy("Topic"))
    def where(self, post: Any) -> str:
        return f"{post.topic.title} (#{post.number})"

    @admin.display(description=gettext_lazy("Author"))
    def who(self, post: Any) -> str:
        return ", ".join(filter(None, [post.author_label, post.organization.name if post.organization else ""]))

    @admin.display(description=gettext_lazy("Reports"), ordering="open_reports")
    def reports_(self, post: Any) -> str:
        text = ngettext(
            "%(reports)d from %(count)d organization", "%(reports)d from %(count)d organizations", post.organizations
        )
        return text % {"reports": post.open_reports, "count": post.organizations}

    @admin.display(description=gettext_lazy("Reasons"))
    def why(self, post: Any) -> str:
        return ", ".join(str(Reason(reason).label) for reason in post.reasons)

    @admin.display(description=gettext_lazy("Waiting"), ordering="waiting_since")
    def waiting(self, post: Any) -> str:
        return timesince(post.waiting_since, depth=1) if post.waiting_since else "–"

    @admin.display(description=gettext_lazy("State"))
    def state(self, post: Any) -> str:
        return _state_of(post)

    def get_urls(self) -> list[Any]:
        decide = self.admin_site.admin_view(require_POST(self.decide))
        return [path("<uuid:post_id>/decide/", decide, name="forums_reportedpost_decide"), *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the page on which a moderator judges a post, reported or not."""
        if request.method != "GET" or not self.has_view_permission(request):
            raise PermissionDenied
        return self._page(request, object_id)

    def _page(self, request: HttpRequest, object_id: str, *, said: str = "", problem: str = "") -> HttpResponse:
        post_id = as_uuid(object_id)
        try:
            if post_id is None:
                raise Http404
            found = queries.review(actor_of(request.user), post_id)
        except ProductError as error:
            raise Http404(str(error)) from error
        context = {
            **self.admin_site.each_context(request),
            "opts": self.model._meta,
            "title": _("Judge a post"),
            "media": self.media,
            "review": found,
            "post": found.post,
            "state": _state_of(found.post),
            "categories": Category.objects.exclude(pk=found.post.topic.category_id),
            "said": said,
            "problem": problem,
        }
        return TemplateResponse(
            request, "forums/admin/review.html", context, status=Invalid.status if problem else None
        )

    def decide(self, request: HttpRequest, post_id: UUID) -> HttpResponse:
        """Take a moderator's decision; one that lacks something comes back with what was typed."""
        given = request.POST
        act = _ACTS.get(given.get("decision", ""))
        here = reverse("admin:forums_reportedpost_change", args=[post_id])
        post = Post.objects.filter(pk=post_id).first()
        if act is None or post is None:
            raise Http404
        try:
            act(actor_of(request.user), post, given.get("reason", ""), given.get("category", ""))
        except Invalid as error:
            problem = " ".join(error.messages)
            return self._page(request, str(post_id), said=given.get("reason", ""), problem=problem)
        except ProductError as error:
            messages.error(request, str(error))
            return redirect(here)
        messages.success(request, _("Done, and noted below. The author can read the reason."))
        return redirect(here)


#: What the buttons do: from who decides, the post, the reason and the category chosen.
_Act = Callable[[Actor, Post, str, str], Any]
_ACTS: dict[str, _Act] = {
    "hide": lambda actor, post, why, _to: moderation.hide_post(actor=actor, post_id=post.pk, reason=why),
    "unhide": lambda actor, post, why, _to: moderation.unhide_post(actor=actor, post_id=post.pk, reason=why),
    "dismiss": lambda actor, post, why, _to: moderation.dismiss_reports(actor=actor, post_id=post.pk, reason=why),
    "warn": lambda actor, post, why, _to: moderation.warn_author(actor=actor, post_id=post.pk, reason=why),
    "delete": lambda actor, post, why, _to: moderation.delete_post(actor=actor, post_id=post.pk, reason=why),
    "restore": lambda actor, post, why, _to: moderation.restore_post(actor=actor, post_id=post.pk, reason=why),
    "unsuspend": lambda actor, post, why, _to: moderation.reinstate_author(
        actor=actor, person_id=post.author_id, reason=why
    ),
    "suspend": lambda actor, post, why, _to: moderation.suspend_author(actor=actor, post_id=post.pk, reason=why),
    "lock": lambda actor, post, why, _to: moderation.lock_topic(
        actor=actor, topic_id=post.topic_id, locked=True, reason=why
    ),
    "unlock": lambda actor, post, why, _to: moderation.lock_topic(
        actor=actor, topic_id=post.topic_id, locked=False, reason=why
    ),
    "move": lambda actor, post, why, to: moderation.move_topic(
        actor=actor, topic_id=post.topic_id, category_id=as_uuid(to), reason=why
    ),
}


def _state_of(post: Any) -> str:
    """Return in one word where a post stands."""
    if post.is_deleted:
        return _("Deleted")
    if post.hidden_at is not None:
        return _("Hidden")
    return _("Topic deleted") if post.topic.is_deleted else _("Visible")


@admin.register(Report)
class ReportAdmin(ReadOnlyAdmin):
    """Every single report: who, why, and what came of it."""

    list_display = ["created_at", "post_link", "reason", "reporter", "organization", "state", "settled_at"]
    list_filter = ["state", "reason"]
    list_select_related = ["post", "reporter", "organization"]
    search_fields = ["note", "reporter__first_name", "reporter__last_name", "organization__name"]
    date_hierarchy = "created_at"
    show_full_result_count = False

    @admin.display(description=gettext_lazy("Post"))
    def post_link(self, report: Report) -> SafeString:
        return _link(report.post)


@admin.register(Decision)
class DecisionAdmin(ReadOnlyAdmin):
    """What was decided: to read, and to take back by another decision."""

    list_display = ["at", "kind", "about", "person", "decided_by", "reason", "taken_back"]
    list_filter = ["kind", "rule"]
    list_select_related = ["post", "topic", "person", "actor", "taken_back_by"]
    search_fields = ["reason", "person__first_name", "person__last_name", "topic__title"]
    fields = ["at", "kind", "about", "person", "decided_by", "reason", "takes_back", "taken_back"]
    readonly_fields = ["about", "decided_by", "taken_back"]
    date_hierarchy = "at"
    show_full_result_count = False
    change_form_template = "forums/admin/decision.html"

    @admin.display(description=gettext_lazy("About"))
    def about(self, decision: Decision) -> str | SafeString:
        if decision.post is not None:
            return _link(decision.post)
        return str(decision.topic or decision.person or "")

    @admin.display(description=gettext_lazy("Decided by"))
    def decided_by(self, decision: Decision) -> str:
        return decision.get_rule_display() if decision.rule else str(decision.actor or _("an operator"))

    @admin.display(description=gettext_lazy("Taken back"))
    def taken_back(self, decision: Decision) -> str:
        later = getattr(decision, "taken_back_by", None)
        return str(later.at.date()) if later is not None else "–"

    def get_urls(self) -> list[Any]:
        take_back = self.admin_site.admin_view(require_POST(self.take_back))
        return [path("<uuid:decision_id>/take-back/", take_back, name="forums_decision_take_back"), *super().get_urls()]

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        """Offer to take back what can be."""
        decision = context.get("original")
        context["can_take_back"] = decision is not None and not moderation.is_superseded(decision)
        return super().render_change_form(request, context, *args, **kwargs)

    def take_back(self, request: HttpRequest, decision_id: UUID) -> HttpResponse:
        """Undo a decision, and say what came of it."""
        try:
            moderation.take_back(
                actor=actor_of(request.user), decision_id=decision_id, reason=request.POST.get("reason", "")
            )
        except Invalid as error:
            messages.error(request, " ".join(error.messages))
        except ProductError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("Taken back."))
        return redirect("admin:forums_decision_change", decision_id)


def _link(post: Post) -> SafeString:
    """Return a link to the page on which a post is judged."""
    return format_html('<a href="{}">{}</a>', reverse("admin:forums_reportedpost_change", args=[post.pk]), post)
