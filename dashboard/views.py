"""The first page: the landing page for visitors, home for members."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import User
from dashboard import queries
from dashboard.statistics import OrganizationStatistics, own_statistics
from forums.presenting import topic_rows
from p2psandbox.platform.permissions import Permission, require
from usecases.models import Status
from usecases.presenting import card


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show visitors what this is; members what waits for them and what is new."""
    person = request.user
    if not isinstance(person, User):
        return _landing(request)
    actor = person.actor
    require(actor, Permission.READ_MEMBERS_AREA)
    found = queries.home(actor, person=person)
    context = {
        "person": person,
        "home": found,
        "waiting_topics": topic_rows(found.unread_answers),
        "topics": topic_rows(found.topics),
        "cards": [card(row) for row in found.use_cases],
    }
    return render(request, "dashboard/home.html", context)


def _landing(request: HttpRequest) -> HttpResponse:
    found = queries.landing()
    cards = [card(row) for row in found.stories]
    context = {"featured": cards[0] if cards else None, "stories": cards[1:], "numbers": found.numbers}
    return render(request, "landing.html", context)


@require_safe
def statistics(request: HttpRequest) -> HttpResponse:
    """``GET /organization/statistics/``: the reader's organization in numbers."""
    found = own_statistics(request.actor)  # type: ignore[attr-defined]  # set by ActorMiddleware
    storage = found.storage
    context = {
        "found": found,
        "groups": _groups(found),
        "storage_kind": "bad" if storage.bytes > 0.9 * storage.quota_bytes else "",
        "section": "company",
    }
    return render(request, "dashboard/statistics.html", context)


def _groups(found: OrganizationStatistics) -> list[tuple[str, list[tuple[str, int, str]]]]:
    """Return the numbers as the page shows them: per group a label, a value and a note each."""
    users, content, activity = found.users, found.content, found.activity
    people = [
        (_("Members"), users.total, ""),
        (_("Active"), users.active, _("confirmed and not switched off")),
        (_("Admins"), users.admins, ""),
        (_("Waiting invitations"), users.pending_invitations, ""),
    ]
    shared = [
        (_("Topics"), content.topics, ""),
        (_("Replies"), content.posts, ""),
        (_("Best answers"), content.best_answers, ""),
        (_("Views"), content.views, _("of topics and use cases")),
    ]
    stories = [(str(Status(name).label), count, "") for name, count in content.use_cases_by_status.items()]
    recent = [
        (_("Last 7 days"), activity.last_7_days, ""),
        (_("Last 30 days"), activity.last_30_days, _("posts and published use cases")),
    ]
    return [(_("People"), people), (_("Shared"), shared), (_("Use cases"), stories), (_("Activity"), recent)]
