"""Which mail server is used: read from one URL."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

_PORTS = {"smtp": 25, "smtps": 465, "smtp+starttls": 587}


def backend_settings(url: str, *, directory: Path) -> dict[str, Any]:
    """Return Django's ``EMAIL_*`` settings for ``smtp://``, ``smtps://`` or ``smtp+starttls://`` URLs.

    Without a URL, mail is written as files under ``directory``.
    """
    if not url:
        return {
            "EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend",
            "EMAIL_FILE_PATH": str(directory),
        }
    parts = urlsplit(url)
    return {
        "EMAIL_BACKEND": "p2psandbox.platform.mail.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname or "localhost",
        "EMAIL_PORT": parts.port or _PORTS[parts.scheme],
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_USE_TLS": parts.scheme == "smtp+starttls",
        "EMAIL_TIMEOUT": 10,
    }
