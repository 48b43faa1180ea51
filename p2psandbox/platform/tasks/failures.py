"""Which errors pass by themselves and which are final, and what may be said of one without telling anything private."""

from __future__ import annotations

import errno
import smtplib
import traceback

import django.db
import kombu.exceptions
import psycopg
import pymongo.errors
import redis.exceptions
from billiard.exceptions import SoftTimeLimitExceeded
from django.conf import settings

from p2psandbox.platform.errors import ProductError, TooMany, Unavailable

#: Somebody or something is away for the moment: trying again later is worth it.
_PASSING = (
    Unavailable,
    TooMany,
    django.db.OperationalError,
    django.db.InterfaceError,
    psycopg.OperationalError,
    psycopg.InterfaceError,
    pymongo.errors.AutoReconnect,
    redis.exceptions.ConnectionError,
    redis.exceptions.TimeoutError,
    kombu.exceptions.OperationalError,
    smtplib.SMTPServerDisconnected,
    smtplib.SMTPConnectError,
    ConnectionError,
    TimeoutError,
    SoftTimeLimitExceeded,
)
_PASSING_NUMBERS = frozenset(
    {errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.ENETUNREACH, errno.EHOSTUNREACH, errno.EMFILE, errno.ENFILE}
)


def can_pass(error: BaseException) -> bool:
    """Say whether the same work may succeed later: a store, disk or server that is away, a timeout, SMTP 4xx."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return any(400 <= code < 500 for code, _reply in error.recipients.values())
    if isinstance(error, smtplib.SMTPResponseException) and not isinstance(error, _PASSING):
        return 400 <= error.smtp_code < 500
    if isinstance(error, OSError) and error.errno in _PASSING_NUMBERS:
        return True
    return isinstance(error, _PASSING)


def kind_of(error: BaseException) -> str:
    """Return the error's class, as ``smtplib.SMTPDataError``; builtin ones without a module."""
    kind = type(error)
    name = kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
    return name[:120]


def describe(error: BaseException) -> str:
    """Return one line that says where it happened and, as far as a code says it, what.

    Never the error's own text: that may quote an address, a file's name or what somebody wrote.
    """
    return ", ".join(filter(None, (_code(error), _place(error))))[:200]


def _code(error: BaseException) -> str:
    if isinstance(error, ProductError):
        return str(error.code)
    if isinstance(error, smtplib.SMTPResponseException):
        return f"SMTP {error.smtp_code}"
    if isinstance(error, OSError) and error.errno:
        return errno.errorcode.get(error.errno, str(error.errno))
    return str(getattr(error, "sqlstate", "") or getattr(error.__cause__, "sqlstate", "") or "")


def _place(error: BaseException) -> str:
    """Return the innermost line of the product's own code that the error passed."""
    root = f"{settings.BASE_DIR}/"
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if _is_ours(frame.filename, root)]
    if not frames:
        return ""
    return f"{frames[-1].filename.removeprefix(root)}:{frames[-1].lineno} in {frames[-1].name}"


def _is_ours(filename: str, root: str) -> bool:
    return filename.startswith(root) and "site-packages" not in filename and "/platform/tasks/" not in filename
