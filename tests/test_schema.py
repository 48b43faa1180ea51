"""The OpenAPI document: complete, true, the same for everybody, and cheap to ask for again."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from accounts.models import User
from p2psandbox.platform.api import document

pytestmark = pytest.mark.django_db

SCHEMA = "/api/v1/schema/"
JSON = "application/vnd.oai.openapi+json"


@pytest.fixture
def schema(client: Client) -> dict[str, Any]:
    return dict(json.loads(client.get(SCHEMA, headers={"accept": JSON}).content))


def test_the_schema_is_made_without_a_warning(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("spectacular", "--validate", "--fail-on-warn")
    said = capsys.readouterr()
    assert said.out.startswith("openapi: 3.1")
    assert "Warning" not in said.err
    assert "Error" not in said.err


def test_sets_of_choices_have_names_of_their_own(schema: dict[str, Any]) -> None:
    named = {name: entry["enum"] for name, entry in schema["components"]["schemas"].items() if "enum" in entry}
    assert named["UseCaseStatus"][0] == "draft"
    assert named["MemberRole"] == ["member", "admin"]
    assert named["ErrorType"] == ["validation_error", "client_error", "server_error"]
    assert not [name for name in named if any(letter.isdigit() for letter in name)], "a name made from a hash"


def test_every_operation_says_how_it_refuses(schema: dict[str, Any]) -> None:
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            if method in ("get", "post", "put", "patch", "delete"):
                said = set(operation["responses"])
                assert {"400", "401", "403", "429", "503"} <= said, f"{method} {path}"
                assert "{" not in path or "404" in said, f"{method} {path}"


def test_refusals_look_as_the_schema_says(schema: dict[str, Any], api_client: APIClient, ada: User) -> None:
    wanted = {**schema["components"]["schemas"]["Error"], "components": schema["components"]}
    refused = [api_client.get("/api/v1/users/me")]
    api_client.force_login(ada)
    refused.append(api_client.get("/api/v1/forums/topics", {"page": "x", "colour": "red"}))
    refused.append(api_client.get("/api/v1/forums/topics/0190b8a0-0000-7000-8000-000000000000"))
    refused.append(api_client.post("/api/v1/forums/topics", {"title": 7}))
    refused.append(api_client.post("/api/v1/forums/topics", b"title=x", content_type="text/plain"))
    refused.append(api_client.delete("/api/v1/forums/topics"))
    assert [answer.status_code for answer in refused] == [401, 400, 404, 400, 415, 405]
    for answer in refused:
        jsonschema.validate(answer.json(), wanted)


def test_examples_of_refusals_are_true_to_the_schema(schema: dict[str, Any]) -> None:
    wanted = {**schema["components"]["schemas"]["Error"], "components": schema["components"]}
    for described in schema["components"]["responses"].values():
        [example] = described["content"]["application/json"]["examples"].values()
        jsonschema.validate(example["value"], wanted)


def test_the_schema_is_built_once_and_then_answered_without_a_query(client: Client) -> None:
    first = client.get(SCHEMA)
    builds, drawings = document._schema.cache_info().misses, document._rendered.cache_info().misses
    with CaptureQueriesContext(
        connection,
    ) as queries:
        second = client.get(SCHEMA)
    assert second.content == first.content
    assert (document._schema.cache_info().misses, document._rendered.cache_info().misses) == (builds, drawings)
    assert len(queries) == 0


def test_who_has_the_schema_is_told_so(client: Client) -> None:
    first = client.get(SCHEMA)
    again = client.get(SCHEMA, headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.get(SCHEMA, headers={"if-none-match": '"something-else"'}).status_code == 200
    assert client.head(SCHEMA)["ETag"] == first["ETag"]


def test_the_schema_is_the_same_for_everybody(client: Client, ada: User, mona: User) -> None:
    tags = {client.get(SCHEMA)["ETag"]}
    for person in (ada, mona):
        client.force_login(person)
        tags.add(client.get(SCHEMA)["ETag"])
    assert len(tags) == 1


def test_each_language_and_format_has_a_tag_of_its_own(client: Client) -> None:
    asked = [{}, {"lang": "ar"}, {"format": "json"}, {"lang": "ar", "format": "json"}]
    answers = [client.get(SCHEMA, query) for query in asked]
    assert len({answer["ETag"] for answer in answers}) == 4
    assert answers[0]["Content-Type"].startswith("application/vnd.oai.openapi;")
    assert answers[2].json()["openapi"].startswith("3.1")
    assert client.get(SCHEMA, headers={"accept-language": "ar"})["ETag"] == answers[1]["ETag"]


def test_made_up_languages_are_not_kept(client: Client) -> None:
    known = client.get(SCHEMA)["ETag"]
    kept = document._rendered.cache_info().currsize
    for language in ("xx", "en-x-1", "../..", "de"):
        assert client.get(SCHEMA, {"lang": language})["ETag"] == known
    assert document._rendered.cache_info().currsize == kept


def test_unknown_parameters_are_refused_here_too(client: Client) -> None:
    answer = client.get(SCHEMA, {"colour": "red"}, headers={"accept": JSON})
    assert answer.status_code == 400
    assert json.loads(answer.content)["errors"][0]["attr"] == "colour"
