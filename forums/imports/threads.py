"""One thread of a file into a topic and posts as ours: checked, sanitised, dates bridged, replies re-hung."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from markdown_it import MarkdownIt

from forums import rules
from p2psandbox.platform import richtext
from p2psandbox.platform.richtext import RichText
from p2psandbox.platform.textrules import FieldChecks, TextRule, normalise, problem

#: Real threads have short titles too; what says nothing is refused as everywhere.
TITLE = TextRule(max_length=200, min_length=3)
AUTHOR = TextRule(max_length=200, min_length=1, meaningful=False)
MOST_POSTS = 20_000
_EARLIEST = datetime(1970, 1, 2, tzinfo=UTC)
_STEP = timedelta(minutes=1)


class RefusedThread(Exception):
    """The thread cannot be taken; ``reasons`` say why."""

    def __init__(self, *reasons: str) -> None:
        super().__init__(*reasons)
        self.reasons = list(reasons)


@dataclass(slots=True)
class ImportedPost:
    """A post ready to store. ``parent`` is the place in the list of the post it answers."""

    author: str
    text: RichText
    created_at: datetime
    parent: int | None
    accepted: bool


@dataclass(slots=True)
class Thread:
    """A thread ready to store, the question first; ``notes`` say what was left out or guessed."""

    key: str
    title: str
    tags: list[str]
    source: str
    licence: str
    posts: list[ImportedPost]
    refused: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def understand(record: dict[str, Any]) -> Thread:
    """Return a thread ready to store. Raises :class:`RefusedThread`: a thread is taken whole or not at all.

    Single posts that say nothing are refused by name in ``refused``; what answered them hangs on what they
    answered themselves.
    """
    checks = FieldChecks()
    title = checks.text("title", record.get("title"), TITLE)
    if checks.problems:
        raise RefusedThread(*(f"{name}: {text}" for name, found in checks.problems.items() for text in found))
    raw = record.get("posts")
    if not isinstance(raw, list) or not raw:
        raise RefusedThread(_("posts: give a list with at least one post."))
    if len(raw) > MOST_POSTS:
        raise RefusedThread(_("posts: at most %(most)d.") % {"most": MOST_POSTS})
    thread = Thread(
        key=_key(record, title, raw[0]),
        title=title,
        tags=_tags(record.get("tags")),
        source=_line(record.get("source")),
        licence=_line(record.get("licence")),
        posts=[],
    )
    _take_posts(thread, raw)
    return thread


def _take_posts(thread: Thread, raw: list[Any]) -> None:
    times = _times(raw, thread.notes)
    places: dict[int, int | None] = {}  # place in the file -> place among the posts taken
    parents: dict[int, int | None] = {}
    for index, post in enumerate(raw):
        name = _("post %(number)d") % {"number": index + 1}
        parents[index] = _parent(post, index)
        try:
            author, text = _content(post)
        except RefusedThread as refused:
            if index == 0:
                raise RefusedThread(*(f"{name}: {reason}" for reason in refused.reasons)) from refused
            thread.refused.append(f"{name}: {' '.join(refused.reasons)}")
            places[index] = None
            continue
        places[index] = len(thread.posts)
        accepted = post.get("accepted") is True
        thread.posts.append(ImportedPost(author, text, times[index], _hang(index, parents, places), accepted))


def _parent(post: Any, index: int) -> int | None:
    """Return which earlier post this one answers; ``None`` for the thread as a whole."""
    given = post.get("reply_to_index") if isinstance(post, dict) else None
    earlier = isinstance(given, int) and not isinstance(given, bool) and 0 <= given < index
    return given if earlier else None


def _hang(index: int, parents: dict[int, int | None], places: dict[int, int | None]) -> int | None:
    """Return the place of the post this one answers, past those that were refused; the question is none."""
    above = parents[index]
    while above is not None and places[above] is None:
        above = parents[above]
    place = places[above] if above is not None else None
    return place or None


def _content(post: Any) -> tuple[str, RichText]:
    if not isinstance(post, dict):
        raise RefusedThread(_("A post must be an object with author and body."))
    author = normalise(post["author"]) if isinstance(post.get("author"), str) else ""
    author = author or _("unknown")
    if found := problem(author, AUTHOR):
        raise RefusedThread(_("author: %(why)s") % {"why": found})
    body = post.get("body_html")
    if not isinstance(body, str) or not body.strip():
        body = _from_markdown(post.get("body_markdown"))
    checks = FieldChecks()
    text = richtext.check(checks, "body", body)
    if checks.problems:
        raise RefusedThread(*(str(found) for found in checks.problems["body"]))
    return author, text


def _from_markdown(text: Any) -> str:
    """Return Markdown as HTML (tables and strike-through too); the HTML is sanitised like any other."""
    if not isinstance(text, str) or len(text) > richtext.MAX_INPUT:
        return text if isinstance(text, str) else ""
    return str(MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render(text))


def _times(raw: list[Any], notes: list[str]) -> list[datetime]:
    """Return a time for each post, bridging those that are missing or cannot be."""
    known = [_time(post.get("created_at") if isinstance(post, dict) else None) for post in raw]
    times: list[datetime] = []
    for index, given in enumerate(known):
        found = given or _bridge(times, known[index + 1 :])
        if given is None:
            notes.append(
                _("post %(number)d has no usable date; taken as %(time)s")
                % {"number": index + 1, "time": found.isoformat(timespec="minutes")}
            )
        times.append(found)
    return times


def _bridge(before: list[datetime], after: list[datetime | None]) -> datetime:
    following = next((found for found in after if found is not None), None)
    if not before:
        return following - _STEP if following is not None else timezone.now()
    return min(before[-1] + _STEP, following) if following is not None else before[-1] + _STEP


def _time(value: Any) -> datetime | None:
    """Return a time in UTC, ``None`` if it cannot be read or cannot be."""
    if not isinstance(value, str):
        return None
    try:
        found = datetime.fromisoformat(value.strip())
        found = found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return found if _EARLIEST <= found <= timezone.now() else None


def _tags(values: Any) -> list[str]:
    """Return the tags that can be taken; others are no reason to refuse a thread."""
    usable = [value for value in values if isinstance(value, str)] if isinstance(values, list) else []
    clean = [tag for tag in map(normalise, usable) if tag and problem(tag, rules.TAG) is None]
    return rules.tags(FieldChecks(), clean[: rules.MOST_TAGS])


def _line(value: Any) -> str:
    text = " ".join(value.split())[:500] if isinstance(value, str) else ""
    return text if problem(text, TextRule(max_length=500, meaningful=False)) is None else ""


def _key(record: dict[str, Any], title: str, first: Any) -> str:
    """Return what tells this thread from all others: where from, what about, who asked, when."""
    asked = first if isinstance(first, dict) else {}
    parts = (record.get("source"), title, asked.get("author"), asked.get("created_at"))
    return hashlib.sha256("\n".join(map(repr, parts)).encode()).hexdigest()
