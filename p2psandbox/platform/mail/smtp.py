"""SMTP that says when a mail is about to be the server's.

From its last line on, the server may have taken a mail although no answer comes back. Whoever sends notes that moment
first, so that the next process knows what a killed one had done.
"""

from __future__ import annotations

import smtplib
from collections.abc import Callable
from typing import Any

from django.core.mail.backends import smtp

_LAST_LINE = b"\r\n.\r\n"
#: Seconds the server has for its answer to a whole mail: giving up early would send it twice (RFC 5321, 4.5.3.2.6).
ANSWER_SECONDS = 120


class _Saying:
    """What plain and encrypted connections have in common here."""

    sock: Any
    before_handover: Callable[[], None] | None = None

    def send(self, s: Any) -> None:
        """Send; the last line of a mail goes by itself, after ``before_handover`` was called."""
        if isinstance(s, bytes) and s.endswith(_LAST_LINE):
            super().send(s[:-3])  # type: ignore[misc]  # smtplib's, beside us in the bases
            self.sock.settimeout(ANSWER_SECONDS)
            if self.before_handover is not None:
                self.before_handover()
            s = s[-3:]
        super().send(s)  # type: ignore[misc]  # smtplib's, beside us in the bases


class _Plain(_Saying, smtplib.SMTP):
    pass


class _Encrypted(_Saying, smtplib.SMTP_SSL):
    pass


class EmailBackend(smtp.EmailBackend):
    """Django's, which calls ``before_handover`` ahead of each mail's last line."""

    def __init__(self, *args: Any, before_handover: Callable[[], None] | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.before_handover = before_handover

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        return _Encrypted if self.use_ssl else _Plain

    def open(self) -> bool | None:
        opened = super().open()
        if isinstance(self.connection, _Saying):
            self.connection.before_handover = self.before_handover
        return opened
