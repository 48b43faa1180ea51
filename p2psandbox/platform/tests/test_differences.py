"""The difference between two texts, as people read it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from p2psandbox.platform.differences import difference


def shown(before: str, after: str) -> str:
    marks = {"same": "{}", "removed": "[-{}-]", "added": "[+{}+]"}
    return "".join(marks[piece.kind].format(piece.text) for piece in difference(before, after))


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("Check the relay.", "Check the relay.", "Check the relay."),
        ("Check the relay.", "Check the fuse.", "Check the [-relay-][+fuse+]."),
        ("one two three", "uno due three", "[-one two-][+uno due+] three"),
        ("", "New text", "[+New text+]"),
        ("المضخة معطلة", "المضخة تعمل", "المضخة [-معطلة-][+تعمل+]"),
    ],
)
def test_words_that_went_and_came_stand_beside_each_other(before: str, after: str, said: str) -> None:
    assert shown(before, after) == said


def test_what_stayed_is_cut_to_the_words_beside_a_change() -> None:
    long = " ".join(f"w{number}" for number in range(100))
    assert shown(f"{long} old end", f"{long} new end").startswith(" … w88 w89")


@given(st.text(max_size=60), st.text(max_size=60))
def test_no_word_is_lost(before: str, after: str) -> None:
    pieces = difference(before, after)
    for kind, text in (("removed", before), ("added", after)):
        kept = "".join(piece.text for piece in pieces if piece.kind in ("same", kind))
        assert "".join(kept.split()) == "".join(text.split())
