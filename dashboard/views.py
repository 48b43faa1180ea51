"""The first page: the landing page for visitors, home for members."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.models import User
from dashboard import queries
from forums.presenting import topic_rows
from p2psandbox.platform.permissions import Permission, require
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
