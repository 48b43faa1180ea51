"""How long a sign-in lasts, and what is known of it.

Two limits: a browser session ends after ``SESSION_IDLE_SECONDS`` without use, and every session ends
``SESSION_COOKIE_AGE`` after sign-in, however busy. Start and last use stand in the session itself; last use
is written at most every few minutes, so a request usually costs no database write.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

from allauth.headless.tokens.strategies.sessions import SessionTokenStrategy
from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase

_STARTED = "signed_in_at"
_USED = "used_at"
#: Last use is noted at most this often, in seconds.
NOTE_EVERY = 300


def begin(session: SessionBase, *, now: float) -> None:
    """Note the start of a sign-in."""
    session[_STARTED] = session[_USED] = int(now)


def ends_at(session: SessionBase) -> datetime | None:
    """Return when this session ends if nobody uses it, or ``None`` for one that was not begun by a sign-in."""
    started = session.get(_STARTED)
    if started is None:
        return None
    end = started + settings.SESSION_COOKIE_AGE
    if session.get_expire_at_browser_close():
        end = min(end, session.get(_USED, started) + settings.SESSION_IDLE_SECONDS)
    return datetime.fromtimestamp(end, UTC)


def is_over(session: SessionBase, *, now: float) -> bool:
    """Say whether a limit has passed."""
    end = ends_at(session)
    return end is not None and end.timestamp() <= now


def note_use(session: SessionBase, *, now: float, at_once: bool = False) -> bool:
    """Note that the session is being used, if the last note is old enough (or ``at_once``); says whether it did."""
    used = session.get(_USED)
    if used is None or (not at_once and now - used < NOTE_EVERY):
        return False
    # What else this request changed, or may not lose, is no mere note of use.
    session.only_used = not (session.modified or at_once)  # type: ignore[attr-defined]  # see accounts.session_store
    session[_USED] = int(now)
    return True


class LimitedSessionTokens(SessionTokenStrategy):
    """``X-Session-Token`` for apps: a session key under the same limits as the browser's cookie."""

    def lookup_session(self, session_token: str) -> SessionBase | None:
        session: SessionBase | None = super().lookup_session(session_token)
        if session is None:
            return None
        now = datetime.now(UTC).timestamp()
        if is_over(session, now=now):
            session.flush()
            return None
        if note_use(session, now=now):
            session.save()
        return session


_BROWSERS = (
    ("Edge", r"Edg(?:A|iOS)?/"),
    ("Opera", r"OPR/"),
    ("Samsung Internet", r"SamsungBrowser/"),
    ("Firefox", r"Firefox/|FxiOS/"),
    ("Chrome", r"Chrome/|CriOS/"),
    ("Safari", r"Version/[\d.]+ .*Safari/"),
)
_SYSTEMS = (
    ("Android", r"Android"),
    ("iPhone", r"iPhone"),
    ("iPad", r"iPad"),
    ("Windows", r"Windows"),
    ("macOS", r"Mac OS X|Macintosh"),
    ("ChromeOS", r"CrOS"),
    ("Linux", r"Linux"),
)


def _first(known: tuple[tuple[str, str], ...], text: str) -> str:
    return next((name for name, pattern in known if re.search(pattern, text)), "")


def device_name(user_agent: str) -> str:
    """Return a device in words people know (``Firefox, Windows``), or the program's own first word."""
    parts = [_first(_BROWSERS, user_agent), _first(_SYSTEMS, user_agent)]
    return ", ".join(filter(None, parts)) or user_agent.split("/")[0][:40].strip()
