"""Messages and rows of the list as HTML: drawn once for each language and state, then filled with each one's own.

A page shows thirty of either. Their icons are drawn once a page (``messaging/parts/icons.html``), and one form serves
the buttons of all messages (``messaging/parts/acts.html``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache as once_per_process
from functools import lru_cache
from typing import Any, TypeVar
from uuid import UUID

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import Truncator
from django.utils.translation import get_language

from accounts.models import User
from messaging.actions.sending import draft_key
from messaging.forms.conversations import MessageForm
from messaging.links_in_text import linked
from messaging.queries.conversations import Entry, Inbox, Line
from p2psandbox.platform.pages.pattern import Pattern, squeezed
from p2psandbox.platform.templatetags.interface import avatar
from p2psandbox.platform.templatetags.moments import moment

T = TypeVar("T")

#: So much of the last message stands in the list.
_EXCERPT = 90
#: What stands for an id until it is filled in; addresses can be made of it.
_NOBODY = UUID(int=0)
_PLACES = {
    name: f"{name}-goes-here"
    for name in ("name", "text", "files", "written", "clock", "avatar", "company", "when", "unread", "key", "token")
} | {"id": str(_NOBODY)}


def bubbles(lines: Iterable[Line], person: User) -> SafeString:
    """Return messages one after the other; ``person`` is the other of the two."""
    language, name = get_language(), escape(person.get_full_name())
    return _safe("".join(_bubble(line, name, language) for line in lines))


def _bubble(line: Line, name: str, language: str | None) -> str:
    message = line.message
    at = timezone.localtime(message.created_at)
    pattern = _drawn(_bubble_pattern, language, line.mine, line.read, bool(message.body))
    return pattern.fill(
        {
            "id": str(message.pk),
            "name": name,
            "text": linked(message.body),
            "files": _files(line),
            "clock": f"{at:%H:%M}",
        }
    )


@once_per_process
def _bubble_pattern(language: str | None, mine: bool, read: bool, says: bool) -> Pattern:
    return _pattern("bubble", mine=mine, read=read, says=says)


def _files(line: Line) -> str:
    return (
        squeezed(render_to_string("messaging/parts/files.html", {"files": line.attachments}))
        if line.attachments
        else ""
    )


def read_marks(message_ids: Iterable[UUID]) -> SafeString:
    """Return what stands under one's own messages that were read, each in an element that names its message."""
    mark = _drawn(_read_mark, get_language())
    return _safe("".join(f'<div data-of="{message_id}">{mark}</div>' for message_id in message_ids))


@once_per_process
def _read_mark(language: str | None) -> SafeString:
    return _safe(squeezed(render_to_string("messaging/parts/read.html", {"read": True})))


def talks(inbox: Inbox, open_id: UUID | None) -> SafeString:
    """Return the rows of the list; ``open_id`` is whose conversation is open."""
    language = get_language()
    return _safe("".join(_talk(entry, language, is_open=entry.person.pk == open_id) for entry in inbox.entries))


def _talk(entry: Entry, language: str | None, *, is_open: bool) -> str:
    person, last = entry.person, entry.last_message
    assert last is not None  # or it were not in the list
    company, unread = person.organization, entry.unread_count
    at = timezone.localtime(last.created_at)
    flags = (entry.mine, bool(last.body), company is not None, bool(unread), is_open)
    return _drawn(_talk_pattern, language, *flags).fill(
        {
            "id": str(person.pk),
            "name": escape(person.get_full_name()),
            "avatar": avatar(person.get_full_name(), person.avatar_url),
            "company": escape(company.name) if company else "",
            "written": at.isoformat(timespec="seconds"),
            "when": moment(at),
            "text": escape(_excerpt(last.body)),
            "unread": _drawn(_unread_mark, language, unread),
        }
    )


def _excerpt(body: str) -> str:
    return body if len(body) <= _EXCERPT else Truncator(body).chars(_EXCERPT)


@once_per_process
def _talk_pattern(language: str | None, mine: bool, says: bool, company: bool, unread: bool, is_open: bool) -> Pattern:
    return _pattern("talk", mine=mine, says=says, has_company=company, is_unread=unread, is_open=is_open)


@lru_cache(maxsize=1024)
def _unread_mark(language: str | None, count: int) -> SafeString:
    return _safe(squeezed(render_to_string("messaging/parts/unread.html", {"count": count})) if count else "")


def blank_form(form: MessageForm, person_id: UUID, csrf_token: str) -> SafeString:
    """Return the untouched form that writes to somebody, with its one-time key."""
    values = {"id": str(person_id), "token": escape(csrf_token), "key": escape(form.initial["key"])}
    return _safe(_drawn(_blank_form, get_language()).fill(values))


@once_per_process
def _blank_form(language: str | None) -> Pattern:
    form = MessageForm(initial={"key": _PLACES["key"]})
    return _pattern("composer", form=form, csrf_token=_PLACES["token"], person_id=_NOBODY, draft_url=draft_url(_NOBODY))


def draft_url(person_id: UUID) -> str:
    """Return where the draft of a message to somebody is kept."""
    return reverse("api:draft", args=[draft_key(person_id)])


def _pattern(name: str, **context: Any) -> Pattern:
    finished = {place: _safe(text) for place, text in _PLACES.items()}
    return Pattern(squeezed(render_to_string(f"messaging/parts/{name}.html", finished | context)), _PLACES)


def _drawn(draw: Callable[..., T], *args: Any) -> T:
    """Return what was drawn before for these values; each time anew in debug mode, so that edits show."""
    found: T = draw.__wrapped__(*args) if settings.DEBUG else draw(*args)  # type: ignore[attr-defined]  # functools' own
    return found


def _safe(html: str) -> SafeString:
    return mark_safe(html)  # noqa: S308 -- our own templates, filled with what was escaped
