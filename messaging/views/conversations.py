"""Pages of private messages: the list, one conversation, finding people and words, whom one has blocked."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.queries import directory
from messaging import drawing
from messaging.actions import blocking, keeping, sending
from messaging.days import by_day
from messaging.forms.conversations import MessageForm, ReceiptsForm
from messaging.queries import conversations as queries
from p2psandbox.platform.errors import Conflict, Invalid, NotFound, ProductError, TooMany, Unavailable
from p2psandbox.platform.files.fields import take
from p2psandbox.platform.forms import apply_errors
from p2psandbox.platform.idempotency import once
from p2psandbox.platform.identifiers import as_uuid
from p2psandbox.platform.permissions import Permission, require
from p2psandbox.platform.search import MAX_QUERY
from p2psandbox.platform.web.middleware import actor_of

#: Conversations listed beside an open one: what a tall screen shows. The way to older ones stands below.
_BESIDE = 15
#: People offered to write to; more are found by typing more.
OFFERED = 20


class _Words(forms.Form):
    """A search field; what cannot be read is left out."""

    q = forms.CharField(required=False, max_length=MAX_QUERY)


def _words(request: HttpRequest) -> str:
    form = _Words(request.GET)
    form.is_valid()
    return str(form.cleaned_data.get("q", ""))


@never_cache
@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """``GET /messages/``: with whom one writes, the newest first; for htmx the list alone (``open``: whose is open)."""
    cursor, open_id = request.GET.get("cursor", ""), as_uuid(request.GET.get("open", ""))
    size = _BESIDE if open_id and not cursor else queries.PER_PAGE
    page = queries.conversations(actor_of(request.user), cursor=cursor, size=size)
    context: dict[str, Any] = {"inbox": page, "is_first": not cursor}
    if request.htmx and not request.htmx.boosted:  # type: ignore[attr-defined]  # django-htmx's
        if "empty" in request.GET:  # the first message comes to a page without a list
            return HttpResponse(headers={"HX-Refresh": "true"})
        context["open_id"] = open_id
        return render(request, "messaging/parts/list.html", context)
    return render(request, "messaging/inbox.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def conversation(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """``/messages/<person>/``: what one and somebody wrote each other; POST writes some more."""
    if request.method == "POST":
        return _send(request, person_id)
    actor = actor_of(request.user)
    if "reads" in request.GET:
        return _reads(request, person_id)
    cursor = request.GET.get("cursor", "")
    if (around := as_uuid(request.GET.get("around", ""))) and not cursor:
        cursor = queries.cursor_around(actor, person_id, around)
    if request.htmx and "after" in request.GET:  # type: ignore[attr-defined]
        return _later(request, person_id)
    talk = queries.conversation(actor, person_id, cursor=cursor)
    ahead = request.method == "HEAD" or "prefetch" in request.headers.get("Sec-Purpose", "")
    if talk.unread_count and talk.newest and not ahead:
        keeping.mark_message_read(actor=actor, message_id=talk.newest)
    if request.htmx and "cursor" in request.GET:  # type: ignore[attr-defined]  # django-htmx's
        until = _day(request.GET.get("day", ""))
        return render(request, "messaging/parts/earlier.html", {"talk": talk, "days": by_day(talk.lines), "day": until})
    return _page(request, talk, MessageForm())


def _later(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Return what was written since the page was drawn, and mark it as read: whoever looks at the page asks for it."""
    actor = actor_of(request.user)
    after = as_uuid(request.GET["after"])
    talk = queries.conversation(actor, person_id, after=after)
    if talk.next is not None:  # more than a page: drawn anew, with the way to what is between
        return HttpResponse(headers={"HX-Refresh": "true"})
    if talk.unread_count and talk.newest:
        keeping.mark_message_read(actor=actor, message_id=talk.newest)
    day = _day(request.GET.get("day", ""))
    days = by_day(talk.lines)
    context = {"talk": talk, "days": days, "day": day, "after": talk.newest or after}
    context["until"] = days[-1].date if days else day
    return render(request, "messaging/parts/later.html", context)


