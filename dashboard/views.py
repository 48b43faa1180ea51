"""The first page: the landing page for visitors, home for members."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import User
from dashboard import feed, queries
from dashboard.periods import statistics as period_statistics
from dashboard.presenting import tiles, trending_rows
from dashboard.statistics import OrganizationStatistics, own_statistics
from forums.presenting import topic_rows
from messaging import unread
from messaging.bell import bell, message_mark
from p2psandbox.platform.permissions import Permission, require
from p2psandbox.platform.web.middleware import actor_of
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
        "platform_tiles": tiles(found.numbers.platform),
        "company_tiles": tiles(found.numbers.organization) if found.numbers.organization else [],
        "trending": trending_rows(found.trending),
    }
    return render(request, "dashboard/home.html", context)


def _landing(request: HttpRequest) -> HttpResponse:
    found = queries.landing()
    cards = [card(row) for row in found.stories]
    context = {"featured": cards[0] if cards else None, "stories": cards[1:], "numbers": found.numbers}
    return render(request, "landing.html", context)


@require_safe
def activity(request: HttpRequest) -> HttpResponse:
    """``GET /activity/``: the feed; with htmx and a cursor, the entries after it."""
    actor = actor_of(request.user)
    scope, kind = _narrowed(request)
    cursor = request.GET.get("cursor", "")
    page = feed.activity(actor, scope=scope, kind=kind, cursor=cursor)
    here = reverse("dashboard_activity")
    chosen = {"scope": scope.value} | ({"kind": kind.value} if kind else {})
    context: dict[str, Any] = {"page": page, "here": f"{here}?{urlencode(chosen)}&", "section": "home"}
    if cursor and getattr(request, "htmx", False):
        return render(request, "dashboard/_more.html", context)
    news = urlencode({**chosen, "cursor": page.newest})
    context |= {
        "is_first": not cursor,
        "scope": scope.value,
        "first_url": f"{here}?{urlencode(chosen)}",
        "news_url": f"{reverse('dashboard_activity_news')}?{news}",
        "scopes": [
            {"label": one.label, "url": f"{here}?{urlencode(chosen | {'scope': one.value})}", "current": one is scope}
            for one in feed.Scope
        ],
        "kinds": [
            {"label": label, "url": f"{here}?{urlencode({'scope': scope.value} | only)}", "current": current}
            for label, only, current in _kinds(kind)
        ],
    }
    return render(request, "dashboard/activity.html", context)


def _kinds(chosen: feed.Kind | None) -> Iterator[tuple[str, dict[str, str], bool]]:
    yield _("Everything"), {}, chosen is None
    for one in feed.Kind:
        yield str(one.label), {"kind": one.value}, one is chosen


@require_safe
def activity_news(request: HttpRequest) -> HttpResponse:
    """``GET /activity/news/?cursor=``: how many entries came since a page was drawn, as a link to them."""
    scope, kind = _narrowed(request)
    count = feed.count_newer(actor_of(request.user), request.GET.get("cursor", ""), scope=scope, kind=kind)
    chosen = {"scope": scope.value} | ({"kind": kind.value} if kind else {})
    url = f"{reverse('dashboard_activity')}?{urlencode(chosen)}"
    return render(request, "dashboard/_news.html", {"count": count, "url": url})


def _narrowed(request: HttpRequest) -> tuple[feed.Scope, feed.Kind | None]:
    """Return the scope and kind of an address; a filter that does not exist narrows nothing."""
    scope, kind = request.GET.get("scope", ""), request.GET.get("kind", "")
    return (
        feed.Scope(scope) if scope in feed.Scope.values else feed.Scope.ALL,
        feed.Kind(kind) if kind in feed.Kind.values else None,
    )


@require_safe
def bell_now(request: HttpRequest) -> HttpResponse:
    """``GET /updates/bell/``: the bell and the mark of messages as they stand, for a page that heard of news."""
    actor = actor_of(request.user)
    require(actor, Permission.READ_MEMBERS_AREA)
    waiting = unread.waiting(actor)
    return HttpResponse(bell(waiting.count) + message_mark(waiting.messages))


@require_safe
def numbers(request: HttpRequest) -> HttpResponse:
    """``GET /numbers/?period=``: the platform, the reader's company and the reader in numbers."""
    actor = actor_of(request.user)
    zone = request.user.time_zone if isinstance(request.user, User) else "UTC"
    found = period_statistics(actor, period=request.GET.get("period", queries.HOME_PERIOD), time_zone=zone)
    groups = [(_("Everybody"), tiles(found.platform))]
    if found.organization is not None:
        groups.append((_("Your organization"), tiles(found.organization)))
    groups.append((_("You"), tiles(found.own)))
    labels = {
        "7d": _("7 days"), "30d": _("30 days"), "90d": _("90 days"), "365d": _("A year"), "all": _("All time")
    }  # fmt: skip
    periods = [
        {"label": label, "url": f"?period={name}", "current": name == found.period} for name, label in labels.items()
    ]
    context = {"found": found, "groups": groups, "periods": periods, "section": "home"}
    return render(request, "dashboard/numbers.html", context)


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
