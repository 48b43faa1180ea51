"""Conversations in pages: their rows, their messages, and the form that writes to somebody."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from accounts.models import User
from messaging import drawing
from messaging.forms.conversations import MessageForm
from messaging.queries.conversations import Inbox, Line
from p2psandbox.platform.templatetags.interface import render_icon

register = template.Library()


@register.simple_tag
def talk_rows(inbox: Inbox, open_id: UUID | None = None) -> SafeString:
    """The rows of the list of conversations."""
    return drawing.talks(inbox, open_id or None)


@register.simple_tag
def message_rows(lines: Iterable[Line], person: User) -> SafeString:
    """Messages one after the other."""
    return drawing.bubbles(lines, person)


@register.simple_tag(takes_context=True)
def message_form(context: template.Context, form: MessageForm, person: User) -> SafeString:
    """The form that writes to somebody: an untouched one from what is drawn already, else with what was typed."""
    token = str(context["csrf_token"])
    if not form.is_bound:
        return drawing.blank_form(form, person.pk, token)
    shown = {"form": form, "person_id": person.pk, "draft_url": drawing.draft_url(person.pk), "csrf_token": token}
    return render_to_string("messaging/parts/composer.html", shown)


@register.simple_tag
def icon_to_share(name: str) -> SafeString:
    """An icon for :func:`shared_icon` to refer to; it is seen only there."""
    _start, _end, drawn = render_icon(name).partition(">")
    shape = drawn.removesuffix("</svg>")
    return mark_safe(f'<symbol id="icon-{name}" viewBox="0 0 24 24">{shape}</symbol>')  # noqa: S308 -- our own files


@register.simple_tag
def shared_icon(name: str) -> SafeString:
    """An icon the page holds already, hidden from assistive technology."""
    return mark_safe(f'<svg class="icon" aria-hidden="true"><use href="#icon-{name}"/></svg>')  # noqa: S308 -- a name of ours
