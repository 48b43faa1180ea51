"""What waits, in the page frame: the bell, and the mark beside "Messages"."""

from __future__ import annotations

import django.db
from django import template
from django.utils.safestring import SafeString

from messaging import unread
from messaging.bell import bell, message_mark
from p2psandbox.platform.web.middleware import actor_of

register = template.Library()
_ASKED = "messaging.waiting"


@register.simple_tag(takes_context=True)
def notification_bell(context: template.Context) -> SafeString:
    """The bell with the reader's count; a context variable ``bell`` stands in for it where it is known already."""
    known = context.get("bell")
    return known if isinstance(known, SafeString) else bell(_waiting(context).count)


@register.simple_tag(takes_context=True)
def message_count(context: template.Context) -> SafeString:
    """The mark of the reader's unread messages; a context variable ``message_mark`` stands in for it."""
    known = context.get("message_mark")
    return known if isinstance(known, SafeString) else message_mark(_waiting(context).messages)


def _waiting(context: template.Context) -> unread.Waiting:
    """Ask once for both: the two stand in one page."""
    kept: dict[str, unread.Waiting] = context.render_context
    if _ASKED not in kept:
        try:
            kept[_ASKED] = unread.waiting(actor_of(context.get("user")))
        except django.db.Error:  # the frame also stands around the page that says the catalogue is away
            kept[_ASKED] = unread.Waiting()
    return kept[_ASKED]
