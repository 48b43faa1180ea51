"""Exports: what is in them, who gets them, and what they never hold."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from django.test import Client
from django.utils import translation
from openpyxl import load_workbook
from pypdf import PdfReader

from accounts.models import User
from usecases.actions import contacts
from usecases.content import Content
from usecases.exports import columns, workbook
from usecases.exports.renderer import fetcher, render
from usecases.models import UseCase
from usecases.serializers import UseCaseSerializer
from usecases.tests.factories import asked, draft, published

ARABIC = "خفضنا الهدر في خط التعبئة"
MIXED = f"{ARABIC} with PLC 6ES7 🏭"


def pdf_of(client: Client, story: UseCase) -> PdfReader:
    """Download a story's PDF and read it back."""
    response = client.get(f"/api/v1/use-cases/{story.pk}/export?format=pdf")
    assert response.status_code == 200, response.content
    assert response["Content-Type"] == "application/pdf"
    return PdfReader(io.BytesIO(response.content))


def text_of(reader: PdfReader) -> str:
    return "\n".join(page.extract_text() for page in reader.pages)


def workbook_of(client: Client, query: str = "") -> Any:
    """Download the list as a workbook and read it back."""
    response = client.get(f"/api/v1/use-cases/export?format=xlsx{query}")
    assert response.status_code == 200, response.content
    return load_workbook(io.BytesIO(response.content))


def lines_of(sheet: Any) -> list[dict[str, Any]]:
    head, *rest = sheet.iter_rows()
    return [{name.value: cell for name, cell in zip(head, line, strict=True)} for line in rest]


def fonts_of(reader: PdfReader) -> list[Any]:
    found = []
    for page in reader.pages:
        for font in page["/Resources"].get_object().get("/Font", {}).values():
            font = font.get_object()
            found += [one.get_object() for one in font.get("/DescendantFonts", [font])]
    return found


# -- One definition ------------------------------------------------------------------------------------------


def json_fields(serializer: Any, prefix: str = "") -> set[str]:
    """Return all fields of the JSON answer, nested ones with dots; lists and organizations count as one."""
    found: set[str] = set()
    for name, field in serializer.fields.items():
        if name in ("location", "headline", "contact", "replications"):
            found |= json_fields(field, f"{name}.")
        else:
            found.add(prefix + name)
    return found


def test_every_field_of_the_json_answer_is_exported_or_left_out_for_a_reason() -> None:
    fields = json_fields(UseCaseSerializer())
    exported = {column.name for column in columns.STORIES}
    assert fields - exported - set(columns.LEFT_OUT) == set()
    assert not exported & set(columns.LEFT_OUT)


def test_every_part_of_a_story_is_exported() -> None:
    exported = {column.name.rpartition(".")[2] for column in columns.STORIES}
    assert set(Content.__dataclass_fields__) - exported == set()


def test_every_part_of_a_metric_is_exported() -> None:
    metric = UseCaseSerializer().fields["metrics"].child  # type: ignore[attr-defined]  # a list of them
    assert set(metric.fields) - {column.name for column in columns.METRICS} == set()


def test_column_names_and_labels_are_unique() -> None:
    for sheet in (columns.STORIES, columns.METRICS, columns.MEDIA):
        assert len({column.name for column in sheet}) == len(sheet)
        assert len({str(column.label) for column in sheet}) == len(sheet)


# -- One story as PDF ----------------------------------------------------------------------------------------


def test_a_pdf_tells_the_whole_story(client: Client, ben: User, ada: User, lina: User) -> None:
    story = published(ben, ada, summary="Sensors told us in time.", lessons=["Glue outlasts magnets."])
    client.force_login(lina)
    reader = pdf_of(client, story)
    text = text_of(reader)
    for words in ("Vibration sensors on our compressors", "Bolt & Co", "Unplanned downtime", "−70", "40 hours",
                  "12 hours", "Two compressors failed", "We glued sensors", "three weeks", "Glue outlasts",
                  "Leipzig, Germany", "Sensors told us in time"):  # fmt: skip
        assert words in text.replace("\xa0", " "), words
    assert f"{2} / {len(reader.pages)}" in text


