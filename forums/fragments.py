"""A topic's page as HTML, put together from pieces that are the same for every reader.

A post is rendered once per revision and language and kept in the cache; all pieces of a page come back in one
``get_many``. What depends on the reader (liked, may edit) is filled in between, from patterns kept in memory.
Revisions never change, so a cached piece is never wrong: with the document server down, pages whose pieces
are all cached still open, and only the others answer 503.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache as once_per_process
from itertools import groupby
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.cache import cache
from django.template.loader import get_template, render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from forums import cards, parts, queries, rendering
from forums.documents import PostRevision
from forums.models import Post, Topic
from forums.queries import PostRow, TopicPage
from p2psandbox.platform.pages.pattern import squeezed

#: Where the reader's own parts go in a cached post. Sanitised HTML holds no comments, so nobody forges them.
_READER, _NEW = "<!--reader-->", "<!--new-->"
#: Where the text goes, whose spaces are the writer's.
_TEXT = "<!--text-->"
_SECONDS = 6 * 60 * 60
_HEAD, _POST = "forums/parts/head.html", "forums/parts/post.html"
#: Parts of the head: breadcrumbs, heading, best answer.
_Head = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Thread:
    """The pieces of a topic's page, safe to show.

    ``seen`` says whether this reader was counted today, ``found`` is what the cache held, asked for in one go.
    """

    trail: SafeString
    head: SafeString
    follow: SafeString
    news: SafeString
    posts: SafeString
    seen: bool
    found: Mapping[str, Any]


def thread(page: TopicPage, *, seen_key: str = "", beside: Iterable[str] = ()) -> Thread:
    """Return a topic's page in pieces; asks the document server only for what the cache does not hold.

    The posts of a page are kept a second time as one entry named after all of them, so that the usual answer
    takes three entries however many posts there are. ``beside`` are keys to ask the cache for on the way. Raises
    ``Unavailable`` when a text is needed and the document server is down.
    """
    language = get_language()
    shared = f"{_fingerprint()}:{language}"
    best = page.best_answer_id
    names = [_name(row, best=row.id == best) for row in page.posts if not row.gone]
    whole = hashlib.blake2b("".join(names).encode(), digest_size=16).hexdigest()
    head_key, page_key = f"forums:head:{shared}:{page.id.hex}:{page.stamp}", f"forums:page:{shared}:{whole}"
    found = cache.get_many([head_key, page_key, seen_key, *beside])
    if (head := found.get(head_key)) is None:
        cache.set(head_key, head := _render_head(page.id), timeout=_SECONDS)
    if (texts := found.get(page_key)) is None:
        texts = _gather([f"forums:post:{shared}:{name}" for name in names], page)
        cache.set(page_key, texts, timeout=_SECONDS)
    trail, title, answer = head
    return Thread(
        trail=_safe(trail),
        head=_safe(title),
        follow=parts.follow(page.id, page.reading, language),
        news=parts.news(page, language),
        posts=_safe(cards.filled(_join(page, texts, answer))),
        seen=seen_key in found,
        found=found,
    )


def _name(row: PostRow, *, best: bool) -> str:
    """What a post's piece is kept under. Edits make revisions; between two, files only go (a moderator's)."""
    return f"{row.revision_id.hex}{'b' if best else ''}{f'f{row.files}' if row.files else ''}{row.stamp}"


def _join(page: TopicPage, texts: list[str], answer: str) -> str:
    """Put posts, the reader's own parts and tombstones in their order; the best answer under the question."""
    language = get_language()
    rendered = iter(texts)
    joined: list[str] = []
    said = bool(page.branch)
    for branch, group in groupby(page.posts, key=lambda row: row.branch):
        head, *replies = group
        if branch and not said:  # the best answer need not be announced right above itself
            said = True
            joined += ["" if head.id == page.best_answer_id else answer, parts.thread_bar(page, language)]
        joined.append(_shown(head, page, rendered, language))
        if branch and page.branch:
            joined.append(parts.thread_bar(page, language, branch_of=head.number))
        if replies:
            joined.append(parts.replies("open", language, head))
            joined += [_shown(row, page, rendered, language) for row in replies]
            if not page.branch and head.replies > len(replies):
                joined.append(parts.replies("more", language, head, topic=(page.id, page.slug)))
            joined.append("</div>")
    return "".join(joined)


def _shown(row: PostRow, page: TopicPage, rendered: Iterator[str], language: str | None) -> str:
    if row.gone:
        return parts.gone(row, language)
    html = next(rendered).replace(_READER, parts.bar(row, page, language), 1)
    return html.replace(_NEW, parts.new_mark(language) if row.is_new else "", 1)


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
    topic = Topic.objects.select_related(*related).get(pk=topic_id)
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
    carried = queries.attachments_of({row.id: texts[row.revision_id].html for row in missing.values() if row.files})
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
                    "attachments": [file for file in carried.get(row.id, ()) if not file.in_text],
                },
            )
        )
        rendered[key] = around.replace(_TEXT, cards.marked(rendering.shown(texts[row.revision_id].html)), 1)
    return rendered


def _safe(html: str) -> SafeString:
    return mark_safe(html)  # noqa: S308 -- our own templates around sanitised text
