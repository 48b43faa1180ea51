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
from messaging.forms.notifications import PreferencesForm, QuietHoursForm
from messaging.kinds import ABOUT, Kind
from p2psandbox.platform.errors import Invalid, TooMany
from p2psandbox.platform.forms import apply_errors
from p2psandbox.platform.permissions import Actor
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
    if request.method == "POST" and request.POST.get("what") in ("quiet", "resume"):
        return _reach(request, actor)
    form = PreferencesForm(request.POST or None, choices=queries.preferences(actor))
    if request.method == "POST" and form.is_valid():
        try:
            actions.set_preferences(actor=actor, changes=form.changes())
        except Invalid as error:
            apply_errors(form, error)
        else:
            messages.success(request, _("Your choice is saved."))
            return redirect("messaging:preferences")
    return _preferences(request, actor, form=form)


def _reach(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Keep quiet hours, or send mail again to an address it came back from."""
    if request.POST["what"] == "resume":
        try:
            actions.resume_mail(actor=actor)
        except TooMany as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("Mail goes to your address again."))
        return redirect("messaging:preferences")
    quiet = QuietHoursForm(request.POST)
    if quiet.is_valid():
        try:
            actions.set_quiet_hours(actor=actor, **quiet.cleaned_data)
        except Invalid as error:
            apply_errors(quiet, error)
        else:
            messages.success(request, _("Your quiet hours are saved."))
            return redirect("messaging:preferences")
    return _preferences(request, actor, quiet=quiet, status=400)


def _preferences(
    request: HttpRequest,
    actor: Actor,
    *,
    form: PreferencesForm | None = None,
    quiet: QuietHoursForm | None = None,
    status: int = 200,
) -> HttpResponse:
    reaching = queries.reaching(actor)
    context = _SECTION | {
        "form": form or PreferencesForm(choices=queries.preferences(actor)),
        "quiet": quiet or QuietHoursForm(initial={"begins": reaching.begins, "ends": reaching.ends}),
        "reaching": reaching,
    }
    return render(request, "messaging/preferences.html", context, status=status)


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
