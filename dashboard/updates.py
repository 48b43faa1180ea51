"""``GET /api/v1/updates``: what is new, in a few bytes, for every open page every few seconds.

An answer leaves a note in Redis under the session it was given to: its ETag, whose it is, and the versions of the tags
it was built on (:mod:`p2psandbox.platform.cachetags`). While the session stands in Redis unchanged in its owner, its
time is not over and no version changed, :class:`UnchangedUpdates` answers the same ETag with 304 from two questions to
Redis, before anything looks at a database. Everything else goes the usual way: sign-out, an ended session and a changed
password take the session out of Redis; deactivating somebody ends their sessions and renews their tag; a note lives a
minute, so nothing that went past these is believed longer. A 304 says nothing but "as before".
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID, uuid4

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse

from accounts import sessions
from accounts.session_store import SessionStore
from dashboard import feed
from messaging import receipts, unread
from p2psandbox.platform import cachetags
from p2psandbox.platform.permissions import Actor, Permission, require

PATH = "/api/v1/updates"
#: How long a note is believed, in seconds.
_NOTE_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Updates:
    """What is new for one person; ``etag`` names this state of it.

    ``read_mark`` is another one when somebody has read what this person wrote.
    """

    unread_messages: int
    unread_notifications: int
    latest_activity_id: str | None
    read_mark: str
    etag: str


def tag_of(person_id: UUID | str) -> str:
    """Return the tag to renew when what one person is told here changes: messages, notifications, their account."""
    return f"updates:{person_id}"


def for_person(actor: Actor, *, session_key: str = "") -> Updates:
    """Return what is new, and leave the note that lets the next question be answered from Redis.

    Raises ``NotSignedIn``, ``NotVerified``.
    """
    require(actor, Permission.READ_MEMBERS_AREA)
    assert actor.id is not None  # or require() had said no
    tags = (tag_of(actor.id), *feed.TAGS)
    versions = cachetags.versions_of(tags)  # before anything is counted: see cachetags
    waiting = unread.waiting(actor)
    counts = (waiting.messages, waiting.count, feed.latest_id(), receipts.read_mark(actor.id))
    state = repr((str(actor.id), *counts)).encode()
    etag = f'"{hashlib.blake2b(state, key=settings.SECRET_KEY.encode()[:64], digest_size=12).hexdigest()}"'
    if session_key and versions is not None:
        cache.set(_note_key(session_key), (str(actor.id), etag, versions), timeout=_NOTE_SECONDS)
    return Updates(*counts, etag=etag)


def is_known(header: str, etag: str) -> bool:
    """Whether an ``If-None-Match`` names this state; proxies that compress may have made it a weak one."""
    return etag in [one.strip().removeprefix("W/") for one in header.split(",")]


class UnchangedUpdates:
    """Answer "as before" from Redis alone, ahead of sessions, people and everything that asks a database.

    Stands behind what redirects to HTTPS and sets headers. Other sites' pages (CORS) and apps with a session token go
    the usual way.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path == PATH and request.method == "GET" and not request.GET and "Origin" not in request.headers:
            etag = _unchanged(request)
            if etag is not None:
                headers = {"ETag": etag, "Cache-Control": "private, no-store", "X-Request-ID": str(uuid4())}
                return HttpResponse(status=304, headers=headers)
        return self.get_response(request)


def _unchanged(request: HttpRequest) -> str | None:
    """Return the ETag the asker has already, if that still says how things are; ``None`` to look properly."""
    header = request.headers.get("If-None-Match", "")
    session_key = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
    if not header or not session_key or len(session_key) > 64:
        return None
    store = SessionStore(session_key)
    note_key = _note_key(session_key)
    found = cache.get_many([store.cache_key, note_key])
    session, note = found.get(store.cache_key), found.get(note_key)
    if not session or not note:
        return None
    person_id, etag, versions = note
    if session.get(SESSION_KEY) != person_id or not is_known(header, etag):
        return None
    store._session_cache = session  # type: ignore[attr-defined]  # what it would read itself, from the same place
    if sessions.is_over(store, now=time.time()):
        return None
    keys = [cachetags.key_of(tag) for tag in (tag_of(person_id), *feed.TAGS)]
    present = cache.get_many(keys)
    return etag if tuple(present.get(key) for key in keys) == versions else None


def _note_key(session_key: str) -> str:
    """Sessions' keys are secrets: a note is kept under what only the key leads to."""
    return f"updates:note:{hashlib.blake2b(session_key.encode(), digest_size=16).hexdigest()}"
