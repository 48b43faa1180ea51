"""A browser and a program whose commits really commit (mail is handed over then), and mail read as people do."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from rest_framework.test import APIClient


@pytest.fixture
def browser(django_capture_on_commit_callbacks: Any) -> Client:
    """A browser: follows nothing by itself, and what it causes on commit happens at once."""

    class Browser(Client):
        def request(self, **request: Any) -> Any:
            with django_capture_on_commit_callbacks(execute=True):
                return super().request(**request)

    return Browser()


@pytest.fixture
def program(django_capture_on_commit_callbacks: Any) -> APIClient:
    """A caller of the JSON API."""

    class Program(APIClient):
        def request(self, **request: Any) -> Any:
            with django_capture_on_commit_callbacks(execute=True):
                return super().request(**request)

    return Program()


@pytest.fixture
def mailed_link(db: None) -> Callable[..., str]:
    """Return the path of the link in the newest mail to an address."""

    def find(to: str, containing: str = "/accounts/") -> str:
        newest = [message for message in mail.outbox if to in message.to][-1]
        links = re.findall(r"http://localhost:8000(\S+)", str(newest.body))
        return next(link for link in links if containing in link)

    return find


def codes(answer: Any) -> list[tuple[str, str | None]]:
    """Return (code, attribute) of each error of a JSON answer."""
    return [(error["code"], error["attr"]) for error in answer.json()["errors"]]
