"""The rules of typed text, in examples and in general."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from p2psandbox.platform.errors import Invalid
from p2psandbox.platform.textrules import LINE, NOTE, TITLE, FieldChecks, TextRule, junk, normalise, problem


@pytest.mark.parametrize(
    "title",
    [
        "Which sensor survives cutting oil?",
        "6ES7 314-1AG14 faults after power loss",
        "لماذا يتوقف الضاغط كل صباح؟",
        "为什么压缩机每天早上跳闸？",
        "OEE dropped to 61 % — why",
        "See https://example.com/manual for the valve",
        "می‌خواهم پمپ را عوض کنم",  # a zero-width non-joiner belongs to Persian spelling
    ],
)
def test_real_titles_of_any_script_pass(title: str) -> None:
    assert problem(normalise(title), TITLE) is None


@pytest.mark.parametrize(
    "title",
    [
        "",
        "        ",
        "!!!!!!!!!!!!",
        "?!?!?!?!?!?!",
        "👍👍👍👍👍👍👍👍👍",
        "https://example.com/path",
        "www.example.com www.example.org",
        "aaaaaaaaaaaaaa",
        "AaAaAaAaAaAa",
        "ببببببببببب",
        "........ ........",
        "a" * 201,
        "line one\nline two of a title",
        "bell \a in a title",
        "null \x00 in a title",
        "right \u202e to left override",
        "isolate \u2066 in a title",
        "line \u2028 separator here",
        "half \ud800 a surrogate",
    ],
)
def test_junk_and_hidden_characters_are_refused_with_a_sentence(title: str) -> None:
    found = problem(normalise(title), TITLE)

    assert found is not None
    assert found.endswith(".")


@given(st.text())
def test_normalising_twice_changes_nothing_more(text: str) -> None:
    once = normalise(text)

    assert normalise(once) == once
    assert "\r" not in once


@given(st.text(max_size=300), st.sampled_from([TITLE, LINE, NOTE]))
def test_what_passes_holds_the_rule(text: str, rule: TextRule) -> None:
    clean = normalise(text)
    if problem(clean, rule) is not None:
        return

    assert rule.min_length <= len(clean) <= rule.max_length
    clean.encode("utf-8")
    allowed = "\n\t" if rule.multiline else ""
    assert all(unicodedata.category(char) != "Cc" or char in allowed for char in clean)
    assert not set(clean) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
    if rule.meaningful and clean:
        assert any(unicodedata.category(char)[0] in "LN" for char in clean)


@given(st.sampled_from("abcxyzÄßжبع中9"), st.integers(min_value=4, max_value=80))
def test_one_repeated_letter_of_any_script_is_junk(letter: str, times: int) -> None:
    assert junk(letter * times) is not None


@given(st.text(alphabet=st.characters(categories=["P", "S", "Z", "M"]), max_size=60))
def test_symbols_alone_are_junk(text: str) -> None:
    assert junk(text) is not None


@given(st.one_of(st.none(), st.integers(), st.lists(st.text()), st.dictionaries(st.text(), st.text()), st.booleans()))
def test_what_is_no_text_is_refused_and_never_raises(value: object) -> None:
    checks = FieldChecks()

    checks.text("title", value, TITLE)

    with pytest.raises(Invalid) as refused:
        checks.done()
    assert list(refused.value.fields) == ["title"]


@given(st.lists(st.text(max_size=10), max_size=12))
def test_items_are_distinct_and_keep_their_order(values: list[str]) -> None:
    checks = FieldChecks()

    found = checks.items("tags", values, LINE, most=20)

    assert len({item.casefold() for item in found}) == len(found)
    given_order = [normalise(value) for value in values]
    assert [given_order.index(item) for item in found] == sorted(given_order.index(item) for item in found)


def test_everything_wrong_is_said_at_once() -> None:
    checks = FieldChecks()
    checks.text("title", "", TITLE)
    checks.text("note", "x" * 3000, NOTE)
    checks.choice("colour", "pink", ["red"])

    with pytest.raises(Invalid) as refused:
        checks.done()

    assert set(refused.value.fields) == {"title", "note", "colour"}
