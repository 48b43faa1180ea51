"""What every answer says to the browser about safety and keeping."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from accounts.models import User

pytestmark = pytest.mark.django_db(databases="__all__")

PLACES = ["/", "/no-such-page/", "/accounts/login/", "/api/v1/forums/topics", "/api/docs/"]


@pytest.mark.parametrize("place", PLACES)
def test_the_content_security_policy_is_strict_everywhere(client: Client, place: str) -> None:
    policy = client.get(place)["Content-Security-Policy"]
    for rule in ("default-src 'none'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"):
        assert rule in policy
    assert "unsafe-inline" not in policy
    assert "unsafe-eval" not in policy


def test_each_page_has_a_nonce_of_its_own(client: Client) -> None:
    first, second = (set(re.findall(r"'nonce-([^']+)'", client.get("/")["Content-Security-Policy"])) for _ in range(2))
    assert first
    assert first.isdisjoint(second)


def test_every_script_of_a_page_carries_the_nonce_or_comes_from_us(client: Client) -> None:
    html = client.get("/").content.decode()
    scripts = re.findall(r"<script\b[^>]*>", html)
    assert scripts
    running = [tag for tag in scripts if 'type="application/json"' not in tag]
    assert all('src="/static/' in tag and re.search(r'nonce="[^"]{20,}"', tag) for tag in running)


@pytest.mark.parametrize("place", PLACES)
def test_browsers_are_told_not_to_guess_frame_or_leak(client: Client, place: str) -> None:
    answer = client.get(place)
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in answer["Permissions-Policy"]


def test_what_a_signed_in_person_sees_is_kept_nowhere(client: Client, ben: User) -> None:
    client.force_login(ben)
    for place in ("/", "/forums/", "/api/v1/users/me"):
        assert "no-store" in client.get(place)["Cache-Control"]


def test_https_sites_insist_on_https(client: Client, settings: Settings) -> None:
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_HSTS_SECONDS = 31536000
    moved = client.get("/forums/")
    assert (moved.status_code, moved["Location"][:8]) == (301, "https://")
    assert "max-age=31536000" in client.get("/", secure=True)["Strict-Transport-Security"]


def test_health_checks_are_not_redirected(client: Client, settings: Settings) -> None:
    settings.SECURE_SSL_REDIRECT = True
    assert client.get("/health").status_code == 200
