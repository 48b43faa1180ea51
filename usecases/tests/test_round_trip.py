"""Stories come in from a file, are published, and go out as workbook and JSON as they came in."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

from django.test import Client
from openpyxl import load_workbook

from accounts.models import User
from p2psandbox.platform.files import keys
from p2psandbox.platform.files.storage import store
from p2psandbox.platform.richtext import to_text
from usecases.actions import drafts, lifecycle
from usecases.actions.imports import Fate, import_use_cases
from usecases.imports import readers
from usecases.imports.records import country_of
from usecases.models import ImportedUseCase
from usecases.tests.factories import exported

RECORDS = Path(__file__).parent / "data" / "round_trip.json"
#: What records of that format do not hold and stories need.
REST: dict[str, Any] = {
    "category": "quality",
    "industry": "software",
    "contact": {"name": "Ben Krause", "email": "ben@bolt.example"},
    "problem": "<p>Not told.</p>",
    "solution": "<p>Not told.</p>",
    "outcomes": "<p>Not told.</p>",
    "technologies": ["Not told"],
    "location": {"city": "Leipzig", "country": "DE"},
    "metrics": [{"name": "Not told", "result": "not told"}],
}


def words(text: Any) -> str:
    """A text without how it is laid out: rich text parts paragraphs in its own way."""
    return " ".join(str(text or "").split())


def taken_in(path: Path, author: User, admin: User) -> list[str]:
    """Import a file and publish all of it; return the ids of the stories, in its order."""
    report = import_use_cases(actor=admin.actor, author=author, items=readers.read(path))
    assert report.of(Fate.REFUSED) == []
    taken = list(ImportedUseCase.objects.order_by("created_at", "pk"))
    for entry, known in zip(report.entries, taken, strict=True):
        lacking = {reason.partition(":")[0].partition(".")[0] for reason in entry.reasons}
        changes = {name: REST[name] for name in lacking | {"category", "contact"}}
        drafts.save_draft(actor=author.actor, use_case_id=known.use_case_id, changes=changes)
        lifecycle.publish(actor=admin.actor, use_case_id=known.use_case_id)
    return [str(known.use_case_id) for known in taken]


def lines(sheet: Any) -> list[dict[str, Any]]:
    head, *rest = sheet.iter_rows(values_only=True)
    return [dict(zip(head, line, strict=True)) for line in rest]


def check(path: Path, author: User, admin: User, reader: User, client: Client) -> int:
    """Compare each record of a file with its story in JSON and in the workbook; return how many there are."""
    ids = taken_in(path, author, admin)
    row = exported(reader)
    with store().open(keys.export(row.key)) as stream:
        book = load_workbook(io.BytesIO(stream.read()), read_only=True)
    cells = {line["Id"]: line for line in lines(book.worksheets[0])}
    metrics: dict[str, list[dict[str, Any]]] = {}
    for line in lines(book.worksheets[1]):
        metrics.setdefault(line["Id of the use case"], []).append(line)
    client.force_login(reader)
    records = json.loads(path.read_text())
    for record, story_id in zip(records, ids, strict=True):
        shown = client.get(f"/api/v1/use-cases/{story_id}").json()
        _compare(record, shown, cells.pop(story_id), metrics.get(story_id, []))
    assert cells == {}
    return len(records)


def _compare(record: dict[str, Any], shown: dict[str, Any], line: dict[str, Any], measured: list[Any]) -> None:
    assert record["title"] == shown["title"] == line["Title"]
    assert words(record.get("summary")) == words(shown["summary"]) == words(line["Summary"])
    if record.get("technologies"):
        assert record["technologies"] == shown["technologies"] == line["Technologies"].split(", ")
    if record.get("country"):
        assert country_of(record["country"]) == shown["location"]["country"]
    if record.get("city"):
        assert record["city"] == shown["location"]["city"] == line["City"]
    texts = (("challenge", "problem", "Problem"), ("solution", "solution", "What was done"),
             ("impact_text", "outcomes", "What came of it"))  # fmt: skip
    for theirs, ours, column in texts:
        assert words(to_text(shown[ours])) == words(line[column]), ours
        if record.get(theirs):
            told, source, _rest = words(line[column]).partition(" Source: ")
            assert words(record[theirs]) == told, ours
            assert not source or ours != "problem", "importing says where it is from, behind the last of the texts"
    assert len(shown["metrics"]) == len(measured)
    for one, cell in zip(shown["metrics"], measured, strict=True):
        names = (("name", "Metric"), ("unit", "Unit"), ("baseline", "Before"), ("result", "After"))
        for name, column in names:
            assert (None if one[name] == "" else one[name]) == cell[column], (name, one, cell)
    if record.get("outcomes"):
        assert [one["name"] for one in record["outcomes"]] == [one["name"] for one in shown["metrics"]]
        for theirs, one in zip(record["outcomes"], shown["metrics"], strict=True):
            said = {str(value) for value in (one["baseline"], one["result"]) if value not in (None, "")}
            typed = {str(value) for value in map(theirs.get, ("before", "after", "text")) if value not in (None, "")}
            # 30,000 is a number once it is in.
            assert {value if value in said else value.replace(",", "") for value in typed} <= said


def test_what_comes_in_goes_out_as_it_was(client: Client, ben: User, ada: User, lina: User) -> None:
    assert check(RECORDS, ben, ada, lina, client) == 3
