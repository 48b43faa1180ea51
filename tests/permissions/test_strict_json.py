"""Fields that are not one's to set, and values that are no values: every endpoint refuses them with 400."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from drf_spectacular.generators import SchemaGenerator

from tests.permissions.access import SAFE, SIGN_FIRST, Row
from tests.permissions.table import JSON, TABLE
from tests.permissions.world import World

pytestmark = pytest.mark.django_db(databases="__all__")

#: What nobody sets about themselves or about what they write.
NOT_THEIRS = {"is_staff": True, "organization": "@bolt", "author": "@colleague", "status": "published"}
#: Parameters by which a filter could be built from what somebody typed.
NOT_PARAMETERS = ("title__regex=.", "author__password__startswith=a", "_connector=OR")
#: Beyond every number there is; JSON's own ``Infinity`` is refused by the parser.
HUGE = "@huge"
_VARIABLE = re.compile(r"<\w+>|\{\w+\}")


def _first_of_each(unsafe: bool) -> list[tuple[str, Row]]:
    """Return each method and path once, with a row in which somebody gets in."""
    found: dict[tuple[str, str], Row] = {}
    for row in JSON:
        for method in row.methods:
            if (method not in SAFE) is unsafe and ("in" in row.access.values() or row.access is SIGN_FIRST):
                found.setdefault((method, row.path), row)
    return [(method, row) for (method, _path), row in found.items()]


WRITES = [(method, row) for method, row in _first_of_each(unsafe=True) if method != "DELETE"]
#: The schema does not describe itself; tests/test_schema.py asks it.
READS = [(method, row) for method, row in _first_of_each(unsafe=False) if row.path != "/api/v1/schema/"]


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    """What the product says of its own endpoints."""
    return dict(SchemaGenerator().get_schema(request=None, public=True))


def _named(entry: tuple[str, Row]) -> str:
    return f"{entry[0]} {entry[1].path}"


@pytest.mark.parametrize("entry", WRITES, ids=_named)
def test_fields_that_are_not_ones_to_set_are_refused(entry: tuple[str, Row], world: World) -> None:
    method, row = entry
    for name, value in NOT_THEIRS.items():
        extra = world.specimens[value[1:]] if str(value).startswith("@") else value
        asked = world.ask(row.somebody, method, row, body=world.body(row) | {name: extra})

        assert asked.response.status_code == 400, f"{name}: {asked.response.content!r}"
        assert name in {error["attr"] for error in asked.response.json()["errors"]}
        assert not asked.changed, name


@pytest.mark.parametrize("entry", WRITES, ids=_named)
def test_values_of_another_kind_are_refused(entry: tuple[str, Row], world: World, schema: dict[str, Any]) -> None:
    method, row = entry
    for name, value in _odd(_expected_body(schema, method, row), schema):
        body = world.body(row) | {name: value}
        sent = json.dumps(body).replace(f'"{HUGE}"', "1e400").encode()
        asked = world.ask(row.somebody, method, row, body=sent)

        assert asked.response.status_code == 400, f"{name}={value!r} is answered {asked.response.status_code}"
        assert not asked.changed, f"{name}={value!r}"


@pytest.mark.parametrize("entry", WRITES, ids=_named)
def test_a_body_that_is_no_object_is_refused(entry: tuple[str, Row], world: World) -> None:
    method, row = entry
    for sent in (b'["x"]', b"7", b"{", b"\xff"):
        asked = world.ask(row.somebody, method, row, body=sent)

        assert asked.response.status_code == 400, f"{sent!r} is answered {asked.response.status_code}"
        assert not asked.changed, sent


@pytest.mark.parametrize("entry", [*READS, *WRITES], ids=_named)
def test_parameters_nobody_reads_are_refused(entry: tuple[str, Row], world: World) -> None:
    method, row = entry
    for parameter in NOT_PARAMETERS:
        asked = world.ask(row.somebody, method, row, url=f"{world.url(row)}?{parameter}")

        assert asked.response.status_code == 400, f"{parameter} is answered {asked.response.status_code}"
        assert not asked.changed, parameter


@pytest.mark.parametrize("entry", READS, ids=_named)
def test_parameters_take_no_operators_and_no_nul(entry: tuple[str, Row], world: World, schema: dict[str, Any]) -> None:
    method, row = entry
    for parameter in _operation(schema, method, row).get("parameters", []):
        if parameter["in"] != "query":
            continue
        name = parameter["name"]
        for query in (f"{name}[$ne]=1", f"{name}__regex=.", f"{name}=%00", f"{name}={'x' * 9000}"):
            asked = world.ask(row.somebody, method, row, url=f"{world.url(row)}?{query}")
            status = asked.response.status_code

            # A page that does not exist is missing rather than wrong.
            assert status == 400 or (status == 404 and name == "page"), f"{query[:40]} is answered {status}"


def test_no_page_stumbles_over_odd_parameters(world: World) -> None:
    names = ("page", "search", "tag", "author", "category", "industry", "organization", "technology", "ordering", "to")
    query = "&".join(f"{name}=%00%ff{{$ne:1}}" for name in names)
    pages = {(row.path, row.at): row for row in TABLE if "GET" in row.methods and row.kind == "page"}

    stumbled = [str(row) for row in pages.values() if _crashes(world, row, f"{world.url(row)}?{query}")]

    assert not stumbled


def test_no_address_stumbles_over_odd_words(world: World) -> None:
    pointing = {row.path: row for row in TABLE if row.at and "GET" in row.methods}

    stumbled = [
        f"{row} with {word[:9]!r}"
        for row in pointing.values()
        for word in ("%00", "%ff%0d%0a" + "x" * 3000)
        if _crashes(world, row, _pointed_at(world, row, word))
    ]

    assert not stumbled


def _pointed_at(world: World, row: Row, word: str) -> str:
    """Return the row's address with another last word."""
    path = row.path
    for one in (*map(world.of, row.at.split()[:-1]), word):
        path = _VARIABLE.sub(one, path, count=1)
    return path


