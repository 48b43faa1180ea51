"""Sessions as Django keeps them in database and cache, but for one thing: to note their use waits for no disk."""

from __future__ import annotations

from django.contrib.sessions.backends import cached_db

from p2psandbox.platform.databases import without_waiting_for_the_disk


class SessionStore(cached_db.SessionStore):
    """The engine named by ``SESSION_ENGINE``."""

    #: Set where nothing but the last use was written into it: see :func:`accounts.sessions.note_use`.
    only_used = False

    def save(self, must_create: bool = False) -> None:
        """Store the session; for a crash to take away when it was last used is harm to nobody."""
        if must_create or not self.only_used:
            super().save(must_create)
            return
        with without_waiting_for_the_disk():
            super().save()
        self.only_used = False
