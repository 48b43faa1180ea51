"""Making PDFs in a child process that can be ended: see docs/decisions/0023-exports.md."""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from p2psandbox.platform.errors import TooLarge, Unavailable
from p2psandbox.platform.logging import getLogger

log = getLogger(__name__)

#: Most characters of HTML that are tried at all.
LARGEST_HTML = 3_000_000
#: Seconds a document may take while somebody waits for the page, and in the background.
SECONDS, SECONDS_IN_BACKGROUND = 20, 240
#: What the child needs to know of its surroundings: where libraries and fonts are, and nothing else.
_KEPT = ("PATH", "LD_LIBRARY_PATH", "FONTCONFIG_FILE", "FONTCONFIG_PATH", "XDG_DATA_DIRS", "XDG_CACHE_HOME", "HOME")


def to_pdf(html: str, assets: Mapping[str, tuple[bytes, str]], *, seconds: float = SECONDS) -> bytes:
    """Return the PDF of an HTML document; ``assets`` are what it may show, by name: bytes and media type.

    Raises ``TooLarge`` when it is too much for one document or takes longer than ``seconds``, ``Unavailable`` when
    the renderer does not run here.
    """
    if len(html) > LARGEST_HTML:
        raise TooLarge(_too_much())
    body = html.encode()
    head = {
        "html": len(body),
        "seconds": math.ceil(seconds),
        "assets": [(name, kind, len(content)) for name, (content, kind) in assets.items()],
    }
    sent = b"".join([json.dumps(head).encode(), b"\n", body, *(content for content, _kind in assets.values())])
    try:
        done = subprocess.run(
            [sys.executable, "-m", "usecases.exports.renderer"],
            input=sent,
            capture_output=True,
            timeout=seconds,
            cwd=Path(settings.BASE_DIR),
            env={name: os.environ[name] for name in _KEPT if name in os.environ},
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        log.warning("pdf_took_too_long", seconds=seconds, html=len(body))
        raise TooLarge(_too_much()) from error
    if done.returncode or not done.stdout.startswith(b"%PDF"):
        log.error("pdf_failed", code=done.returncode, said=_last_line(done.stderr), html=len(body))
        if done.returncode < 0 or b"MemoryError" in done.stderr:
            raise TooLarge(_too_much())
        raise Unavailable(_("PDF documents cannot be made right now. Try again later."))
    return done.stdout


def _last_line(said: bytes) -> str:
    """Return what an error was, without what anybody wrote: the kind stands before the colon."""
    lines = said.decode(errors="replace").strip().splitlines()
    return lines[-1].partition(":")[0][:120] if lines else ""


def _too_much() -> str:
    return _("This is too much for one PDF. Narrow the list, or shorten the text.")
