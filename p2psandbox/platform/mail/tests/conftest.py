"""A mail server that keeps what it gets, and templates of a mail for tests."""

from __future__ import annotations

import copy
import socket
from collections.abc import Callable, Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from django.conf import settings as django_settings
from pytest_django.fixtures import Settings

from p2psandbox.platform.mail.models import OutboxMail
from p2psandbox.platform.mail.outbox import send

TEMPLATES = Path(__file__).parent / "templates"


class Postmaster:
    """Keeps each mail; refuses recipients as it is told."""

    def __init__(self) -> None:
        self.received: list[EmailMessage] = []
        self.refuse_with = ""
        self.refuse_data_with = ""

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        if self.refuse_with:
            return self.refuse_with
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        if self.refuse_data_with:
            return self.refuse_data_with
        message = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.received.append(message)
        return "250 Taken"


def closed_port() -> int:
    """Return a port of loopback on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def mail_templates(settings: Settings) -> None:
    templates = copy.deepcopy(django_settings.TEMPLATES)
    templates[0]["DIRS"].append(TEMPLATES)
    settings.TEMPLATES = templates


@pytest.fixture
def postmaster(settings: Settings) -> Iterator[Postmaster]:
    """A real SMTP server on loopback that the product sends its mail through."""
    handler = Postmaster()
    server = Controller(handler, hostname="127.0.0.1", port=closed_port())
    server.start()
    settings.EMAIL_BACKEND = "p2psandbox.platform.mail.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_PORT = server.port
    yield handler
    server.stop()


@pytest.fixture
def write(mail_templates: None) -> Callable[..., OutboxMail]:
    """Put one mail into the outbox without sending it."""

    def write(**changes: Any) -> OutboxMail:
        given = {"template": "specimen", "to": "ada@example.com", "language": "en", "context": {"name": "Bolt & Co"}}
        return send(**{**given, **changes})

    return write
