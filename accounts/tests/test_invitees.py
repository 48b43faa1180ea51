"""Lists of addresses as people have them: from a mail program, a spreadsheet, a sticky note."""

from __future__ import annotations

import time

import pytest

from accounts.invitees import UnreadableList, pasted, uploaded


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", []),
        ("  ada@bolt.example ", ["ada@bolt.example"]),
        (
            "a@b.example, c@d.example;e@f.example\ng@h.example",
            ["a@b.example", "c@d.example", "e@f.example", "g@h.example"],
        ),
        ("a@b.example c@d.example\te@f.example", ["a@b.example", "c@d.example", "e@f.example"]),
        ("ا@مثال.إختبار، c@d.example؛ e@f.example", ["ا@مثال.إختبار", "c@d.example", "e@f.example"]),
        ("Ada Berg <ada@bolt.example>", ["ada@bolt.example"]),
        ('"Berg, Ada" <ada@bolt.example>; Krause, Ben <ben@bolt.example>', ["ada@bolt.example", "ben@bolt.example"]),
        ("mailto:ada@bolt.example", ["ada@bolt.example"]),
        ("ada@bolt.example, ADA@bolt.example", ["ada@bolt.example"]),
        ("ada@bolt.example, Ben, c@d.example", ["ada@bolt.example", "Ben", "c@d.example"]),
        ("Ben\nAda <ada@bolt.example>", ["Ben", "ada@bolt.example"]),
        ("write to ada@bolt.example please", ["write to ada@bolt.example please"]),
        ("<ada@bolt.example", ["<ada@bolt.example"]),
    ],
)
def test_a_pasted_list_is_read(text: str, found: list[str]) -> None:
    assert pasted(text) == found


@pytest.mark.parametrize(
    "text", ['"' * 60_000, "<a@" * 20_000, '"a@,' * 15_000, "<" * 60_000, ",".join(["a@b"] * 15_000)]
)
def test_a_list_made_to_keep_us_busy_does_not(text: str) -> None:
    began = time.perf_counter()
    pasted(text)
    assert time.perf_counter() - began < 2


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"", []),
        (b"ada@bolt.example\nben@bolt.example\n", ["ada@bolt.example", "ben@bolt.example"]),
        (b"\xef\xbb\xbfName;Email\r\nAda;ada@bolt.example\r\n;\r\n", ["ada@bolt.example"]),
        ("الاسم,البريد\nآدا,ada@bolt.example\n".encode(), ["ada@bolt.example"]),
        ("Name\tMail\nAda\tada@bolt.example\n".encode("utf-16"), ["ada@bolt.example"]),
        ("Jörg,joerg@bolt.example\n".encode("cp1252"), ["joerg@bolt.example"]),
        (b'"Berg, Ada",ada@bolt.example\nNobody,\n', ["ada@bolt.example", "Nobody"]),
        (b"Ada <ada@bolt.example>\n", ["ada@bolt.example"]),
    ],
)
def test_an_uploaded_list_is_read(content: bytes, found: list[str]) -> None:
    assert uploaded(content) == found


@pytest.mark.parametrize("content", [b"PK\x03\x04\x00\x00", b"\x89PNG\r\n\x1a\n\x00"])
def test_what_is_no_text_is_refused(content: bytes) -> None:
    with pytest.raises(UnreadableList):
        uploaded(content)
