"""Bringing stories in through the page: upload, columns, preview, import, undo; who may, and what limits say."""

from __future__ import annotations

import csv
import io
import json
from datetime import timedelta
from typing import Any
from uuid import UUID

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import MemberRole, User
from p2psandbox.platform.errors import Conflict, Forbidden, Invalid, NotFound, Unavailable
from usecases.actions import importing, imports, lifecycle
from usecases.actions.importing import begin_import, check_import, choose_columns, start_import, undo_import
from usecases.actions.imports import Fate
from usecases.imports import columns, templates
from usecases.models import ImportedUseCase, ImportRun, ImportState, Status, UseCase
from usecases.queries import editing
from usecases.tasks import catch_up_imports, import_records
from usecases.tests.test_imports import RECORD

HEADER = ["Headline", "Challenge", "What we did", "Sector", "Country", "Contact e-mail", "Colour"]
ROWS = [
    ["Reading the boiler from afar", "It failed at night.", "Twelve sensors.", "Metals", "Germany", "", "red"],
    ["مراقبة المرجل", "كان يتعطل ليلاً.", "حساسات.", "Metals", "Jordan", "", ""],
    ["", "No title here.", "", "Metals", "Germany", "", ""],
    ["Somewhere", "It is nowhere.", "", "Metals", "Atlantis", "", ""],
]


def as_csv(rows: list[list[str]], header: list[str] = HEADER) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows([header, *rows])
    return text.getvalue().encode()


def begun(ada: User, data: bytes | None = None, name: str = "stories.csv", key: str = "") -> ImportRun:
    made = begin_import(actor=ada.actor, name=name, data=as_csv(ROWS) if data is None else data, key=key)
    return ImportRun.objects.get(pk=made)


def imported(ada: User, capture: Any, data: bytes | None = None, name: str = "stories.csv") -> ImportRun:
    run = begun(ada, data, name)
    with capture(execute=True):
        assert start_import(actor=ada.actor, import_id=run.pk, work=import_records)
    run.refresh_from_db()
    return run


def fates(run: ImportRun) -> list[str]:
    return [line["fate"] for line in run.entries]


def test_columns_are_guessed_from_their_headings_and_none_twice() -> None:
    found = columns.guess(["headline", "name", "challenge", "what_we_did", "sector", "metric_1_name", "colour"])
    assert found == {
        "headline": "title",
        "name": "",
        "challenge": "problem",
        "what_we_did": "solution",
        "sector": "industry",
        "metric_1_name": "metric_1_name",
        "colour": "",
    }
    assert columns.guess(["title", "headline"]) == {"title": "title", "headline": ""}
    assert columns.guess(["outcomes", "impact_text"]) == {"outcomes": "outcomes", "impact_text": "impact_text"}


def test_every_column_of_the_templates_means_itself_and_fits_what_is_taken(ada: User) -> None:
    header = next(csv.reader(io.StringIO(templates.as_csv().decode("utf-8-sig"))))
    assert columns.guess(header) == {name: name for name in header}
    book = openpyxl.load_workbook(io.BytesIO(templates.as_workbook()))
    assert [cell.value for cell in book.worksheets[0][1]] == header
    examples = {row[0]: row[2] for row in book.worksheets[1].iter_rows(min_row=2, values_only=True)}
    assert list(examples) == header
    run = begun(ada, as_csv([[str(examples[name] or "") for name in header]], header))
    (entry,) = check_import(actor=ada.actor, import_id=run.pk).entries
    assert entry.fate is Fate.DRAFT, entry
    assert not any("Choose" in reason for reason in entry.reasons)
    with pytest.raises(Invalid, match="no records"):
        begun(ada, templates.as_csv())


def test_a_file_is_looked_at_before_anything_is_imported(ada: User) -> None:
    run = begun(ada)
    assert run.total == 4
    report = check_import(actor=ada.actor, import_id=run.pk)
    assert [entry.fate for entry in report.entries] == [Fate.DRAFT, Fate.DRAFT, Fate.REFUSED, Fate.REFUSED]
    assert [entry.place for entry in report.of(Fate.REFUSED)] == ["line 4", "line 5"]
    assert "Atlantis" in report.entries[3].reasons[0]
    assert UseCase.objects.count() == 0


def test_records_become_drafts_of_who_imports_and_each_row_is_reported(
    ada: User, django_capture_on_commit_callbacks: Any
) -> None:
    run = imported(ada, django_capture_on_commit_callbacks)
    assert run.state == ImportState.DONE
    assert fates(run) == ["DRAFT", "DRAFT", "REFUSED", "REFUSED"]
    assert run.rows == ""
    assert run.finished_at is not None
    row = UseCase.objects.get(pk=run.entries[0]["use_case_id"])
    assert (row.title, row.author, row.status, row.country) == (ROWS[0][0], ada, Status.DRAFT, "DE")
    assert editing(ada.actor, row.pk).content.problem.text == "It failed at night."


