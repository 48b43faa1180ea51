"""The topic page as most people see it: one pattern for all of them, filled with what is theirs.

``forums/topic.html`` stays the only template: it is rendered once per language with stand-ins. Readers who see
more (authors, moderators, people with a message waiting) get it rendered for them alone.
"""

from __future__ import annotations

from functools import cache as once_per_process
from types import SimpleNamespace
from uuid import UUID

from django.conf import settings
from django.contrib.messages import get_messages
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.safestring import mark_safe
from django.utils.translation import get_language

from forums.fragments import Thread
from forums.queries import TopicPage
from p2psandbox.platform.pages.pattern import Pattern, squeezed
from p2psandbox.platform.templatetags.interface import avatar

_TOPIC_ID = UUID(int=0)
_PLACES = {
    name: f"{name}-goes-here"
    for name in (
        *("title", "trail", "head", "follow", "news", "posts", "pages", "reply", "last-number"),
        *("bell", "message-mark", "reader-id", "reader-name", "reader-picture"),
        *("company-name", "company-slug", "token", "nonce"),
    )
}


def page(
    request: HttpRequest,
    page: TopicPage,
    thread: Thread,
    *,
    pages: str,
    reply: str,
    bell: str,
    message_mark: str,
    csrf_token: str,
) -> str | None:
    """Return a topic's page, or ``None`` when this reader's differs by more than its places.

    ``pages``, ``reply``, ``bell`` and ``message_mark`` are finished HTML.
    """
    reader = request.user
    company = getattr(reader, "organization", None)
    special = page.can_edit or page.can_moderate or page.is_deleted or company is None
    if special or settings.DEBUG or len(get_messages(request)):
        return None
    name = reader.get_full_name()  # type: ignore[union-attr]  # only people see topics
    picture: str | None = reader.avatar_url  # type: ignore[union-attr]
    return _pattern(get_language(), with_picture=bool(picture)).fill(
        {
            "topic-id": str(page.id),
            "title": escape(page.title),
            "last-number": str(page.last_number),
            "trail": thread.trail,
            "head": thread.head,
            "follow": thread.follow,
            "news": thread.news,
            "posts": thread.posts,
            "pages": pages,
            "reply": reply,
            "bell": bell,
            "message-mark": message_mark,
            "reader-id": str(reader.pk),
            "reader-name": escape(name),
            "avatar": avatar(name, picture),
            "company-name": escape(company.name),
            "company-slug": escape(company.slug),
            "token": escape(csrf_token),
            "nonce": escape(str(request.csp_nonce)),  # type: ignore[attr-defined]  # django-csp's
        }
    )


@once_per_process
def _pattern(language: str | None, *, with_picture: bool) -> Pattern:
    """Render the page for nobody about nothing."""
    picture = _PLACES["reader-picture"] if with_picture else None
    name = _PLACES["reader-name"]
    company = SimpleNamespace(name=_PLACES["company-name"], slug=_PLACES["company-slug"])
    reader = SimpleNamespace(
        pk=_PLACES["reader-id"],
        is_authenticated=True,
        is_email_verified=True,
        get_full_name=name,
        avatar_url=picture,
        organization=company,
    )
    parts = ("trail", "head", "follow", "news", "posts", "bell")
    finished = {part: mark_safe(_PLACES[part]) for part in parts}  # noqa: S308 -- a constant
    context = {
        "request": SimpleNamespace(user=reader, csp_nonce=_PLACES["nonce"]),
        "user": reader,
        "csrf_token": _PLACES["token"],
        "section": "forums",
        "page": SimpleNamespace(
            id=_TOPIC_ID,
            title=_PLACES["title"],
            last_number=_PLACES["last-number"],
            can_edit=False,
            can_moderate=False,
            is_deleted=False,
        ),
        "thread": SimpleNamespace(**finished),
        "pages": _PLACES["pages"],
        "reply": _PLACES["reply"],
        "bell": finished["bell"],
        "message_mark": mark_safe(_PLACES["message-mark"]),  # noqa: S308 -- a constant
    }
    places = _PLACES | {"topic-id": str(_TOPIC_ID), "avatar": avatar(name, picture)}
    return Pattern(squeezed(render_to_string("forums/topic.html", context)), places)
