"""Local mode's mailbox: reads the files that the file-based mail backend has written."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from csp.decorators import csp_exempt
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.views.decorators.http import require_safe

#: How many mails the list shows.
SHOWN = 200
_NAME = re.compile(r"^[\w-]+\.log$", re.ASCII)
#: Django's file backend ends each message with such a line.
_END = b"-" * 79
_HTML_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; "
    "form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
)


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail as the mailbox shows it."""

    name: str
    subject: str
    to: str
    at: datetime | None
    text: str
    html: str


def _read(file: Path) -> Mail:
    raw = file.read_bytes().rstrip()
    message = message_from_bytes(raw.removesuffix(_END), policy=policy.default)
    assert isinstance(message, EmailMessage)  # policy.default makes no other
    date = message["Date"]
    return Mail(
        name=file.name,
        subject=str(message["Subject"] or ""),
        to=str(message["To"] or ""),
        at=date.datetime if date else None,
        text=_part(message, "plain"),
        html=_part(message, "html"),
    )


def _part(message: EmailMessage, kind: str) -> str:
    body = message.get_body((kind,))
    return str(body.get_content()) if body is not None else ""


def _files() -> list[Path]:
    directory = Path(settings.MAIL_DIRECTORY)
    found = [file for file in directory.glob("*.log") if file.stat().st_size] if directory.is_dir() else []
    return sorted(found, key=lambda file: (file.stat().st_mtime_ns, file.name), reverse=True)


def _one(name: str) -> Mail:
    file = Path(settings.MAIL_DIRECTORY) / name
    if not settings.LOCAL or not _NAME.match(name) or not file.is_file():
        raise Http404
    return _read(file)


@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """List the newest mails; ``?to=`` narrows to one address."""
    if not settings.LOCAL:
        raise Http404
    wanted = request.GET.get("to", "").strip().lower()
    mails = [_read(file) for file in _files()[:SHOWN]]
    shown = [mail for mail in mails if wanted in mail.to.lower()]
    return render(request, "dev_mail/inbox.html", {"mails": shown, "wanted": wanted})


@require_safe
def mail_text(request: HttpRequest, name: str) -> HttpResponse:
    """Show one mail's headers and text, its links ready to follow."""
    return render(request, "dev_mail/mail.html", {"mail": _one(name)})


@csp_exempt()  # type: ignore[untyped-decorator]  # django-csp is read as untyped
@require_safe
def mail_html(request: HttpRequest, name: str) -> HttpResponse:
    """Serve the HTML part as it arrives, under a policy that lets it style itself and nothing else.

    A page of its own rather than a frame: our pages allow no frames, and a mail is read whole.
    """
    mail = _one(name)
    if not mail.html:
        raise Http404
    return HttpResponse(mail.html, headers={"Content-Security-Policy": _HTML_POLICY})


urls: list[URLPattern] = [
    path("", inbox, name="dev_mail"),
    path("<str:name>/", mail_text, name="dev_mail_text"),
    path("<str:name>/html/", mail_html, name="dev_mail_html"),
]
