"""What a story says goes through the library and comes back the same, whatever people type."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from p2psandbox.platform.textrules import FieldChecks
from usecases.content import Contact, Content, merge, missing, of_revision
from usecases.documents import UseCaseRevision
from usecases.tests.factories import COMPLETE

TEXT = st.text(max_size=300)
CHANGES = st.fixed_dictionaries(
    {},
    optional={
        "title": TEXT,
        "summary": TEXT,
        "problem": TEXT,
        "solution": TEXT,
        "technologies": st.lists(TEXT, max_size=5),
        "lessons": st.lists(TEXT, max_size=5),
        "timeline_months": st.one_of(st.none(), st.integers(), st.text(max_size=5)),
        "metrics": st.lists(
            st.dictionaries(st.sampled_from(["name", "unit", "baseline", "result"]), st.one_of(TEXT, st.floats())),
            max_size=3,
        ),
        "location": st.dictionaries(
            st.sampled_from(["city", "country", "latitude", "longitude"]), st.one_of(TEXT, st.floats())
        ),
    },
)


@given(CHANGES)
@settings(max_examples=150, deadline=None)
def test_anything_typed_is_kept_whole_or_refused_by_name(changes: dict[str, Any]) -> None:
    checks = FieldChecks()
    content = merge(checks, Content(), changes)
    if checks.problems:
        assert all(name.split(".")[0] in changes for name in checks.problems)
        return
    columns = content.columns()
    assert len(columns["title"]) <= 200
    assert len(columns["headline_text"]) <= 200
    assert len(columns["slug"]) <= 80
    assert of_revision(UseCaseRevision(**content.document())) == content
    assert isinstance(missing(content, Contact()), dict)


def test_a_complete_story_survives_the_library() -> None:
    checks = FieldChecks()
    content = merge(checks, Content(), {k: v for k, v in COMPLETE.items() if k != "contact"})
    checks.done()
    stored = UseCaseRevision.insert(subject_id=UseCaseRevision().id, author_id=None, **content.document())
    assert of_revision(UseCaseRevision.get(stored.id)) == content


@pytest.mark.parametrize("title", ["??", "aaaa", "https://example.com/x", "ab"])
def test_a_title_that_says_nothing_keeps_a_story_from_being_handed_in(title: str) -> None:
    assert "title" in missing(Content(title=title), Contact())
