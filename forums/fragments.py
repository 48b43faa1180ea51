"""A topic's page as HTML, put together from pieces that are the same for every reader.

A post is rendered once per revision and language and kept in the cache; all pieces of a page come back in one
``get_many``. What depends on the reader (liked, may edit) is filled in between, from patterns kept in memory.
Revisions never change, so a cached piece is never wrong: with the document server down, pages whose pieces
are all cached still open, and only the others answer 503.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache as once_per_process
from functools import lru_cache
from uuid import UUID

from django.conf import settings
from django.core.cache import cache
from django.template.loader import get_template, render_to_string
from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from forums.documents import PostRevision
from forums.forms import ReplyForm
from forums.models import Post, Topic
from forums.queries import PostRow, TopicPage
from p2psandbox.platform.pages.pattern import squeezed

#: Where the reader's own part goes in a cached post. Sanitised HTML holds no comments, so nobody forges it.
_READER = "<!--reader-->"
#: Where the text goes, whose spaces are the writer's.
_TEXT = "<!--text-->"
_ID, _NUMBER, _LIKES = "post-id-goes-here", "post-number-goes-here", "post-likes-go-here"
_TOKEN, _KEY = "form-token-goes-here", "form-key-goes-here"
_SECONDS = 6 * 60 * 60
_HEAD, _POST, _BAR, _GONE, _REPLY = (f"forums/parts/{name}.html" for name in ("head", "post", "bar", "gone", "reply"))
#: Parts of the head: breadcrumbs, heading, best answer.
_Head = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Thread:
    """The pieces of a topic's page, safe to show. ``seen`` says whether this reader was counted today."""

    trail: SafeString
    head: SafeString
    posts: SafeString
    seen: bool


def thread(page: TopicPage, *, seen_key: str = "") -> Thread:
    """Return a topic's page in pieces; asks the document server only for what the cache does not hold.

    The posts of a page are kept a second time as one entry named after all of them, so that the usual answer
    takes three entries however many posts there are. Raises ``Unavailable`` when a text is needed and the
    document server is down.
    """
    shared = f"{_fingerprint()}:{get_language()}"
    best = page.best_answer_id
    names = [f"{row.revision_id.hex}{'b' if row.id == best else ''}{row.stamp}" for row in page.posts if not row.gone]
    whole = hashlib.blake2b("".join(names).encode(), digest_size=16).hexdigest()
    head_key, page_key = f"forums:head:{shared}:{page.id.hex}:{page.stamp}", f"forums:page:{shared}:{whole}"
    found = cache.get_many([head_key, page_key, seen_key])
    if (head := found.get(head_key)) is None:
        cache.set(head_key, head := _render_head(page.id), timeout=_SECONDS)
    if (texts := found.get(page_key)) is None:
        texts = _gather([f"forums:post:{shared}:{name}" for name in names], page)
        cache.set(page_key, texts, timeout=_SECONDS)
    trail, title, answer = head
    return Thread(_safe(trail), _safe(title), _safe(_join(page, texts, answer)), seen_key in found)


def _join(page: TopicPage, texts: list[str], answer: str) -> str:
    """Put posts, the reader's own parts and tombstones in their order; the best answer under the question."""
    language = get_language()
    parts = [answer] if page.number > 1 else []
    rendered = iter(texts)
    for row in page.posts:
        if row.gone:
            parts.append(gone(row, language))
        else:
            parts.append(next(rendered).replace(_READER, bar(row, page, language), 1))
        if row.number == 1:
            parts.append(answer)
    return "".join(parts)


def _gather(keys: list[str], page: TopicPage) -> list[str]:
    """Return the rendered posts of a page in order, rendering those that are not in the cache."""
    rows = dict(zip(keys, (row for row in page.posts if not row.gone), strict=True))
    found = cache.get_many(keys)
    if missing := {key: row for key, row in rows.items() if key not in found}:
        fresh = _render_posts(missing, page)
        cache.set_many(fresh, timeout=_SECONDS)
        found |= fresh
    return [found[key] for key in keys]


@once_per_process
def _fingerprint() -> str:
    """What the templates look like: a new release never shows pieces of the old one."""
    source = "".join(get_template(name).template.source for name in (_HEAD, _POST))  # type: ignore[attr-defined]
    return hashlib.sha256((settings.VERSION + source).encode()).hexdigest()[:12]