def _crashes(world: World, row: Row, url: str) -> bool:
    return world.ask(row.somebody, "GET", row, url=url, watch=False).response.status_code >= 500


def _operation(schema: dict[str, Any], method: str, row: Row) -> dict[str, Any]:
    """Return what the schema says of a route, whatever it calls the variables."""
    wanted = _VARIABLE.sub("{}", row.path)
    found = next(entry for path, entry in schema["paths"].items() if _VARIABLE.sub("{}", path) == wanted)
    return dict(found[method.lower()])


def _expected_body(schema: dict[str, Any], method: str, row: Row) -> dict[str, Any]:
    content = _operation(schema, method, row).get("requestBody", {}).get("content", {})
    return dict(content.get("application/json", {}).get("schema", {}))


def _odd(kind: dict[str, Any], schema: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield a field and a value that does not fit it, for every field and those inside it."""
    for name, field in _resolved(kind, schema)[0].get("properties", {}).items():
        kinds = _resolved(field, schema)
        types = {one for kind in kinds for one in _types(kind)}
        yield name, {"$ne": 1}
        yield name, ["x"] if "array" not in types else [{"$ne": 1}]
        if "string" not in types:
            yield name, "x"
        if types & {"number", "integer"}:
            yield name, HUGE
        elif all(kind.get("format") != "uuid" for kind in kinds):  # to Django, a number is an id as well
            yield name, 7
        for kind in kinds:
            if "array" in _types(kind):
                yield from ((name, [{inner: value}]) for inner, value in _odd(kind["items"], schema))
            elif "object" in _types(kind):
                yield from ((name, {inner: value}) for inner, value in _odd(kind, schema))


def _resolved(kind: dict[str, Any], schema: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the kinds a field may be of, references followed."""
    if "$ref" in kind:
        return _resolved(schema["components"]["schemas"][kind["$ref"].rpartition("/")[2]], schema)
    several = kind.get("oneOf") or kind.get("anyOf") or kind.get("allOf")
    return [found for one in several for found in _resolved(one, schema)] if several else [kind]


def _types(kind: dict[str, Any]) -> set[str]:
    types = kind.get("type", "string" if "enum" in kind else "object")
    return {types} if isinstance(types, str) else set(types)
