"""Health answers, request ids and log lines."""

from __future__ import annotations

import json
import logging as standard_logging

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from accounts.models import User
from p2psandbox.platform import health
from p2psandbox.platform.logging import masked_path, on_one_line, without_secrets

pytestmark = pytest.mark.django_db(databases="__all__")


def test_health_is_ok_for_everybody_and_names_the_version(client: Client, settings: Settings) -> None:
    answer = client.get("/health")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok", "version": settings.VERSION})


def test_details_are_for_staff(client: Client, mona: User, ben: User) -> None:
    assert "components" not in client.get("/health/detailed").json()
    client.force_login(ben)
    assert "components" not in client.get("/health/detailed").json()
    client.force_login(mona)
    found = client.get("/health/detailed").json()["components"]
    assert {name: part["status"] for name, part in found.items()} == dict.fromkeys(health.CHECKS, "ok")
    assert all(part["version"] and part["latency_ms"] > 0 for part in found.values())


def test_details_are_for_the_configured_token(client: Client, settings: Settings) -> None:
    settings.HEALTH_TOKEN = "let-me-see"
    assert "components" in client.get("/health/detailed", headers={"Authorization": "Bearer let-me-see"}).json()
    assert "components" not in client.get("/health/detailed", headers={"Authorization": "Bearer no"}).json()


def test_a_stopped_database_turns_health_red(client: Client, settings: Settings) -> None:
    settings.HEALTH_TOKEN = "let-me-see"
    known = health.connections["default"].settings_dict
    real = known["HOST"]
    known["HOST"] = "/nonexistent"
    try:
        assert client.get("/health").status_code == 503
        answer = client.get("/health/detailed", headers={"Authorization": "Bearer let-me-see"})
    finally:
        known["HOST"] = real
    assert answer.status_code == 503
    assert answer.json()["status"] == "down"
    assert answer.json()["components"]["database"]["status"] == "down"


def test_every_answer_carries_its_request_id(client: Client) -> None:
    first, second = client.get("/"), client.get("/no-such-page/")
    assert len(first["X-Request-ID"]) == 36
    assert first["X-Request-ID"] != second["X-Request-ID"]
    assert second["X-Request-ID"] in second.content.decode()


def test_a_request_id_sent_by_a_stranger_is_not_taken_over(client: Client) -> None:
    assert client.get("/", headers={"X-Request-ID": "forged\nline"})["X-Request-ID"] != "forged\nline"


def test_the_log_line_of_a_request_has_its_id_and_no_key(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(standard_logging.INFO, logger="django_structlog"):
        answer = client.get("/accounts/confirm-email/SECRETSECRETSECRETSECRETSECRET/?token=abc")
    lines = [record.msg for record in caplog.records if "request_finished" in str(record.msg)]
    assert any(answer["X-Request-ID"] in json.dumps(line, default=str) for line in lines)
    assert "SECRET" not in json.dumps(lines, default=str)
    assert "abc" not in json.dumps([line.get("request") for line in lines])


def test_paths_keep_ids_and_hide_keys() -> None:
    ids = "/forums/topics/0198f1d2-7c3a-7e11-8000-0123456789ab/"
    assert masked_path(ids) == ids
    assert masked_path("/reset/Mg-cq3x7v-0123456789abcdef/?x=1") == "/reset/…/"


def test_secrets_and_addresses_never_reach_a_log_line() -> None:
    event = without_secrets(None, "info", {"password": "hunter2", "session_key": "k", "to": "ada@bolt.example"})
    assert event == {"password": "…", "session_key": "…", "to": "a…@bolt.example"}


def test_a_line_break_cannot_forge_a_log_line() -> None:
    event = on_one_line(None, "info", {"name": "Ada\nlevel=critical \x1b[31m"})
    assert "\n" not in event["name"]
    assert "\x1b" not in event["name"]
