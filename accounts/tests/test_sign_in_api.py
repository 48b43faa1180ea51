"""Signing in and out as JSON."""

from __future__ import annotations

from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from tests.cast import PASSWORD

pytestmark = pytest.mark.django_db
LOGIN = "/api/v1/auth/login"


def codes(answer: Any) -> list[tuple[str, str | None]]:
    return [(e["code"], e["attr"]) for e in answer.json()["errors"]]


def test_the_right_password_answers_user_and_organization(api_client: APIClient, ada: User) -> None:
    answer = api_client.post(LOGIN, {"email": ada.email.upper(), "password": PASSWORD})
    assert answer.status_code == 200, answer.content
    body = answer.json()
    assert body["user"]["email"] == ada.email
    assert body["organization"] == {
        "id": str(ada.organization_id),
        "name": "Bolt & Co",
        "slug": "bolt-co",
        "verified": False,
    }
    session = api_client.get("/api/v1/auth/session")
    assert session.status_code == 200
    assert session.json()["expires_at"].endswith("Z")
