"""One URL names the mail server."""

from __future__ import annotations

from pathlib import Path

import pytest

from p2psandbox.platform.mail.transport import backend_settings


@pytest.mark.parametrize(
    ("url", "port", "ssl", "tls", "user", "password"),
    [
        ("smtp://mail.example.com", 25, False, False, "", ""),
        ("smtps://ada:p%40ss@mail.example.com", 465, True, False, "ada", "p@ss"),
        ("smtp+starttls://ada%40example.com:x@mail.example.com:2525", 2525, False, True, "ada@example.com", "x"),
    ],
)
def test_the_url_becomes_django_s_settings(
    url: str, port: int, ssl: bool, tls: bool, user: str, password: str, tmp_path: Path
) -> None:
    found = backend_settings(url, directory=tmp_path)
    assert found["EMAIL_HOST"] == "mail.example.com"
    assert (found["EMAIL_PORT"], found["EMAIL_USE_SSL"], found["EMAIL_USE_TLS"]) == (port, ssl, tls)
    assert (found["EMAIL_HOST_USER"], found["EMAIL_HOST_PASSWORD"]) == (user, password)


def test_without_a_server_mail_becomes_files(tmp_path: Path) -> None:
    assert backend_settings("", directory=tmp_path)["EMAIL_FILE_PATH"] == str(tmp_path)