def _render_head(topic_id: UUID) -> _Head:
    related = ("category", "author", "organization", "best_answer__author", "best_answer__organization")
    topic = Topic.objects.select_related(*related).defer("search_vector").get(pk=topic_id)
    names = ("trail", "head", "answer")
    trail, head, answer = (
        squeezed(render_to_string(_HEAD, {"topic": topic, "part": name, "best": topic.best_answer})) for name in names
    )
    return trail, head, answer


def _render_posts(missing: dict[str, PostRow], page: TopicPage) -> dict[str, str]:
    related = ("author", "author__organization", "organization", "parent", "parent__author")
    wanted = {row.id for row in missing.values()}
    posts = {post.id: post for post in Post.objects.select_related(*related).filter(pk__in=wanted)}
    texts = PostRevision.fetch(row.revision_id for row in missing.values())
    rendered: dict[str, str] = {}
    for key, row in missing.items():
        around = squeezed(
            render_to_string(
                _POST,
                {
                    "post": posts[row.id],
                    "html": _TEXT,
                    "best": row.id == page.best_answer_id,
                    "asker": page.author_id,
                },
            )
        )
        rendered[key] = around.replace(_TEXT, texts[row.revision_id].html, 1)
    return rendered


def bar(row: PostRow, page: TopicPage, language: str | None) -> str:
    """Return what this reader can do with a post."""
    flags = (
        row.liked,
        row.can_edit,
        page.can_choose and row.number > 1,
        page.can_reply and row.number > 1,
        row.id == page.best_answer_id,
        row.number == 1,
    )
    pattern = _bar_pattern(language, flags)
    likes = str(row.like_count) if row.like_count else ""
    return pattern.replace(_ID, str(row.id)).replace(_LIKES, likes)


@once_per_process
def _bar_pattern(language: str | None, flags: tuple[bool, ...]) -> str:
    names = ("liked", "can_edit", "can_choose", "can_reply", "best", "opening")
    return squeezed(render_to_string(_BAR, {**dict(zip(names, flags, strict=True)), **_places()}))


def gone(row: PostRow, language: str | None) -> str:
    """Return what stands in place of a deleted or hidden post."""
    pattern = _gone_pattern(language, row.gone, row.can_restore)
    return pattern.replace(_ID, str(row.id)).replace(_NUMBER, str(row.number))


def _places() -> dict[str, str]:
    return {"id": _ID, "number": _NUMBER, "likes": _LIKES, "address": _address("forums:post")}


def _address(name: str) -> str:
    """Return the address of something with an id, with a place for the id."""
    nobody = UUID(int=0)
    return reverse(name, args=[nobody]).replace(str(nobody), _ID)


@once_per_process
def _gone_pattern(language: str | None, reason: str, can_restore: bool) -> str:
    return squeezed(render_to_string(_GONE, {"reason": reason, "can_restore": can_restore, **_places()}))


@lru_cache(maxsize=4096)
def pages(language: str | None, number: int, count: int) -> SafeString:
    """Return the page numbers under a thread: their links are relative, so all threads share them."""
    if count == 1:
        return _safe("")
    return _safe(squeezed(render_to_string("forums/parts/pages.html", {"number": number, "pages": count})))


def blank_reply(page: TopicPage, *, csrf_token: str, key: str) -> SafeString:
    """Return the untouched reply form, with this page's token and one-time key filled in."""
    if not page.can_reply:
        return _no_reply(get_language(), page.is_locked)
    pattern = _blank_reply(get_language())
    return _safe(pattern.replace(_ID, str(page.id)).replace(_TOKEN, escape(csrf_token)).replace(_KEY, escape(key)))


@once_per_process
def _no_reply(language: str | None, locked: bool) -> SafeString:
    return render_to_string(_REPLY, {"is_locked": locked})


@once_per_process
def _blank_reply(language: str | None) -> str:
    form = ReplyForm(initial={"key": _KEY})
    context = {"form": form, "can_reply": True, "action": _address("forums:topic_reply"), "csrf_token": _TOKEN}
    return squeezed(render_to_string(_REPLY, context))


def _safe(html: str) -> SafeString:
    return mark_safe(html)  # noqa: S308 -- our own templates around sanitised text
