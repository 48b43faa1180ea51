"""Bringing stories in: whole or not at all, once, and with a report that says why."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.management import CommandError, call_command
from django.db import connections

from accounts.models import User
from organizations.models import Organization
from p2psandbox.platform.errors import Unavailable
from usecases.actions.imports import Fate, import_use_cases
from usecases.imports import readers
from usecases.imports.readers import Item
from usecases.imports.records import country_of, industry_of
from usecases.models import ImportedUseCase, Status, UseCase, UseCaseTransition
from usecases.queries import editing

RECORD: dict[str, Any] = {
    "source": "A trade magazine",
    "url": "https://stories.example/1",
    "licence": "CC BY 4.0",
    "language": "en",
    "title": "Reading the boiler room from afar",
    "summary": "Nobody walks to the boiler any more.",
    "organization": "Warm & Sons",
    "industry": "Power generation",
    "technologies": ["MQTT", "Temperature sensor"],
    "country": "Germany",
    "region": "Saxony",
    "city": "Leipzig",
    "challenge": "The boiler failed <unseen> at night.",
    "solution": "Twelve sensors, one broker.",
    "outcomes": [
        {"name": "Call-outs", "before": "12", "after": "3", "unit": "per month", "text": None},
        {"name": "Reaction", "before": None, "after": None, "unit": None, "text": "under 20 minutes"},
    ],
    "impact_text": "We sleep at night.",
    "manufacturing_related": True,
}


@pytest.fixture
def put(tmp_path: Path) -> Any:
    """Write a file and return its path."""

    def write(name: str, data: Any) -> Path:
        path = tmp_path / name
        path.write_bytes(data if isinstance(data, bytes) else json.dumps(data).encode())
        return path

    return write


def take(path: Path, organization: str = "bolt-co", **options: Any) -> str:
    out = StringIO()
    call_command("import_use_cases", str(path), organization=organization, stdout=out, stderr=StringIO(), **options)
    return out.getvalue()


def refuse(path: Path, **options: Any) -> str:
    """Import what must fail; return the report and the error."""
    out = StringIO()
    with pytest.raises(CommandError) as refused:
        call_command("import_use_cases", str(path), organization="bolt-co", stdout=out, stderr=StringIO(), **options)
    assert UseCase.objects.count() == 0
    assert ImportedUseCase.objects.count() == 0
    return out.getvalue() + str(refused.value)


def sheet(rows: list[list[Any]]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    found = io.BytesIO()
    book.save(found)
    return found.getvalue()


def test_a_record_becomes_a_draft_that_is_ready_to_publish(put: Any, ada: User) -> None:
    report = take(put("stories.json", [RECORD]))
    row = UseCase.objects.get()
    story = editing(ada.actor, row.pk)
    assert "item 1: ready to publish: Reading the boiler room" in report
    assert (row.status, row.author, row.industry) == (Status.DRAFT, ada, "energy")
    assert (row.country, row.city, row.site) == ("DE", "Leipzig", "Saxony")
    assert story.content.problem.html == "<p>The boiler failed &lt;unseen&gt; at night.</p>"
    assert [(m.name, m.baseline, m.result) for m in story.content.metrics] == [
        ("Call-outs", "12", "3"),
        ("Reaction", "", "under 20 minutes"),
    ]
    assert (row.headline_name, row.headline_change) == ("Call-outs", -75)
    assert "We sleep at night." in story.content.outcomes.text
    assert "Source: Warm & Sons · CC BY 4.0 · https://stories.example/1" in story.content.outcomes.text
    assert ImportedUseCase.objects.get().kept["licence"] == "CC BY 4.0"
    assert UseCaseTransition.objects.get().step == "imported"
    assert story.contact.is_empty


@pytest.mark.parametrize("title", ["车联网", "China Unicom ケーススタディ", "مستشعرات الاهتزاز"])
def test_stories_in_any_language_are_taken(title: str, put: Any, ada: User) -> None:
    assert "1 ready to publish" in take(put("s.json", [RECORD | {"title": title, "country": "中国"}]))
    assert (UseCase.objects.get().title, UseCase.objects.get().country) == (title, "CN")


def test_an_incomplete_record_is_a_draft_that_says_what_is_missing(put: Any, ada: User) -> None:
    report = take(put("s.json", [RECORD | {"technologies": [], "outcomes": [], "impact_text": None}]))
    assert "item 1: incomplete draft" in report
    assert "technologies" in report
    assert "outcomes" in report


def test_importing_again_makes_no_second(put: Any, ada: User) -> None:
    untold = {k: v for k, v in RECORD.items() if k != "url"}
    path = put("s.json", [RECORD, RECORD | {"title": "Same address again"}, untold, untold])
    assert "2 ready to publish, 0 draft, 2 imported before" in take(path)
    assert "0 ready to publish, 0 draft, 4 imported before" in take(path)
    assert UseCase.objects.count() == 2


def test_two_companies_may_import_the_same_story(put: Any, ada: User, kamal: User) -> None:
    path = put("s.json", [RECORD])
    take(path)
    take(path, organization="khalil-plastics")
    assert UseCase.objects.count() == 2


def test_a_dry_run_reports_and_writes_nothing(put: Any, ada: User) -> None:
    report = take(put("s.json", [RECORD]), dry_run=True)
    assert "Would be: 1 ready to publish" in report
    assert UseCase.objects.count() == 0


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"title": "x" * 100_000}, "Shorten this to 200"),
        ({"title": None}, "needs a title"),
        ({"title": ["a list"]}, "must be text"),
        ({"title": "bell\x07 and \u202eleft"}, "control characters"),
        ({"title": "half \ud800 a pair"}, "control characters"),
        ({"challenge": "Hello <script>alert(1)</script>"}, "Remove scripts"),
        ({"solution": '<p onclick="x()">Hello</p>'}, "Remove scripts"),
        ({"impact_text": '<a href="javascript:x()">Hello</a>'}, "Remove scripts"),
        ({"outcomes": [{"name": "<iframe src=x>"}]}, "Remove scripts"),
        ({"country": "Atlantis"}, "no country we know"),
        ({"category": "circus"}, "Choose one of the list"),
        ({"latitude": 95, "longitude": 0}, "degrees"),
        ({"timeline_months": "soon"}, "whole number"),
        ({"technologies": ["x" * 61]}, "Shorten this to 60"),
        ({"outcomes": ["words alone"]}, "must be an object"),
    ],
)
def test_a_bad_record_is_refused_by_place_with_the_reason(
    changes: dict[str, Any], words: str, put: Any, ada: User
) -> None:
    report = refuse(put("s.json", [RECORD | changes]))
    assert words in report
    assert "item 1: refused" in report
    assert "1 of 1 refused" in report


def test_one_bad_record_does_not_keep_the_good_ones_out(put: Any, ada: User) -> None:
    path = put("s.json", [RECORD, RECORD | {"url": "https://stories.example/2", "country": "Atlantis"}, "no object"])
    with pytest.raises(CommandError, match="2 of 3 refused"):
        take(path)
    assert UseCase.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("s.json", b'[{"title": "Half', "not whole JSON"),
        ("s.json", b'[{"title": "caf\xe9"}]', "not UTF-8"),
        ("s.json", b'{"title": "No list"}', "must hold a list"),
        ("s.json", b'[{"title": NaN}]', "not JSON"),
        ("s.json", b"[" * 100_000, "not JSON"),
        ("s.json", b"  ", "empty"),
        ("s.csv", b"name;country\nA;DE\n", "among them"),
        ("s.csv", b"title,title\nA,B\n", "stand twice"),
        ("s.csv", b'title,problem\n"never closed,x\n', "not whole CSV"),
        ("s.csv", b"title\nA\x00B\n", "NUL"),
        ("s.xlsx", b"PK\x03\x04 not a workbook", "not a workbook"),
        ("s.xlsx", b"title,problem\n", "not a workbook"),
        ("s.pdf", b"%PDF", ".json, .csv or .xlsx"),
    ],
)
def test_a_broken_file_is_refused_as_a_whole(name: str, data: bytes, words: str, put: Any, ada: User) -> None:
    assert words in refuse(put(name, data))


def test_a_file_that_is_not_there_is_said_plainly(tmp_path: Path, ada: User) -> None:
    assert "cannot be opened" in refuse(tmp_path / "missing.json")


CSV = (
    "Title;Industry;Technologies;Problem;Solution;Outcomes;Country;Metric 1 name;Metric 1 result;Metric 1 unit\n"
    'Größere Öfen;Food and beverage;SPS|Oven;"Zwei\nZeilen";Ein Ofen;Mehr Brot;Österreich;Brot;30,000;loaves\n'
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_a_table_is_read_in_the_encodings_spreadsheets_write(encoding: str, put: Any, ada: User) -> None:
    assert "1 ready to publish" in take(put("s.csv", CSV.encode(encoding)))
    row = UseCase.objects.get()
    assert (row.title, row.country, row.industry) == ("Größere Öfen", "AT", "food")
    assert row.technologies == ["SPS", "Oven"]
    assert (row.headline_name, row.headline_change) == ("Brot", 30000)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_any_common_delimiter_is_found(delimiter: str, put: Any, ada: User) -> None:
    lines = [["title", "problem", "solution"], ["A title, with comma", "It broke", "We mended it"]]
    text = "\n".join(delimiter.join(f'"{cell}"' for cell in line) for line in lines)
    take(put("s.csv", text.encode()))
    assert UseCase.objects.get().title == "A title, with comma"


def test_lines_are_named_by_their_number_in_the_file(put: Any, ada: User) -> None:
    data = 'title,country\n\n"Two\nlines",DE\nOnly one,Atlantis\nThree,DE,extra\n'
    path, report = put("s.csv", data.encode()), StringIO()
    with pytest.raises(CommandError):
        call_command("import_use_cases", str(path), organization="bolt-co", stdout=report)
    assert "line 3: refused" in report.getvalue()
    assert "line 5: refused" in report.getvalue()
    assert "line 6: refused" in report.getvalue()


def test_a_workbook_is_read(put: Any, ada: User) -> None:
    rows = [["Title", "Problem", "Months", "Country"], [None] * 4, ["Reading the boiler", "It broke", 4, "DE"]]
    take(put("s.xlsx", sheet(rows)))
    row = UseCase.objects.get()
    assert (row.title, row.timeline_months, row.country) == ("Reading the boiler", 4, "DE")


def test_formula_cells_are_refused_by_name(put: Any, ada: User) -> None:
    report = refuse(put("s.xlsx", sheet([["title", "problem"], ['=HYPERLINK("x")', "It broke"]])))
    assert "Cell A2 holds a formula" in report


def test_a_workbook_that_unpacks_to_too_much_is_refused_before_it_is_read(
    put: Any, ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readers, "MAX_UNPACKED", 10_000)
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b" " * 1_000_000)
    assert "unpacks to more" in refuse(put("s.xlsx", bomb.getvalue()))


def test_a_workbook_that_declares_entities_is_refused(put: Any, ada: User) -> None:
    evil = io.BytesIO()
    with zipfile.ZipFile(evil, "w") as archive:
        archive.writestr("xl/workbook.xml", b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>')
    assert "declarations" in refuse(put("s.xlsx", evil.getvalue()))


def test_too_many_records_are_refused(put: Any, ada: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readers, "MAX_RECORDS", 3)
    assert "more than 3 records" in refuse(put("s.json", [RECORD] * 4))


def test_an_unknown_company_or_author_is_said_plainly(put: Any, ada: User, kamal: User, nico: User) -> None:
    path = put("s.json", [RECORD])
    with pytest.raises(CommandError, match="no organization"):
        take(path, organization="nobody")
    for stranger in (kamal.email, nico.email, "x@y.example"):
        assert "no active, confirmed person" in refuse(path, author=stranger)


def test_a_company_without_an_admin_needs_an_author_named(put: Any, ben: User, bolt: Organization) -> None:
    path = put("s.json", [RECORD])
    assert "--author" in refuse(path)
    take(path, author=ben.email)
    assert UseCase.objects.get().author == ben


@pytest.mark.stores
@pytest.mark.django_db(transaction=True, databases=["default", "documents"])
def test_when_the_document_server_goes_away_it_stops_and_can_go_on(ada: User) -> None:
    items = [Item("item 1", RECORD), Item("item 2", RECORD | {"url": "https://stories.example/2"})]
    library = connections["documents"]
    address = dict(library.settings_dict)

    def going_away() -> Iterator[Item]:
        yield items[0]
        library.close_pool()
        library.settings_dict["HOST"] = "mongodb://127.0.0.1:9/?serverSelectionTimeoutMS=200"
        yield items[1]

    try:
        with pytest.raises(Unavailable):
            import_use_cases(actor=ada.actor, author=ada, items=going_away())
    finally:
        library.close_pool()
        library.settings_dict["HOST"] = address["HOST"]
    assert UseCase.objects.count() == 1
    report = import_use_cases(actor=ada.actor, author=ada, items=items)
    assert [entry.fate for entry in report.entries] == [Fate.KNOWN, Fate.READY]


@pytest.mark.parametrize(
    ("words", "industry"),
    [
        ("metals", "metals"), ("Metals and metalworking", "metals"), ("Sheet Metal Work Manufacturing", "metals"),
        ("All Other Plastics Product Manufacturing", "plastics"), ("钢铁", "metals"), ("Particle physics", "other"),
        ("Fabricated Wire", "metals"), (None, ""),
    ],
)  # fmt: skip
def test_trades_find_their_industry(words: str | None, industry: str) -> None:
    assert industry_of(words) == industry


@pytest.mark.parametrize(
    ("name", "code"),
    [("de", "DE"), ("DEU", "DE"), ("Deutschland", "DE"), ("United States", "US"), ("ألمانيا", "DE"), ("", "")],
)
def test_countries_are_known_by_many_names(name: str, code: str) -> None:
    assert country_of(name) == code