def _reads(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Return the marks of one's own messages, from one on, that were read by now. Nothing is marked as read by it."""
    first = as_uuid(request.GET["reads"])
    if first is None:
        raise NotFound
    return HttpResponse(drawing.read_marks(queries.read_since(actor_of(request.user), person_id, first)))


def _day(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None


def _page(request: HttpRequest, talk: queries.Talk, form: MessageForm, *, status: int = 200) -> HttpResponse:
    person, days = talk.person, by_day(talk.lines)
    context: dict[str, Any] = {
        "talk": talk,
        "days": days,
        "until": days[-1].date if days else None,
        "form": form,
        "inbox": queries.conversations(actor_of(request.user), size=_BESIDE),
        "open_id": person.pk,
    }
    return render(request, "messaging/conversation.html", context, status=status)


def _send(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Send what was typed; what is not taken comes back with the reason."""
    actor = actor_of(request.user)
    require(actor, Permission.SEND_MESSAGES)
    talk = queries.conversation(actor, person_id)
    form = MessageForm(request.POST, request.FILES)
    form.is_valid()
    given = form.cleaned_data
    try:
        attachments = take(form, "attachments", actor=actor) or ()
        once(
            actor=actor,
            kind="messaging.message",
            key=given.get("key", ""),
            make=lambda: (
                sending.send_message(
                    actor=actor, recipient_id=person_id, body=given.get("body", ""), attachments=attachments
                ).pk
            ),
        )
    except Invalid as error:
        apply_errors(form, error)
        return _page(request, talk, form, status=400)
    except (Conflict, TooMany, Unavailable) as error:
        return _refused(request, talk, form, error)
    return redirect(reverse("messaging:conversation", args=[person_id]) + "#newest")


def _refused(request: HttpRequest, talk: queries.Talk, form: MessageForm, error: ProductError) -> HttpResponse:
    form.add_error(None, str(error))
    response = _page(request, talk, form, status=error.status)
    if isinstance(error, TooMany | Unavailable):
        response["Retry-After"] = str(error.retry_after)
    return response


@never_cache
@require_safe
def new(request: HttpRequest) -> HttpResponse:
    """``GET /messages/new/``: whom to write to."""
    actor, words = actor_of(request.user), _words(request)
    found = directory.directory(actor, directory.PeopleFilters(search=words)).exclude(pk=actor.id)[: OFFERED + 1]
    rows = [directory.row(user) | {"url": _address(user.pk)} for user in found]
    context = {"words": words, "rows": rows[:OFFERED], "more": len(rows) > OFFERED}
    return render(request, "messaging/new.html", context)


def _address(person_id: UUID) -> str:
    return reverse("messaging:conversation", args=[person_id]) + "#newest"


@never_cache
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """``GET /messages/search/?q=``: words in one's own messages."""
    words, cursor = _words(request), request.GET.get("cursor", "")
    found = queries.find(actor_of(request.user), words, cursor=cursor)
    return render(request, "messaging/search.html", {"words": words, "found": found})


@require_POST
def delete_message(request: HttpRequest, message_id: UUID) -> HttpResponse:
    """Delete a message for oneself."""
    actor = actor_of(request.user)
    keeping.delete_message(actor=actor, message_id=message_id)
    messages.success(request, _("Deleted for you. The other person still has it."))
    person_id = as_uuid(request.POST.get("person", ""))
    return redirect(_address(person_id) if person_id else "messaging:inbox")


@require_POST
def delete_conversation(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Delete a conversation for oneself."""
    keeping.delete_conversation(actor=actor_of(request.user), other_id=person_id)
    messages.success(request, _("Deleted for you. The other person still has it."))
    return redirect("messaging:inbox")


@require_POST
def block(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Block somebody (``blocked=1``) or no longer."""
    actor = actor_of(request.user)
    if request.POST.get("blocked") == "0":
        blocking.unblock(actor=actor, person_id=person_id)
        messages.success(request, _("Unblocked. You can write to each other again."))
    else:
        blocking.block(actor=actor, person_id=person_id)
        messages.success(request, _("Blocked. Nothing they write arrives any more, and they do not learn of it."))
    back = request.POST.get("next") == "settings"
    return redirect("messaging:message_preferences" if back else _address(person_id))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: HttpRequest) -> HttpResponse:
    """``/settings/messages/``: read marks, and whom one has blocked."""
    actor = actor_of(request.user)
    form = ReceiptsForm(request.POST or None, initial={"read_receipts": queries.gives_receipts(actor)})
    if request.method == "POST":
        # An empty form is a box that was unticked.
        keeping.set_read_receipts(actor=actor, wanted=request.POST.get("read_receipts") == "on")
        messages.success(request, _("Your choice is saved."))
        return redirect("messaging:message_preferences")
    context = {"section": "", "form": form, "blocks": queries.blocked_people(actor)}
    return render(request, "messaging/message_preferences.html", context)
