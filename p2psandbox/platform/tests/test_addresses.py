"""Whose address counts: the last one a trusted proxy wrote, never one the caller made up."""

from __future__ import annotations

import pytest
from django.test import RequestFactory
from pytest_django.fixtures import Settings

from p2psandbox.platform.web.addresses import client_address


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "203.0.113.7", "192.0.2.1"),
        (1, "", "192.0.2.1"),
        (1, "203.0.113.7", "203.0.113.7"),
        (1, "198.51.100.9, 203.0.113.7", "203.0.113.7"),
        (2, "198.51.100.9, 203.0.113.7, 203.0.113.8", "203.0.113.7"),
        (2, "203.0.113.7", "192.0.2.1"),
        (1, "203.0.113.7:40112", "203.0.113.7"),
        (1, "[2001:db8::7]:40112", "2001:db8::7"),
        (1, "2001:db8::7", "2001:db8::7"),
        (1, "203.0.113.7, <script>", "192.0.2.1"),
        (1, "203.0.113.7, ", "192.0.2.1"),
    ],
)
def test_only_what_trusted_proxies_wrote_is_believed(
    settings: Settings, rf: RequestFactory, proxies: int, forwarded: str, address: str
) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    headers = {"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {}
    assert client_address(rf.get("/", REMOTE_ADDR="192.0.2.1", **headers)) == address
