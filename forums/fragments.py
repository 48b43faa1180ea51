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
from p2psandbox.platform.logging import getLogger

log = getLogger(__name__)

#: Where the reader's own part goes in a cached post. Sanitised HTML holds no comments, so nobody forges it.
_READER = "<!--reader-->"
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

    Raises ``Unavailable`` when a text is needed and the document server is down.
    """
    shared = f"{_fingerprint()}:{get_language()}"
    head_key = f"forums:head:{shared}:{page.id.hex}:{page.updated_at.timestamp()}"
    keys = {_key(shared, row, page): row for row in page.posts if not row.gone}
    found = cache.get_many([head_key, seen_key, *keys])
    fresh: dict[str, str | _Head] = {}
    if head_key not in found:
        fresh[head_key] = found[head_key] = _render_head(page.id)
    missing = {key: row for key, row in keys.items() if key not in found}
    if missing:
        fresh |= _render_posts(missing, page)
        found |= fresh
    if fresh:
        cache.set_many(fresh, timeout=_SECONDS)
    trail, head, answer = found[head_key]
    parts: list[str] = []
    rendered = iter(keys)
    for row in page.posts:
        parts.append(gone(row) if row.gone else found[next(rendered)].replace(_READER, bar(row, page), 1))
        if row.number == 1 and answer:
            parts.append(answer)
    if answer and page.number > 1:
        parts.insert(0, answer)
    return Thread(_safe(trail), _safe(head), _safe("".join(parts)), seen_key in found)


def _key(shared: str, row: PostRow, page: TopicPage) -> str:
    best = row.id == page.best_answer_id
    return f"forums:post:{shared}:{row.revision_id.hex}:{best:d}:{row.stamp}"


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
        render_to_string(_HEAD, {"topic": topic, "part": name, "best": topic.best_answer}) for name in names
    )
    return trail, head, answer.strip()


def _render_posts(missing: dict[str, PostRow], page: TopicPage) -> dict[str, str]:
    related = ("author", "author__organization", "organization", "parent", "parent__author")
    wanted = {row.id for row in missing.values()}
    posts = {post.id: post for post in Post.objects.select_related(*related).filter(pk__in=wanted)}
    texts = PostRevision.fetch(row.revision_id for row in missing.values())
    rendered: dict[str, str] = {}
    for key, row in missing.items():
        if (text := texts.get(row.revision_id)) is None:
            log.error("post without its text", post_id=str(row.id), revision_id=str(row.revision_id))
            continue
        best = row.id == page.best_answer_id
        rendered[key] = render_to_string(
            _POST, {"post": posts[row.id], "html": text.html, "best": best, "asker": page.author_id}
        )
    return rendered


def bar(row: PostRow, page: TopicPage) -> str:
    """Return what this reader can do with a post."""
    pattern = _pattern(
        _BAR,
        get_language() or "",
        liked=row.liked,
        can_edit=row.can_edit,
        can_choose=page.can_choose and row.number > 1,
        can_reply=page.can_reply,
        best=row.id == page.best_answer_id,
        opening=row.number == 1,
    )
    return _fill(pattern, row)


def gone(row: PostRow) -> str:
    """Return what stands in place of a deleted or hidden post."""
    return _fill(_pattern(_GONE, get_language() or "", reason=row.gone, can_restore=row.can_restore), row)


@once_per_process
def _pattern(template: str, language: str, **flags: bool | str) -> str:
    places = {"id": _ID, "number": _NUMBER, "likes": _LIKES}
    return render_to_string(template, {**flags, **places})


def _fill(pattern: str, row: PostRow) -> str:
    return (
        pattern.replace(_ID, str(row.id))
        .replace(_NUMBER, str(row.number))
        .replace(_LIKES, str(row.like_count) if row.like_count else "")
    )


def blank_reply(page: TopicPage, *, csrf_token: str, key: str) -> SafeString:
    """Return the untouched reply form, with this page's token and one-time key filled in."""
    if not page.can_reply:
        return _safe(_pattern(_REPLY, get_language() or "", is_locked=page.is_locked))
    pattern = _blank_reply(get_language() or "")
    return _safe(pattern.replace(_ID, str(page.id)).replace(_TOKEN, escape(csrf_token)).replace(_KEY, escape(key)))


@once_per_process
def _blank_reply(language: str) -> str:
    address = reverse("forums:topic_reply", args=[UUID(int=0)]).replace(str(UUID(int=0)), _ID)
    form = ReplyForm(initial={"key": _KEY})
    return render_to_string(_REPLY, {"form": form, "can_reply": True, "action": address, "csrf_token": _TOKEN})


def _safe(html: str) -> SafeString:
    return mark_safe(html)  # noqa: S308 -- our own templates around sanitised text


def forget_patterns() -> None:
    """Render patterns and fingerprints anew: for tests and template development."""
    _pattern.cache_clear()
    _blank_reply.cache_clear()
    _fingerprint.cache_clear()
