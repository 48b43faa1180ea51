"""What is not taken: a clear answer each, the right status, and nothing left behind."""

from __future__ import annotations

import zipfile
from email.message import Message
from io import BytesIO

import pytest

from accounts.models import User
from p2psandbox.platform.files import names
from p2psandbox.platform.files.kinds import KINDS
from p2psandbox.platform.files.models import FileStatus, StoredFile
from p2psandbox.platform.files.tests import pictures
from p2psandbox.platform.files.tests.conftest import As, objects
from p2psandbox.platform.files.tests.factories import film, noise, office, pdf, picture, video

pytestmark = pytest.mark.django_db

_SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
_HTML = b"<!doctype html><script>alert(1)</script>"
_ODT = b"application/vnd.oasis.opendocument.text"
_OLD_DOC = bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 2000


def _bomb() -> bytes:
    written = BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", b" " * 200_000_000)
    return written.getvalue()


def _crowd() -> bytes:
    written = BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for number in range(10_001):
            archive.writestr(str(number), b"")
    return written.getvalue()


@pytest.mark.parametrize(
    ("name", "declared", "purpose"),
    [
        ("me.svg", "image/svg+xml", "avatar"),
        ("page.html", "text/html", "attachment"),
        ("run.exe", "application/octet-stream", "attachment"),
        ("run.js", "text/javascript", "attachment"),
        ("all.zip", "application/zip", "attachment"),
        ("old.doc", "application/msword", "attachment"),
        ("macros.docm", "", "attachment"),
        ("manual.pdf", "application/pdf", "avatar"),
        ("shifts.csv", "text/csv", "media"),
        ("film.mp4", "video/mp4", "attachment"),
        ("sheet.xlsx", "", "evidence"),
        ("moving.gif", "image/gif", "evidence"),
        ("no ending", "", "attachment"),
        (".jpg", "image/jpeg", "avatar"),
        ("manual.pdf", "image/jpeg", "attachment"),
        ("me.jpg", "application/pdf", "avatar"),
        ("me.jpg.exe", "image/jpeg", "avatar"),
    ],
)
def test_kinds_that_do_not_belong_are_refused_before_a_byte_is_sent(
    as_: As, ada: User, name: str, declared: str, purpose: str
) -> None:
    refused = as_(ada).begin(b"x" * 100, name, declared, purpose)
    assert refused.status_code == 415
    assert refused.json()["errors"][0]["code"] in ("unsupported_type", "wrong_type")
    assert not StoredFile.objects.exists()


@pytest.mark.parametrize(
    ("name", "purpose", "data", "status", "code"),
    [
        ("a pdf.jpg", "avatar", pdf(), 415, "wrong_type"),
        ("a png.jpg", "avatar", picture(format="PNG"), 415, "wrong_type"),
        ("an html.jpg", "avatar", _HTML, 415, "wrong_type"),
        ("an svg.png", "avatar", _SVG, 415, "wrong_type"),
        ("noise.png", "avatar", noise(500), 415, "wrong_type"),
        ("cut off.jpg", "avatar", picture()[:900], 400, "damaged"),
        ("a gif by its name.gif", "attachment", b"GIF89a/*" + b" " * 50 + b"*/=1;alert(1)//", 400, "damaged"),
        ("bomb.png", "avatar", pictures.black_bomb(20_000), 400, "too_many_pixels"),
        ("a jpg.pdf", "attachment", picture(), 415, "wrong_type"),
        ("cut off.pdf", "attachment", pdf()[:200], 400, "damaged"),
        ("html first.pdf", "attachment", _HTML + pdf(), 415, "wrong_type"),
        ("html.txt", "attachment", _HTML, 415, "unsafe"),
        ("svg.txt", "attachment", b"\n  " + _SVG, 415, "unsafe"),
        ("html in utf-16.txt", "attachment", _HTML.decode().encode("utf-16"), 415, "unsafe"),
        ("binary.csv", "attachment", noise(300), 415, "wrong_type"),
        ("a binary tail.log", "attachment", b"line\n" * 40_000 + noise(300), 415, "wrong_type"),
        ("macros.docx", "attachment", office(**{"word/vbaProject.bin": b"x"}), 415, "macros"),
        ("a sheet.docx", "attachment", office("xl/workbook.xml"), 415, "wrong_type"),
        ("a plain zip.xlsx", "attachment", office("readme.txt"), 415, "wrong_type"),
        ("old or locked.docx", "attachment", _OLD_DOC, 415, "encrypted"),
        ("behind html.docx", "attachment", _HTML + office(), 415, "wrong_type"),
        ("cut off.docx", "attachment", office()[:-30], 400, "damaged"),
        ("bomb.xlsx", "attachment", _bomb(), 400, "too_complex"),
        ("crowd.xlsx", "attachment", _crowd(), 400, "too_complex"),
        ("text.odt", "attachment", office("content.xml"), 415, "wrong_type"),
        ("not a film.mp4", "media", noise(5000), 415, "wrong_type"),
        ("a film.webm", "media", video(), 415, "wrong_type"),
    ],
)  # fmt: skip
def test_what_is_not_what_it_says_is_refused_and_gone(
    as_: As, ada: User, name: str, purpose: str, data: bytes, status: int, code: str
) -> None:
    refused = as_(ada).upload(data, name, "", purpose)

    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (status, code)
    assert len(refused.json()["errors"][0]["detail"]) > 20
    assert StoredFile.objects.get().status == FileStatus.FAILED
    assert objects() == []