def test_pressing_twice_imports_once(ada: User, django_capture_on_commit_callbacks: Any) -> None:
    assert begun(ada, key="k").pk == begun(ada, key="k").pk
    run = imported(ada, django_capture_on_commit_callbacks)
    with django_capture_on_commit_callbacks(execute=True):
        assert not start_import(actor=ada.actor, import_id=run.pk, work=import_records)
    assert UseCase.objects.count() == 2
    again = imported(ada, django_capture_on_commit_callbacks)
    assert fates(again)[:2] == ["KNOWN", "KNOWN"]
    assert UseCase.objects.count() == 2


def test_a_worker_that_was_stopped_in_the_middle_goes_on_where_it_was(
    ada: User, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    rows = [[f"Story {n}", "", "", "Metals", "Germany", "", ""] for n in range(30)]
    rows[25][0] = "Story 1"  # the same one again is not one that was stored before the stop
    run = begun(ada, as_csv(rows))
    with django_capture_on_commit_callbacks():
        start_import(actor=ada.actor, import_id=run.pk, work=import_records)
    insert, calls = imports.insert, []

    def failing(**given: Any) -> Any:
        calls.append(given)
        if len(calls) == 24:
            raise Unavailable
        return insert(**given)

    monkeypatch.setattr(imports, "insert", failing)
    with pytest.raises(Unavailable):
        importing.carry_on(run.pk)
    run.refresh_from_db()
    assert (run.state, run.done) == (ImportState.RUNNING, 20)
    monkeypatch.setattr(imports, "insert", insert)
    importing.carry_on(run.pk)
    run.refresh_from_db()
    assert fates(run) == ["DRAFT"] * 25 + ["KNOWN"] + ["DRAFT"] * 4
    assert UseCase.objects.count() == 29


def test_lost_work_is_found_again_and_old_files_are_forgotten(ada: User) -> None:
    running, waiting, fresh = (begun(ada) for _ in range(3))
    old = timezone.now() - timedelta(days=3)
    ImportRun.objects.filter(pk=running.pk).update(state=ImportState.RUNNING, updated_at=old)
    ImportRun.objects.filter(pk=waiting.pk).update(updated_at=old)
    catch_up_imports.run()
    running.refresh_from_db()
    assert running.state == ImportState.DONE
    assert set(ImportRun.objects.all()) == {running, fresh}


def test_undo_deletes_what_nobody_touched_and_lets_it_be_imported_again(
    ada: User, django_capture_on_commit_callbacks: Any
) -> None:
    run = imported(ada, django_capture_on_commit_callbacks)
    touched = UUID(run.entries[0]["use_case_id"])
    from usecases.actions.drafts import save_draft

    save_draft(actor=ada.actor, use_case_id=touched, changes={"summary": "Better now."})
    assert undo_import(actor=ada.actor, import_id=run.pk) == 1
    assert list(UseCase.objects.alive().values_list("pk", flat=True)) == [touched]
    run.refresh_from_db()
    assert run.state == ImportState.UNDONE
    with pytest.raises(Conflict):
        undo_import(actor=ada.actor, import_id=run.pk)
    again = imported(ada, django_capture_on_commit_callbacks)
    assert fates(again)[:2] == ["KNOWN", "DRAFT"]
    assert ImportedUseCase.objects.count() == 2


def test_columns_can_be_chosen_and_a_wrong_choice_is_named(ada: User) -> None:
    run = begun(ada)
    with pytest.raises(Invalid) as refused:
        choose_columns(actor=ada.actor, import_id=run.pk, columns={"colour": "title"})
    assert "already filled from “headline”" in str(refused.value)
    with pytest.raises(Invalid) as refused:
        choose_columns(actor=ada.actor, import_id=run.pk, columns={"headline": "", "colour": "author"})
    assert set(refused.value.fields) == {"", "colour"}
    choose_columns(actor=ada.actor, import_id=run.pk, columns={"headline": "summary", "colour": "title", "odd": "city"})
    run.refresh_from_db()
    assert (run.meaning["headline"], run.meaning["colour"]) == ("summary", "title")
    assert "odd" not in run.meaning


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.pdf", b"%PDF", "Give a .json, .csv or .xlsx file"),
        ("a.csv", b"", "The file is empty"),
        ("a.xlsx", b"PK no", "not a workbook"),
        ("a.json", b"{", "not whole JSON"),
        ("a.json", b"[" + b"[" * 50_000, "not"),
        ("a.csv", b"title\n" + b"x\n" * 2_001, "more than 2000 records"),
        ("a.csv", b"x" * (5 * 1024 * 1024 + 1), "larger than 5 MB"),
        ("a.csv", b",".join(b"c%d" % n for n in range(81)) + b"\n" + b"x," * 80 + b"x", "more than 80 columns"),
    ],
)
def test_files_that_are_not_taken_are_told_why(ada: User, name: str, data: bytes, said: str) -> None:
    with pytest.raises(Invalid, match=said):
        begun(ada, data, name)
    assert ImportRun.objects.count() == 0


