"""The reader's own parts of a topic's page: rendered once per language and state, then filled with ids and numbers."""

from __future__ import annotations

from functools import cache as once_per_process
from functools import lru_cache
from uuid import UUID

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from forums.forms.writing import ReplyForm
from forums.models import REPLIES_SHOWN, Watch, topic_url
from forums.queries import PostRow, Reading, ThreadOrder, TopicPage
from p2psandbox.platform.pages.pattern import squeezed

_ID, _NUMBER, _LIKES = "post-id-goes-here", "post-number-goes-here", "post-likes-go-here"
_TOKEN, _KEY, _ADDRESS = "form-token-goes-here", "form-key-goes-here", "address-goes-here"


def _render(name: str, **context: object) -> str:
    return squeezed(render_to_string(f"forums/parts/{name}.html", context))


# -- Of a post ----------------------------------------------------------------------------------------------


def bar(row: PostRow, page: TopicPage, language: str | None) -> str:
    """Return what this reader can do with a post."""
    flags = (
        row.liked,
        row.can_edit,
        page.can_choose and row.number > 1,
        page.can_reply and row.number > 1,
        row.id == page.best_answer_id,
        row.number == 1,
        row.is_hidden,
        row.can_report and not row.is_hidden,
        row.has_history,
    )
    pattern = _bar_pattern(language, flags)
    likes = str(row.like_count) if row.like_count else ""
    return pattern.replace(_ID, str(row.id)).replace(_LIKES, likes)


@once_per_process
def _bar_pattern(language: str | None, flags: tuple[bool, ...]) -> str:
    names = ("liked", "can_edit", "can_choose", "can_reply", "best", "opening", "hidden", "can_report", "edited")
    return _render("bar", **dict(zip(names, flags, strict=True)), **_places())


def gone(row: PostRow, language: str | None) -> str:
    """Return what stands in place of a deleted or hidden post."""
    pattern = _gone_pattern(language, row.gone, row.can_restore)
    return pattern.replace(_ID, str(row.id)).replace(_NUMBER, str(row.number))


@once_per_process
def _gone_pattern(language: str | None, reason: str, can_restore: bool) -> str:
    return _render("gone", reason=reason, can_restore=can_restore, **_places())


@once_per_process
def new_mark(language: str | None) -> str:
    """Return the mark of a post that came since the reader was last here."""
    return f'<span class="badge badge--new">{escape(_("New"))}</span>'


def _places() -> dict[str, str]:
    return {"id": _ID, "number": _NUMBER, "likes": _LIKES, "address": _address("forums:post")}


def _address(name: str) -> str:
    """Return the address of something with an id, with a place for the id."""
    nobody = UUID(int=0)
    return reverse(name, args=[nobody]).replace(str(nobody), _ID)


# -- Of a thread --------------------------------------------------------------------------------------------


def replies(part: str, language: str | None, head: PostRow, *, topic: tuple[UUID, str] | None = None) -> str:
    """Return what opens the replies of a branch (``open``), or leads to all of them (``more``: give id and slug)."""
    if topic is None:
        return _replies_pattern(language, part, 0).replace(_NUMBER, str(head.number))
    address = topic_url(*topic, head.number, head.branch, REPLIES_SHOWN + 1).partition("#")[0]
    return _replies_pattern(language, part, head.replies).replace(_ADDRESS, address)


@lru_cache(maxsize=4096)
def _replies_pattern(language: str | None, part: str, count: int) -> str:
    return _render("replies", part=part, count=count, number=_NUMBER, address=_ADDRESS)


def thread_bar(page: TopicPage, language: str | None, *, branch_of: int | None = None) -> str:
    """Return what stands above the replies: how many, and in which order; on a branch's own page the way back."""
    count = 0 if branch_of else page.reply_count
    pattern = _thread_bar_pattern(language, count, page.order, branch_of)
    return pattern.replace(_ADDRESS, topic_url(page.id, page.slug, 2, page.branch)) if branch_of else pattern


@lru_cache(maxsize=4096)
def _thread_bar_pattern(language: str | None, count: int, order: ThreadOrder, branch_of: int | None) -> str:
    labels = {
        ThreadOrder.OLDEST: _("Oldest first"),
        ThreadOrder.NEWEST: _("Newest first"),
        ThreadOrder.LIKES: _("Most liked"),
    }
    orders = [(value.value, label) for value, label in labels.items()]
    return _render(
        "bar_of_thread", count=count, order=order.value, orders=orders, branch_of=branch_of, topic_url=_ADDRESS
    )


def follow(topic_id: UUID, reading: Reading, language: str | None) -> SafeString:
    """Return the buttons with which a reader keeps a topic and says how much to hear of it."""
    pattern = _follow_pattern(language, bookmarked=reading.bookmarked, watch=reading.watch)
    return _safe(pattern.replace(_ID, str(topic_id)))


@once_per_process
def _follow_pattern(language: str | None, *, bookmarked: bool, watch: str) -> str:
    levels = [
        (Watch.WATCHING.value, Watch.WATCHING.label, _("Tell me of every new post")),
        (Watch.NORMAL.value, Watch.NORMAL.label, _("Tell me when somebody answers or mentions me")),
        (Watch.MUTED.value, Watch.MUTED.label, _("Tell me nothing")),
    ]
    address = _address("forums:topic_short")
    return _render("follow", bookmarked=bookmarked, watch=watch, levels=levels, address=address)


def news(page: TopicPage, language: str | None) -> SafeString:
    """Return the way to where the reader stopped; nothing for who has read everything, or nothing yet."""
    return _safe("" if page.is_read else _news_pattern(language).replace(_ID, str(page.id)))


@once_per_process
def _news_pattern(language: str | None) -> str:
    return _render("news", address=_address("forums:topic_short"))


@lru_cache(maxsize=4096)
def pages(language: str | None, number: int, count: int, order: ThreadOrder) -> SafeString:
    """Return the page numbers under a thread: their links are relative, so all threads share them."""
    if count == 1:
        return _safe("")
    query = "" if order is ThreadOrder.OLDEST else f"order={order.value}"
    return _safe(_render("pages", number=number, pages=count, query=query))


# -- Of the reply form --------------------------------------------------------------------------------------


def blank_reply(page: TopicPage, *, csrf_token: str, key: str, language: str | None) -> SafeString:
    """Return the untouched reply form, with this page's token and one-time key filled in."""
    if not page.can_reply:
        return _no_reply(language, page.is_locked)
    pattern = _blank_reply(language)
    return _safe(pattern.replace(_ID, str(page.id)).replace(_TOKEN, escape(csrf_token)).replace(_KEY, escape(key)))


@once_per_process
def _no_reply(language: str | None, locked: bool) -> SafeString:
    return _safe(_render("reply", is_locked=locked))


@once_per_process
def _blank_reply(language: str | None) -> str:
    form = ReplyForm(initial={"key": _KEY})
    addresses = {
        "action": _address("forums:topic_reply"),
        "draft_url": reverse("api:draft", args=[f"reply:{_ID}"]),
    }
    return _render("reply", form=form, can_reply=True, csrf_token=_TOKEN, **addresses)


def _safe(html: str) -> SafeString:
    return mark_safe(html)  # noqa: S308 -- our own templates and ids