def test_a_pdf_says_what_it_is_and_lets_one_jump(client: Client, ben: User, ada: User, lina: User) -> None:
    story = published(ben, ada)
    client.force_login(lina)
    reader = pdf_of(client, story)
    assert reader.metadata is not None
    assert (reader.metadata.title, reader.metadata.author) == (story.title, "Bolt & Co")
    assert reader.trailer["/Root"]["/Lang"] == "en"
    assert [one.title for one in reader.outline][:3] == ["At a glance", "Outcomes in figures", "Problem"]  # type: ignore[union-attr]  # a flat one
    contents = text_of(reader).replace("\xa0", " ")
    assert re.search(r"At a glance\s+2\b", contents), "the contents name pages"
    links = [note.get_object() for page in reader.pages for note in page.get("/Annots", [])]
    assert sum("/Dest" in link or link.get("/A", {}).get("/S") == "/GoTo" for link in links) >= 6
    outward = [link["/A"]["/URI"] for link in links if "/URI" in link.get("/A", {})]
    assert outward
    assert all(address.endswith(story.get_absolute_url()) for address in outward)


def test_arabic_and_emoji_go_through_every_exit(client: Client, ben: User, ada: User, lina: User) -> None:
    story = published(ben, ada, title=MIXED, problem=f"<p>{ARABIC}</p>", contact=None)
    client.force_login(lina)
    client.cookies["django_language"] = "ar"
    with translation.override("ar"):
        reader = pdf_of(client, story)
    assert reader.metadata is not None
    assert reader.metadata.title == MIXED
    fonts = fonts_of(reader)
    assert fonts
    assert all({"/FontFile", "/FontFile2", "/FontFile3"} & set(font["/FontDescriptor"].get_object()) for font in fonts)
    names = " ".join(font["/BaseFont"] for font in fonts).replace("-", "")
    assert "Arabic" in names or "DejaVu" in names
    book = workbook_of(client)
    line = lines_of(book.worksheets[0])[0]
    assert next(iter(line.values())).value == MIXED
    listed = client.get("/api/v1/use-cases/export?format=pdf")
    assert listed.status_code == 200
    assert listed.content.startswith(b"%PDF")


@pytest.mark.parametrize(
    "address",
    ["http://127.0.0.1:9/x.png", "https://example.com/x", "file:///etc/passwd", "ftp://127.0.0.1/x",
     "data:text/plain,x", "asset:../secret", "asset:unknown", "//example.com/x", "/etc/passwd"],
)  # fmt: skip
def test_the_renderer_reaches_nothing_but_what_came_with_the_document(address: str) -> None:
    fetch = fetcher({"picture-1": (b"x", "image/png")})
    with pytest.raises(ValueError, match="no such thing"):
        fetch(address)
    html = f"<p>Here</p><img src='{address}'><link rel=stylesheet href='{address}'><style>@import '{address}';</style>"
    assert render(html, {}).startswith(b"%PDF")


def test_the_renderer_gives_what_came_with_the_document() -> None:
    assert fetcher({"picture-1": (b"x", "image/png")})("asset:picture-1").read() == b"x"


