"""Words as they are stored, asked for and marked: the same thing however it is spelled."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.db import connection
from hypothesis import example, given, settings
from hypothesis import strategies as st

from p2psandbox.platform import search
from p2psandbox.platform.search.words import fold


def finds(query: str, text: str, *, way: str = "tsquery") -> bool:
    """Ask PostgreSQL itself whether this text answers this query."""
    with connection.cursor() as cursor:
        asked = getattr(search.understand(query), way)
        cursor.execute("SELECT %s::tsvector @@ %s::tsquery", [search.vector([("D", text)]), asked])
        return bool(cursor.fetchone()[0])


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("plc", "The PLC's CPU is in STOP"),
        ("OEE", "How do you count OEE?"),
        ("m8", "Four M8 bolts"),
        ("M 8", "Four M8 bolts"),
        ("M8", "thread M 8, 30 mm"),
        ("6ES7 314", "A 6ES7-314 from 2009"),
        ("6ES7-314", "A 6ES7 314-1AG14 from 2009"),
        ("6es7314", "A 6ES7 314-1AG14 from 2009"),
        ("6ES73141AG14", "A 6ES7 314-1AG14 from 2009"),
        ("6ES7 314 1AG14", "A 6ES7-314-1AG14 from 2009"),
        ("6ES7 314", "order number 6ES7314"),
        ("XJ-900", "our XJ 900 hums"),
        ("XJ900", "our XJ-900 hums"),
        ("ET200M", "an ET 200M rack"),
        ("rtl433", "received with rtl_433"),
        ("v8.0", "since v8.0 nothing works"),
        ("setpoint", "lower the set-point"),
        ("set-points", "lower the setpoint"),
        ("sensor", "Two sensors"),
        ("vibrating", "It vibrates at full load"),
        ("cafe creme", "Café crème"),
        ("Müller", "Muller, at the mill"),
        ("strasse", "Straße"),
        ("operator's", "ask the operators"),
        ("'quoted'", "quoted"),
        ("ضاغط", "الضاغط يتوقف"),
        ("الصيانة", "صيانه تنبؤية"),
        ("أجهزة الانذار", "جهاز إنذار واجهزة الإنذار"),
        ("ضَاغِط", "ضـــاغط الهواء"),
        ("314", "القطعة ٣١٤"),
        ("٣١٤", "part 314"),
        ("مضخات", "المضخة القديمة"),
        ("pump or gasket", "a new gasket"),
        ("leak pump or gasket", "the gasket leaks"),
        ('"compressed air"', "of compressed air"),
        ('"state of the art"', "a state of the art line"),
        ("pump -seal", "a pump"),
        ("予知保全", "工場の予知保全を始めた"),
        ("1.5", "a pressure of 1.5 bar"),
    ],
)
def test_it_is_found(query: str, text: str) -> None:
    assert finds(query, text)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("pump seal", "a pump"),
        ("pump -seal", "a pump with a new seal"),
        ('-"new seal" pump', "a pump with a new seal"),
        ("pump -6ES7-314", "a pump with a 6ES7 314"),
        ('"air compressed"', "of compressed air"),
        ('"sensors"', "one sensor"),
        ("6ES7 315", "A 6ES7 314-1AG14"),
        ("leak pump or gasket", "the gasket holds"),
        ("compr", "a compressor"),
        ("plc", "a place"),
    ],
)
def test_it_is_not_found(query: str, text: str) -> None:
    assert not finds(query, text)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("compr", "a compressor"),
        ("screw compr", "a screw compressor"),
        ("6ES7-31", "A 6ES7 314-1AG14"),
        ("6ES731", "A 6ES7 314-1AG14"),
        ("مضخ", "المضخات"),
    ],
)
def test_a_word_that_is_not_finished_is_completed(query: str, text: str) -> None:
    assert finds(query, text, way="unfinished")


@pytest.mark.django_db
def test_a_loosened_query_lets_go_of_one_word() -> None:
    assert finds("pump seal unicorn", "the pump's seal", way="loosened")
    assert not finds("pump seal unicorn", "the pump", way="loosened")
    assert finds("pump seal unicorn", "the pump", way="anything")
    assert search.understand("pump").loosened == ""


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        ("", search.Problem.NOTHING),
        ("  & | ! ( ) : * < > ' \\ ", search.Problem.NOTHING),
        ('""', search.Problem.NOTHING),
        ("or OR أو", search.Problem.NOTHING),
        ("the of في", search.Problem.ONLY_COMMON),
        ("-pump", search.Problem.ONLY_EXCLUDED),
    ],
)
def test_a_query_with_nothing_to_look_up_says_so(query: str, problem: search.Problem) -> None:
    asked = search.understand(query)
    assert not asked
    assert asked.problem is problem


def test_of_ten_thousand_characters_the_first_are_read() -> None:
    asked = search.understand("pump " * 2000)
    assert asked.was_cut
    assert len(asked.clauses) <= 16


def test_a_short_query_is_read_whole() -> None:
    assert not search.understand("why does the pump leak").was_cut


ANYTHING = st.text(max_size=300) | st.text(alphabet="ab1 -\"'|&!():*<>\\أو_/.٣ة", max_size=60)


@pytest.mark.django_db
@settings(max_examples=200, deadline=None)
@given(query=ANYTHING, text=ANYTHING)
@example(query="ﷺ ½ İ ß \x00 \ud800", text="ﷺ ½ İ")
def test_no_query_is_an_error_and_no_text_cannot_be_stored(query: str, text: str) -> None:
    asked = search.understand(query)
    for way in ("tsquery", "unfinished", "loosened", "anything"):
        if asked and getattr(asked, way):
            finds(query, text, way=way)
    assert bool(asked) == bool(asked.clauses)


@settings(max_examples=300, deadline=None)
@given(query=ANYTHING, text=ANYTHING | st.text(alphabet="<>&\"'/mark b1-", max_size=80))
@example(query="mark b", text="<mark>b</mark><script>b</script>")
def test_marking_changes_nothing_and_adds_no_tag_but_mark(query: str, text: str) -> None:
    wanted = search.understand(query).wanted
    shown = search.marked(text, wanted)
    assert unescape(re.sub("</?mark>", "", shown)) == unescape(search.marked(text, search.Wanted(frozenset())))
    for html in (shown, search.snippet(text, wanted)):
        assert set(re.findall("<[^>]*>?", html)) <= {"<mark>", "</mark>"}
        assert html.count("<mark>") == html.count("</mark>")


@given(st.text(max_size=60))
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    ("query", "text", "shown"),
    [
        ("sensor", "Two sensors & <b>", "Two <mark>sensors</mark> &amp; &lt;b&gt;"),
        ("6ES7314", "a 6ES7 314-1AG14", "a <mark>6ES7 314-1AG14</mark>"),
        ("xj-900", "XJ 900 and XJ900", "<mark>XJ 900</mark> and <mark>XJ900</mark>"),
        ("الصيانة", "صِيانةُ الآلات", "<mark>صِيانةُ</mark> الآلات"),
        ('"compressed air"', "compressed air", "<mark>compressed</mark> <mark>air</mark>"),
        ("compr", "a compressor", "a <mark>compressor</mark>"),
        ("pump -seal", "pump seal", "<mark>pump</mark> seal"),
        ("予知", "工場の予知保全", "工場の<mark>予知</mark>保全"),
        ("cafe", "Café", "<mark>Café</mark>"),
    ],
)
def test_what_was_meant_is_marked(query: str, text: str, shown: str) -> None:
    assert search.marked(text, search.understand(query).wanted) == shown


def test_a_snippet_shows_where_the_words_stand_together() -> None:
    text = "A pump. " + "Nothing here. " * 60 + "The pump lost its seal today. " + "More of the same. " * 60
    shown = search.snippet(text, search.understand("pump seal").wanted)
    assert "<mark>pump</mark> lost its <mark>seal</mark>" in shown
    assert shown.startswith("… ")
    assert shown.endswith(" …")
    assert len(re.sub("<[^>]+>", "", shown)) < 260


def test_a_snippet_of_a_text_without_the_words_is_its_beginning() -> None:
    assert search.snippet("Nothing to see", search.understand("pump").wanted) == "Nothing to see"
