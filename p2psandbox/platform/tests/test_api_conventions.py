"""What every endpoint of the JSON API has in common."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from pytest_django.fixtures import Settings
from rest_framework.test import APIClient

pytestmark = [pytest.mark.django_db, pytest.mark.urls("p2psandbox.platform.tests.specimen_api")]

SPECIMENS = "/api/v1/specimens"


def errors(answer: Any) -> list[tuple[str, str | None]]:
    return [(error["code"], error["attr"]) for error in answer.json()["errors"]]


def test_a_list_has_count_next_previous_and_results(api_client: APIClient) -> None:
    first = api_client.get(SPECIMENS).json()
    assert (first["count"], len(first["results"]), first["previous"]) == (45, 20, None)
    assert "page=2" in first["next"]
    assert len(api_client.get(SPECIMENS, {"page": 3}).json()["results"]) == 5


def test_a_page_may_have_a_hundred_rows_and_no_more(api_client: APIClient) -> None:
    assert len(api_client.get(SPECIMENS, {"page_size": 100000}).json()["results"]) == 45


@pytest.mark.parametrize("page", ["0", "4", "-1", "last-but-one", "9" * 400])
def test_a_page_beyond_the_end_is_not_found(api_client: APIClient, page: str) -> None:
    assert api_client.get(SPECIMENS, {"page": page}).status_code == 404


def test_an_unknown_parameter_is_named(api_client: APIClient) -> None:
    answer = api_client.get(SPECIMENS, {"colour": "red", "title__regex": "(a+)+"})
    assert answer.status_code == 400
    assert errors(answer) == [("unknown_parameter", "colour"), ("unknown_parameter", "title__regex")]


def test_an_unknown_or_forbidden_field_is_named(api_client: APIClient) -> None:
    answer = api_client.post(SPECIMENS, {"title": "x", "is_staff": True, "author": "ada"})
    assert answer.status_code == 400
    assert errors(answer) == [("unknown_field", "is_staff"), ("unknown_field", "author")]


@pytest.mark.parametrize("title", [{"$ne": 1}, ["a"], 7, True, None])
def test_only_text_is_taken_where_text_belongs(api_client: APIClient, title: object) -> None:
    answer = api_client.post(SPECIMENS, {"title": title})
    assert answer.status_code == 400
    assert errors(answer)[0][1] == "title"


@pytest.mark.parametrize("body", [b"[1, 2]", b'"text"', b"7", b"null"])
def test_a_body_that_is_no_object_is_refused(api_client: APIClient, body: bytes) -> None:
    assert api_client.post(SPECIMENS, body, content_type="application/json").status_code == 400


@pytest.mark.parametrize(
    "body",
    [b'{"title": ', b"\xff\xfe", b'{"title": NaN}', b"[" * 100_000, b""],
    ids=["truncated", "not utf-8", "NaN", "nested", "empty"],
)
def test_a_body_that_is_no_json_is_refused(api_client: APIClient, body: bytes) -> None:
    answer = api_client.post(SPECIMENS, body, content_type="application/json")
    assert answer.status_code == 400
    assert answer.json()["type"] in ("client_error", "validation_error")


def test_a_list_where_an_object_of_fields_was_expected_names_the_field(api_client: APIClient) -> None:
    answer = api_client.post(SPECIMENS, {"title": "x", "tags": {"0": "a"}})
    assert (answer.status_code, errors(answer)[0][1]) == (400, "tags")


def test_another_content_type_is_415(api_client: APIClient) -> None:
    assert api_client.post(SPECIMENS, b"title=x", content_type="text/plain").status_code == 415


def test_ten_megabytes_are_413_before_they_are_read(api_client: APIClient) -> None:
    body = b'{"title": "' + b"x" * 10_000_000 + b'"}'
    answer = api_client.post(SPECIMENS, body, content_type="application/json")
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (413, "request_too_large")


@pytest.mark.parametrize(
    ("how", "status", "code", "attr"),
    [
        ("invalid", 400, "invalid", "title"),
        ("whole", 400, "invalid", None),
        ("signin", 401, "not_authenticated", None),
        ("forbidden", 403, "permission_denied", None),
        ("missing", 404, "not_found", None),
        ("conflict", 409, "stale", None),
        ("limited", 429, "throttled", None),
        ("down", 503, "unavailable", None),
    ],
)
def test_each_error_of_the_product_has_one_answer(
    api_client: APIClient, how: str, status: int, code: str, attr: str | None
) -> None:
    answer = api_client.get(f"/api/v1/failing/{how}")
    assert answer.status_code == status
    assert errors(answer) == [(code, attr or ("non_field_errors" if how == "whole" else None))]


def test_limits_and_outages_say_when_to_come_back(api_client: APIClient) -> None:
    assert api_client.get("/api/v1/failing/limited")["Retry-After"] == "7"
    assert api_client.get("/api/v1/failing/down")["Retry-After"] == "30"


def test_a_crash_shows_no_internals() -> None:
    answer = Client(raise_request_exception=False).get("/api/v1/failing/crash")
    assert answer.status_code == 500
    assert answer.json()["type"] == "server_error"
    assert "secret internals" not in answer.content.decode()


def test_an_address_that_does_not_exist_is_json_under_the_api(client: Client) -> None:
    answer = client.get("/api/v1/nothing")
    assert (answer.status_code, errors(answer)) == (404, [("not_found", None)])


def test_an_unchanged_answer_is_304(api_client: APIClient) -> None:
    etag = api_client.get(SPECIMENS)["ETag"]
    assert api_client.get(SPECIMENS, headers={"If-None-Match": etag}).status_code == 304


def test_other_origins_are_let_in_only_when_configured(client: Client, settings: Settings) -> None:
    settings.CORS_ALLOWED_ORIGINS = ["https://app.example.com"]
    known = client.get(SPECIMENS, headers={"Origin": "https://app.example.com"})
    assert known["Access-Control-Allow-Origin"] == "https://app.example.com"
    assert known["Access-Control-Allow-Credentials"] == "true"
    assert "Access-Control-Allow-Origin" not in client.get(SPECIMENS, headers={"Origin": "https://evil.example"})


def test_a_stranger_is_throttled_and_told_when_to_return(
    api_client: APIClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rest_framework.throttling.AnonRateThrottle.THROTTLE_RATES", {"anon": "2/min"})
    assert [api_client.get(SPECIMENS).status_code for _ in range(3)] == [200, 200, 429]
    assert int(api_client.get(SPECIMENS)["Retry-After"]) > 0


def test_a_forged_forwarded_address_is_no_way_around_the_throttle(
    api_client: APIClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rest_framework.throttling.AnonRateThrottle.THROTTLE_RATES", {"anon": "2/min"})
    sent = [api_client.get(SPECIMENS, headers={"X-Forwarded-For": f"10.0.0.{n}"}) for n in range(3)]
    assert [answer.status_code for answer in sent] == [200, 200, 429]
