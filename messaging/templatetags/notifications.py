"""The bell in the page frame."""

from __future__ import annotations

import django.db
from django import template
from django.utils.safestring import SafeString

from messaging import unread
from messaging.bell import bell
from p2psandbox.platform.web.middleware import actor_of

register = template.Library()


@register.simple_tag(takes_context=True)
def notification_bell(context: template.Context) -> SafeString:
    """The bell with the reader's count; a context variable ``bell`` stands in for it where it is known already."""
    known = context.get("bell")
    if isinstance(known, SafeString):
        return known
    try:
        count = unread.waiting(actor_of(context.get("user"))).count
    except django.db.Error:  # the frame also stands around the page that says the catalogue is away
        count = 0
    return bell(count)
