"""Pages of notifications: the list, the way from one to what it is about, how to be told, and how to end mail."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from messaging import actions, links, queries
from messaging.forms import PreferencesForm
from messaging.kinds import ABOUT, Kind
from p2psandbox.platform.errors import Invalid
from p2psandbox.platform.forms import apply_errors
from p2psandbox.platform.web.middleware import actor_of

#: The rail has no entry for notifications: the bell leads here.
_SECTION = {"section": ""}


@require_safe
def notification_list(request: HttpRequest) -> HttpResponse:
    """The reader's notifications, newest first; ``?unread=1`` leaves out what was read."""
    unread = request.GET.get("unread") == "1"
    cursor = request.GET.get("cursor", "")
    page = queries.notifications(actor_of(request.user), unread=True if unread else None, cursor=cursor)
    context = _SECTION | {"page": page, "only_unread": unread, "is_first": not cursor}
    return render(request, "messaging/notifications.html", context)


@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """Mark everything as read."""
    actions.mark_all_read(actor=actor_of(request.user))
    messages.success(request, _("Everything is marked as read."))
    return redirect("messaging:notifications")


@never_cache
@require_safe
def notification(request: HttpRequest, notification_id: UUID) -> HttpResponse:
    """Lead on to what a notification is about and mark it read, unless a program only looks ahead."""
    actor = actor_of(request.user)
    row = queries.notification(actor, notification_id)
    if request.method == "GET" and "prefetch" not in request.headers.get("Sec-Purpose", ""):
        actions.mark_read(actor=actor, notification_id=row.pk)
    return redirect(row.url)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: HttpRequest) -> HttpResponse:
    """Show and change how the reader is told of each kind."""
    actor = actor_of(request.user)
    form = PreferencesForm(request.POST or None, choices=queries.preferences(actor))
    if request.method == "POST" and form.is_valid():
        try:
            actions.set_preferences(actor=actor, changes=form.changes())
        except Invalid as error:
            apply_errors(form, error)
        else:
            messages.success(request, _("Your choice is saved."))
            return redirect("messaging:preferences")
    return render(request, "messaging/preferences.html", _SECTION | {"form": form})


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """End mail by a signed link: GET shows a button, POST does it, also straight from a mail program (RFC 8058).

    The address is the permission: there is no sign-in and no CSRF token, and no cookie is looked at to decide.
    """
    person_id, subject = links.read(token)
    done = request.method == "POST"
    if done:
        actions.unsubscribe(person_id=person_id, subject=subject)
    kind = Kind(subject) if subject in ABOUT else None
    return render(request, "messaging/unsubscribe.html", {"kind": kind, "done": done})
