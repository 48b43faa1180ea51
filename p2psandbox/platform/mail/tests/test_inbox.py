"""Local mode's mailbox."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from p2psandbox.platform.mail.delivery import deliver_mail
from p2psandbox.platform.mail.models import OutboxMail

pytestmark = [pytest.mark.django_db, pytest.mark.urls("p2psandbox.platform.mail.tests.local_urls")]
Write = Callable[..., OutboxMail]


@pytest.fixture
def mailbox(settings: Settings, tmp_path: Path) -> Path:
    settings.LOCAL = True
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.MAIL_DIRECTORY = settings.EMAIL_FILE_PATH = tmp_path / "mail"
    return tmp_path / "mail"


def test_the_mailbox_lists_mail_and_narrows_it_to_an_address(client: Client, mailbox: Path, write: Write) -> None:
    assert "No mail yet" in client.get("/dev/mail/").content.decode()
    deliver_mail(write(to="ada@example.com", context={"name": "One"}).id)
    deliver_mail(write(to="ben@example.com", context={"name": "Two"}).id)
    page = client.get("/dev/mail/").content.decode()
    assert "Email: One" in page
    assert "Email: Two" in page
    assert "Email: One" not in client.get("/dev/mail/?to=ben@").content.decode()


def test_the_text_of_a_mail_has_links_to_follow(client: Client, mailbox: Path, write: Write) -> None:
    deliver_mail(write().id)
    [file] = mailbox.iterdir()
    page = client.get(f"/dev/mail/{file.name}/").content.decode()
    assert 'href="http://localhost:8000/somewhere/"' in page
    assert "Hello Bolt &amp; Co" in page


def test_the_html_of_a_mail_stands_under_a_policy_of_its_own(client: Client, mailbox: Path, write: Write) -> None:
    deliver_mail(write().id)
    [file] = mailbox.iterdir()
    answer = client.get(f"/dev/mail/{file.name}/html/")
    assert answer["Content-Security-Policy"].startswith("default-src 'none'; style-src 'unsafe-inline'")
    assert "script-src" not in answer["Content-Security-Policy"]
    assert "Bolt &amp; Co</a>" in answer.content.decode()


def test_a_mail_without_html_has_no_html_page(client: Client, mailbox: Path) -> None:
    mailbox.mkdir()
    (mailbox / "plain.log").write_text("Subject: Plain\nTo: ada@example.com\n\nHello\n" + "-" * 79 + "\n")
    assert "Hello" in client.get("/dev/mail/plain.log/").content.decode()
    assert client.get("/dev/mail/plain.log/html/").status_code == 404


@pytest.mark.parametrize("name", ["missing.log", "..%2fsecret.log", ".env", "a.log.txt"])
def test_nothing_else_on_the_disk_is_shown(client: Client, mailbox: Path, name: str) -> None:
    (mailbox.parent / "secret.log").write_text("Subject: secret\n\nsecret")
    assert client.get(f"/dev/mail/{name}/").status_code == 404


def test_outside_local_mode_there_is_no_mailbox(client: Client, mailbox: Path, settings: Settings) -> None:
    settings.LOCAL = False
    assert client.get("/dev/mail/").status_code == 404
    assert client.get("/dev/mail/plain.log/").status_code == 404