@pytest.mark.parametrize(
    ("name", "purpose", "data", "content_type"),
    [
        ("manual.pdf", "attachment", pdf(), "application/pdf"),
        ("report.docx", "attachment", office(), KINDS["docx"].content_type),
        ("report.odt", "attachment", office("content.xml", mimetype=_ODT), _ODT.decode()),
        ("plc.log", "attachment", "توقف CPU\n".encode() * 50, "text/plain"),
        ("plc.txt", "attachment", "توقف\n".encode("utf-16"), "text/plain"),
        ("shifts.csv", "attachment", "Schicht;Stück\n".encode("latin-1"), "text/csv"),
        ("film.mp4", "media", video(), "video/mp4"),
        ("film.mov", "media", film("mov"), "video/quicktime"),
        ("PRESS.JPEG", "media", picture(), "image/jpeg"),
        ("scan.tif", "media", picture(format="TIFF"), "image/png"),
        ("seal.png", "evidence", picture(format="PNG"), "image/png"),
    ],
)  # fmt: skip
def test_what_is_what_it_says_is_taken(
    as_: As, ada: User, name: str, purpose: str, data: bytes, content_type: str
) -> None:
    answer = as_(ada).upload(data, name, "", purpose)
    assert (answer.status_code, answer.json().get("content_type")) == (200, content_type)
    assert answer.json()["status"] == "ready"


def test_a_picture_kept_in_another_format_is_called_by_it(as_: As, ben: User) -> None:
    assert as_(ben).upload(picture(format="BMP"), "press.bmp").json()["name"] == "press.png"


@pytest.mark.parametrize(
    ("size", "status"),
    [(0, 400), (-1, 400), (2**53, 413), (2**60, 400), ("many", 400), (51 * 1024**2, 413), (None, 400)],
)
def test_sizes_that_are_none_or_too_large_are_refused(as_: As, ben: User, size: object, status: int) -> None:
    said = {"name": "a.pdf", "size": size, "content_type": "", "purpose": "attachment"}
    assert as_(ben).client.post("/api/v1/files", said).status_code == status


def test_a_lie_about_the_size_never_gets_further_than_its_part(as_: As, ben: User) -> None:
    browser, data = as_(ben), pdf(9000)
    begun = browser.begin(data[:5000], "manual.pdf").json()
    assert browser.send(begun, data) == [204, 400]
    assert browser.complete(begun["id"]).status_code == 400


ARABIC = "تقرير الصيانة الدورية لضواغط الهواء " * 9


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (ARABIC[:296] + ".pdf", ARABIC[:296] + ".pdf"),
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Users\\Ben\\manual.pdf", "manual.pdf"),
        ("invoice\u202efdp.pdf", "invoicefdp.pdf"),
        ("  two   spaces .pdf", "two spaces .pdf"),
        ('a<b>:"c|?*.pdf', "a_b___c___.pdf"),
        ("x" * 600 + ".pdf", "x" * 495 + "….pdf"),
        ("e\u0301tude.pdf", "étude.pdf"),
    ],
)
def test_names_are_kept_for_display_and_made_safe(as_: As, ben: User, given: str, kept: str) -> None:
    file = as_(ben).upload(pdf(), given).json()
    assert file["name"] == kept
    said = as_(ben).client.get(file["url"])["Content-Disposition"]
    assert "\n" not in said
    assert len(said) < 2000
    assert StoredFile.objects.get().key.isascii()


@pytest.mark.parametrize("name", ["a\r\nSet-Cookie: x=1.pdf", "a\0.pdf", "a\x1b.pdf", "", "...", "/", "a\u2028.pdf"])
def test_names_with_line_breaks_or_without_letters_are_refused(as_: As, ben: User, name: str) -> None:
    assert as_(ben).begin(pdf(), name).status_code in (400, 415)
    assert not StoredFile.objects.exists()


def test_no_name_leaves_its_header() -> None:
    for name in ('a"; filename="b.html', "a\r\nX: y.pdf", 'a\\".pdf', ARABIC * 3 + ".pdf", "😀" * 300 + ".pdf"):
        said = names.content_disposition(name, inline=False)
        assert said.isascii()
        assert "\r" not in said
        header = Message()
        header["Content-Disposition"] = said
        params = [name for name, _value in header.get_params(header="content-disposition") or []]
        assert params == ["attachment", "filename"]


def test_logs_carry_no_names(as_: As, ben: User, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    as_(ben).upload(pdf(), "Kündigung Meier.pdf")
    as_(ben).upload(noise(300), "Kündigung Meier.pdf")
    assert caplog.records
    assert "Meier" not in caplog.text