def test_what_takes_too_long_is_ended(client: Client, ben: User, ada: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("usecases.exports.pdf.to_pdf.__kwdefaults__", {"seconds": 0.05})
    story = published(ben, ada)
    client.force_login(ada)
    assert client.get(f"/api/v1/use-cases/{story.pk}/export?format=pdf").status_code == 413


def test_nobody_gets_another_companys_draft(client: Client, ben: User, ada: User, lina: User, mona: User) -> None:
    story = draft(ben)
    client.force_login(lina)
    assert client.get(f"/api/v1/use-cases/{story.pk}/export?format=pdf").status_code == 404
    assert client.get(f"/use-cases/{story.pk}/export/pdf/").status_code == 404
    client.force_login(ada)
    assert "Draft" in text_of(pdf_of(client, story))


# -- Whom to ask ---------------------------------------------------------------------------------------------


def test_contacts_are_exported_to_those_alone_who_may_see_them(
    client: Client, ben: User, ada: User, lina: User, kamal: User, mona: User
) -> None:
    story = published(ben, ada)
    address = "ben@bolt.example"
    contacts.accept_contact_request(actor=ben.actor, request_id=asked(lina, story).pk)
    for person, sees in ((lina, True), (ben, True), (mona, True), (kamal, False)):
        client.force_login(person)
        assert (address in text_of(pdf_of(client, story))) is sees, person
        cells = [str(cell.value) for line in workbook_of(client).worksheets[0].iter_rows() for cell in line]
        assert (address in cells) is sees, person


# -- Lists ---------------------------------------------------------------------------------------------------


def test_a_workbook_has_a_sheet_per_list_with_typed_cells(client: Client, ben: User, ada: User, lina: User) -> None:
    story = published(ben, ada, timeline_months=6, problem="<p>" + "It failed again. " * 200 + "</p>")
    client.force_login(lina)
    book = workbook_of(client)
    assert book.sheetnames == ["Use cases", "Metrics", "Media"]
    sheet = book.worksheets[0]
    assert sheet.freeze_panes == "B2"
    assert sheet.auto_filter.ref.startswith("A1:")
    assert sheet.auto_filter.ref.endswith("2")
    assert sheet.column_dimensions["A"].width == 48
    assert sheet.row_dimensions[1].height == workbook.HEADER
    assert sheet.row_dimensions[2].height == workbook.TALLEST
    line = lines_of(sheet)[0]
    assert line["Title"].value == story.title
    assert line["Page"].hyperlink.target.endswith(story.get_absolute_url())
    assert (line["Months to running"].value, line["Months to running"].data_type) == (6, "n")
    assert line["Published"].is_date
    assert line["Outcome: change"].value == -70
    metric = lines_of(book.worksheets[1])[0]
    assert (metric["Before"].value, metric["After"].value, metric["Change in %"].value) == (40, 12, -70)


@pytest.mark.parametrize("sign", ["=", "+", "-", "@"])
def test_what_looks_like_a_formula_is_text(client: Client, ben: User, ada: User, lina: User, sign: str) -> None:
    evil = f"{sign}HYPERLINK('http://evil.example','Click me')"
    published(ben, ada, title=evil, vendor=evil, location={"site": evil}, metrics=[{"name": evil, "result": evil}])
    client.force_login(lina)
    book = workbook_of(client)
    cells = [cell for sheet in book for line in sheet.iter_rows() for cell in line if str(cell.value).startswith(sign)]
    assert len(cells) >= 5
    assert {cell.data_type for cell in cells} == {"s"}
    assert all(cell.quotePrefix for cell in cells)


def test_a_list_is_narrowed_as_the_page_is(client: Client, ben: User, ada: User, lina: User) -> None:
    published(ben, ada, title="A press that listens")
    published(ben, ada, title="Less gas in the oven", industry="food")
    draft(ben, title="Not for others")
    client.force_login(lina)
    assert workbook_of(client).worksheets[0].max_row == 3
    assert workbook_of(client, "&industry=food").worksheets[0].max_row == 2
    page = client.get("/use-cases/export/?format=xlsx&industry=food")
    assert load_workbook(io.BytesIO(page.content)).worksheets[0].max_row == 2
    reader = PdfReader(io.BytesIO(client.get("/use-cases/export/?format=pdf&industry=food").content))
    text = text_of(reader)
    assert "Less gas in the oven" in text
    assert "A press" not in text
    assert "Not for others" not in text


def test_an_export_costs_as_many_statements_for_many_stories(
    client: Client, ben: User, ada: User, lina: User, django_assert_max_num_queries: Any
) -> None:
    for number in range(6):
        published(ben, ada, title=f"Story number {number}")
    client.force_login(lina)
    with django_assert_max_num_queries(12):
        workbook_of(client)


@pytest.mark.parametrize("query", ["?format=docx", "?format=xlsx&unknown=1", "?format=xlsx&industry=nope"])
def test_bad_parameters_are_refused(client: Client, lina: User, query: str) -> None:
    client.force_login(lina)
    response = client.get(f"/api/v1/use-cases/export{query}")
    assert response.status_code == 400
    assert response.json()["type"] == "validation_error"


def test_many_exports_in_a_row_are_slowed_down(client: Client, lina: User) -> None:
    client.force_login(lina)
    answers = [client.get("/api/v1/use-cases/export?format=xlsx").status_code for _ in range(21)]
    assert answers[-1] == 429
    assert set(answers[:-1]) == {200}