def test_odd_values_are_refused_by_row_and_break_nothing(ada: User, django_capture_on_commit_callbacks: Any) -> None:
    odd = [
        {"title": "a\u0000b"},
        {"title": "Endless", "timeline_months": float("1e400")},
        {"title": ["a", {"b": "c"}]},
        {"title": "Deep", "location": json.loads("[" * 20 + "]" * 20)},
        {"title": "Markup", "problem": "<script>alert(1)</script>"},
        RECORD,
        "no object",
    ]
    text = json.dumps(odd).replace("Infinity", "1e400") + " "
    surrogate = text.replace('"Endless"', '"\\ud800"')
    run = imported(ada, django_capture_on_commit_callbacks, surrogate.encode(), "odd.json")
    assert run.state == ImportState.DONE
    assert [fate for fate in fates(run) if fate != "REFUSED"] == ["DRAFT"]


def test_a_workbook_with_days_and_figures_is_taken(ada: User, django_capture_on_commit_callbacks: Any) -> None:
    book = openpyxl.Workbook()
    book.active.append(["Title", "Summary", "Months", "Metric 1 name", "Metric 1 result"])
    book.active.append(["Dated", timezone.now().replace(tzinfo=None), 6, "Scrap rate", 2.5])
    made = io.BytesIO()
    book.save(made)
    run = imported(ada, django_capture_on_commit_callbacks, made.getvalue(), "Book.XLSX")
    row = UseCase.objects.get()
    assert fates(run) == ["DRAFT"]
    assert editing(ada.actor, row.pk).content.timeline_months == 6


def test_admins_import_for_their_own_organization_alone(ada: User, ben: User, kamal: User, mona: User) -> None:
    run = begun(ada)
    for person in (ben, mona):
        with pytest.raises(Forbidden):
            begin_import(actor=person.actor, name="a.csv", data=as_csv(ROWS))
    with pytest.raises(NotFound):
        check_import(actor=kamal.actor, import_id=run.pk)


def test_an_import_stops_when_its_admin_is_one_no_more(ada: User, django_capture_on_commit_callbacks: Any) -> None:
    run = begun(ada)
    with django_capture_on_commit_callbacks():
        start_import(actor=ada.actor, import_id=run.pk, work=import_records)
    User.objects.filter(pk=ada.pk).update(role=MemberRole.MEMBER)
    importing.carry_on(run.pk)
    run.refresh_from_db()
    assert run.state == ImportState.STOPPED
    assert UseCase.objects.count() == 0


def test_the_pages_lead_from_a_file_to_its_report(
    client: Client, ada: User, django_capture_on_commit_callbacks: Any
) -> None:
    client.force_login(ada)
    start = reverse("usecases:imports")
    assert f'href="{start}"' in client.get(reverse("usecases:list")).content.decode()
    assert client.get(start).status_code == 200
    assert "Choose a file" in client.post(start, {}).content.decode()
    refused = client.post(start, {"file": SimpleUploadedFile("a.pdf", b"x")}).content.decode()
    assert "Give a .json, .csv or .xlsx file" in refused
    sent = client.post(start, {"file": SimpleUploadedFile("stories.csv", as_csv(ROWS)), "key": "one"})
    page = client.get(sent["Location"]).content.decode()
    assert "Country: “Atlantis” is no country we know" in page
    assert "Line 5" in page
    wrong = client.post(sent["Location"], {"column-1": "", "go": "import"})
    assert wrong.status_code == 400
    assert "Choose which column holds the title" in wrong.content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        for _twice in range(2):
            assert client.post(sent["Location"], {"column-7": "vendor", "go": "import"}).status_code == 302
    report = client.get(sent["Location"]).content.decode()
    row = UseCase.objects.get(title=ROWS[0][0])
    assert reverse("usecases:edit", args=[row.pk, 1]) in report
    assert editing(ada.actor, row.pk).content.vendor == "red"
    assert "delete 2 unchanged drafts" in report
    lifecycle.delete(actor=ada.actor, use_case_id=row.pk)
    assert client.post(f"{sent['Location']}undo/").status_code == 302
    assert "Undone" in client.get(sent["Location"]).content.decode()
    assert UseCase.objects.alive().count() == 0


def test_an_uploaded_file_can_be_deleted(client: Client, ada: User) -> None:
    client.force_login(ada)
    run = begun(ada)
    client.post(reverse("usecases:import_drop", args=[run.pk]))
    assert ImportRun.objects.count() == 0
    for name in ("csv", "xlsx"):
        answer = client.get(reverse("usecases:import_template", args=[name]))
        assert answer["Content-Disposition"].endswith(f'template.{name}"')
    assert client.get(reverse("usecases:import_template", args=["exe"])).status_code == 404
