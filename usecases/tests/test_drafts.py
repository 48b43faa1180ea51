"""Drafts: saved from the first keystroke, never overwritten, never half."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import User
from organizations.models import Organization
from p2psandbox.platform.documents import sweep
from p2psandbox.platform.errors import Conflict, Forbidden, Invalid, NotFound, NotSignedIn, NotVerified
from p2psandbox.platform.permissions import VISITOR
from usecases.actions import drafts, lifecycle
from usecases.content import of_revision
from usecases.documents import UseCaseRevision
from usecases.models import Status, UseCase, UseCaseContact
from usecases.tests.factories import COMPLETE, draft, published, submitted


def save(person: User, row: UseCase, **changes: Any) -> UseCase:
    return drafts.save_draft(actor=person.actor, use_case_id=row.pk, changes=changes)


def text_of(row: UseCase) -> str:
    assert row.working_revision_id is not None
    return of_revision(UseCaseRevision.get(row.working_revision_id)).problem.text


def test_a_new_draft_is_prefilled_from_company_and_person(ben: User, bolt: Organization) -> None:
    row, created = drafts.start_draft(actor=ben.actor)
    contact = UseCaseContact.objects.get(use_case=row)
    assert created
    assert (row.status, row.organization, row.author) == (Status.DRAFT, bolt, ben)
    assert (row.industry, row.country, row.city) == ("metals", "DE", "Leipzig")
    assert (contact.name, contact.email) == ("Ben Krause", ben.email)


def test_what_the_writer_gives_wins_over_what_is_prefilled(ben: User) -> None:
    row, _ = drafts.start_draft(actor=ben.actor, changes={"industry": "food", "location": {"city": ""}})
    assert (row.industry, row.city, row.country) == ("food", "", "DE")


def test_the_same_key_makes_one_draft(ben: User) -> None:
    first, created = drafts.start_draft(actor=ben.actor, key="one")
    second, again = drafts.start_draft(actor=ben.actor, key="one")
    assert (created, again) == (True, False)
    assert first.pk == second.pk
    assert UseCase.objects.count() == 1


def test_visitors_unconfirmed_people_and_staff_without_a_company_write_nothing(nico: User, mona: User) -> None:
    with pytest.raises(NotSignedIn):
        drafts.start_draft(actor=VISITOR)
    with pytest.raises(NotVerified):
        drafts.start_draft(actor=nico.actor)
    with pytest.raises(Forbidden):
        drafts.start_draft(actor=mona.actor)


def test_a_save_keeps_what_it_does_not_name(ben: User) -> None:
    row = save(ben, draft(ben), title="Sensors on all our machines")
    assert row.title == "Sensors on all our machines"
    assert text_of(row) == "Two compressors failed without warning last winter."


def test_half_a_sentence_is_kept(ben: User) -> None:
    row = save(ben, drafts.start_draft(actor=ben.actor)[0], problem="<p>!</p>", title="x")
    assert (row.title, text_of(row)) == ("x", "!")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", "right\u202eleft"), ("title", "bell\x07"), ("title", "x" * 201), ("title", 5),
        ("problem", "<p>right\u202eleft</p>"), ("problem", "x" * 400_001), ("summary", "x" * 601),
        ("technologies", "PLC"), ("technologies", ["x" * 61]), ("technologies", [f"t{n}" for n in range(21)]),
        ("timeline_months", 0), ("timeline_months", "soon"), ("timeline_months", True), ("industry", "circus"),
        ("budget_range", {"$ne": 1}), ("metrics", {"name": "x"}), ("metrics", ["x"]), ("status", "published"),
        ("organization", "other"), ("location", "Leipzig"), ("contact", ["x"]), ("visibility", "friends"),
    ],
)  # fmt: skip
def test_what_must_never_be_stored_is_refused_by_name(ben: User, field: str, value: Any) -> None:
    row = draft(ben)
    with pytest.raises(Invalid) as refused:
        save(ben, row, **{field: value})
    assert any(name.split(".")[0] == field for name in refused.value.fields)
    row.refresh_from_db()
    assert row.version == 1


@pytest.mark.parametrize(
    "place",
    [
        {"latitude": 91.0, "longitude": 0.0}, {"latitude": 0.0, "longitude": -181.0}, {"latitude": 5.0},
        {"latitude": float("nan"), "longitude": 0.0}, {"country": "XX"}, {"country": "Germany"},
    ],
)  # fmt: skip
def test_a_place_off_the_globe_is_refused(ben: User, place: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        save(ben, draft(ben), location=place)


def test_scripts_are_taken_out_on_write(ben: User) -> None:
    row = save(ben, draft(ben), problem='<p onclick="x()">Hi<script>alert(1)</script><img src=x onerror=y></p>')
    html = UseCaseRevision.get(row.draft_revision_id).problem_html  # type: ignore[arg-type]  # drafts have one
    assert "script" not in html
    assert "onclick" not in html
    assert "onerror" not in html


def test_an_edit_that_began_from_an_older_version_is_stale(ben: User) -> None:
    row = draft(ben)
    save(ben, row, title="From the first tab")
    with pytest.raises(Conflict) as refused:
        drafts.save_draft(actor=ben.actor, use_case_id=row.pk, changes={"title": "From the second"}, revision=1)
    row.refresh_from_db()
    assert refused.value.code == "stale"
    assert row.title == "From the first tab"


def test_saving_what_is_there_changes_nothing(ben: User) -> None:
    row = draft(ben)
    assert save(ben, row, title=row.title, problem=COMPLETE["problem"]).version == row.version


def test_a_superseded_autosave_is_removed_and_a_submitted_one_kept(
    ben: User, ada: User, django_capture_on_commit_callbacks: Any
) -> None:
    row = draft(ben)
    first = row.draft_revision_id
    with django_capture_on_commit_callbacks(execute=True):
        row = save(ben, row, title="Second version of it")
    second = row.draft_revision_id
    lifecycle.submit(actor=ben.actor, use_case_id=row.pk)
    lifecycle.reject(actor=ada.actor, use_case_id=row.pk, note="Say what it cost")
    with django_capture_on_commit_callbacks(execute=True):
        row = save(ben, row, title="Third version of it")
    third = row.draft_revision_id
    assert first is not None
    assert second is not None
    assert third is not None
    assert set(UseCaseRevision.fetch([first, second, third])) == {second, third}
    assert [r.id for r in UseCaseRevision.history(subject_id=row.pk, revision_id=third)] == [third, second]


def test_the_sweep_keeps_what_any_pointer_leads_to(ben: User, ada: User) -> None:
    from datetime import timedelta

    row = published(ben, ada)
    row = save(ben, row, title="A working copy beside it")
    orphan = UseCaseRevision.insert(subject_id=row.pk, author_id=ben.pk, title="Nobody points here")
    sweep(older_than=timedelta(0))
    kept = UseCaseRevision.fetch([row.revision_id, row.draft_revision_id, orphan.id])  # type: ignore[list-item]  # both set
    assert set(kept) == {row.revision_id, row.draft_revision_id}


def test_editing_a_published_story_leaves_readers_the_published_version(ben: User, ada: User) -> None:
    row = published(ben, ada)
    live = row.revision_id
    row = save(ben, row, title="Something quite different", contact={"phone": "+1"}, technologies=["Laser"])
    row.refresh_from_db()
    assert (row.status, row.working_status) == (Status.PUBLISHED, "draft")
    assert (row.title, row.technologies, row.revision_id) == (COMPLETE["title"], COMPLETE["technologies"], live)
    assert UseCaseContact.objects.get(use_case=row, pending=False).phone == "+49 341 123"


def test_changes_to_a_published_story_can_be_thrown_away(ben: User, ada: User) -> None:
    row = save(ben, published(ben, ada), title="Something quite different", contact={"phone": "+1"})
    row = drafts.discard_changes(actor=ben.actor, use_case_id=row.pk)
    assert (row.working_status, row.draft_revision_id) == ("", None)
    assert not UseCaseContact.objects.filter(use_case=row, pending=True).exists()


def test_while_a_story_is_reviewed_only_an_admin_edits_it(ben: User, ada: User) -> None:
    row = submitted(ben)
    with pytest.raises(Conflict) as refused:
        save(ben, row, title="One more thing I forgot")
    assert refused.value.code == "in_review"
    assert save(ada, row, title="A better title for it").status == Status.IN_REVIEW


def test_a_member_cannot_edit_a_colleagues_published_story(ben: User, ada: User, bolt: Organization) -> None:
    row = published(ada, ada)
    with pytest.raises(Forbidden):
        save(ben, row, title="Mine from now on, thanks")


def test_a_foreign_draft_does_not_exist(ben: User, kamal: User, lina: User) -> None:
    row = draft(ben)
    for person in (kamal, lina):
        with pytest.raises(NotFound):
            save(person, row, title="Taken over by others")
