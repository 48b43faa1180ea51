"""The way through sign-off, as a table and in its edges."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from p2psandbox.platform.errors import Conflict, Forbidden, Invalid, NotFound, NotSignedIn, ProductError
from p2psandbox.platform.permissions import VISITOR, Actor
from usecases.actions import drafts, lifecycle
from usecases.models import Status, UseCase, UseCaseContact, UseCaseTransition
from usecases.tests.factories import COMPLETE, draft, published, submitted

Make = Callable[[User, User], UseCase]


def _unpublished(ben: User, ada: User) -> UseCase:
    return lifecycle.unpublish(actor=ada.actor, use_case_id=published(ben, ada).pk)


def _taken_down(ben: User, ada: User) -> UseCase:
    row = published(ben, ada)
    moderator = User.objects.get(is_staff=True).actor
    return lifecycle.take_down(actor=moderator, use_case_id=row.pk, note="Advertising")


def _changed(ben: User, ada: User) -> UseCase:
    row = published(ben, ada)
    return drafts.save_draft(actor=ben.actor, use_case_id=row.pk, changes={"title": "Changed after publishing"})


def _changed_and_submitted(ben: User, ada: User) -> UseCase:
    return lifecycle.submit(actor=ben.actor, use_case_id=_changed(ben, ada).pk)


STATES: dict[str, Make] = {
    "draft": lambda ben, ada: draft(ben),
    "in_review": lambda ben, ada: submitted(ben),
    "published": published,
    "unpublished": _unpublished,
    "taken_down": _taken_down,
    "changed": _changed,
    "changed_in_review": _changed_and_submitted,
}
ACTS: dict[str, Callable[[Actor, UseCase], Any]] = {
    "submit": lambda actor, row: lifecycle.submit(actor=actor, use_case_id=row.pk),
    "approve": lambda actor, row: lifecycle.approve(actor=actor, use_case_id=row.pk),
    "reject": lambda actor, row: lifecycle.reject(actor=actor, use_case_id=row.pk, note="Say what it cost"),
    "publish": lambda actor, row: lifecycle.publish(actor=actor, use_case_id=row.pk),
    "unpublish": lambda actor, row: lifecycle.unpublish(actor=actor, use_case_id=row.pk),
    "take_down": lambda actor, row: lifecycle.take_down(actor=actor, use_case_id=row.pk, note="Advertising"),
    "feature": lambda actor, row: lifecycle.feature(actor=actor, use_case_id=row.pk),
}
F, C, N = Forbidden, Conflict, NotFound
P, R, U, D = "published", "in_review", "unpublished", "draft"
#: act, state → what comes of it for author (member), admin, moderator, foreign admin.
TABLE: list[tuple[str, str, Any, Any, Any, Any]] = [
    ("submit", "draft", R, P, P, N),
    ("submit", "in_review", R, R, R, N),
    ("submit", "published", P, P, P, F),
    ("submit", "unpublished", C, C, C, N),
    ("submit", "changed", (P, R), P, P, F),
    ("submit", "changed_in_review", (P, R), (P, R), (P, R), F),
    ("approve", "draft", F, C, C, N),
    ("approve", "in_review", F, P, P, N),
    ("approve", "published", F, C, C, F),
    ("approve", "unpublished", F, C, C, N),
    ("approve", "changed_in_review", F, P, P, F),
    ("reject", "draft", F, C, C, N),
    ("reject", "in_review", F, D, D, N),
    ("reject", "published", F, C, C, F),
    ("reject", "changed_in_review", F, (P, D), (P, D), F),
    ("publish", "draft", F, P, P, N),
    ("publish", "in_review", F, P, P, N),
    ("publish", "published", F, P, P, F),
    ("publish", "unpublished", F, P, P, N),
    ("publish", "taken_down", F, C, P, N),
    ("publish", "changed", F, P, P, F),
    ("unpublish", "draft", F, C, C, N),
    ("unpublish", "in_review", F, C, C, N),
    ("unpublish", "published", F, U, U, F),
    ("unpublish", "unpublished", F, C, C, N),
    ("unpublish", "changed_in_review", F, U, U, F),
    ("take_down", "published", F, F, U, F),
    ("take_down", "draft", F, F, C, N),
    ("feature", "published", F, F, P, F),
    ("feature", "draft", F, F, C, N),
]
CASES = [
    pytest.param(act, state, who, row[2 + index], id=f"{who} {act} {state}")
    for row in TABLE
    for index, who in enumerate(("ben", "ada", "mona", "kamal"))
    for act, state in [row[:2]]
]


@pytest.mark.parametrize(("act", "state", "who", "expected"), CASES)
def test_each_step_is_taken_by_whom_the_table_says(
    act: str, state: str, who: str, expected: Any, ben: User, ada: User, mona: User, kamal: User
) -> None:
    person = {"ben": ben, "ada": ada, "mona": mona, "kamal": kamal}[who]
    row = STATES[state](ben, ada)
    steps = UseCaseTransition.objects.filter(use_case=row).count()
    version = UseCase.objects.get(pk=row.pk).version
    if isinstance(expected, type) and issubclass(expected, ProductError):
        with pytest.raises(expected):
            ACTS[act](person.actor, row)
        assert UseCase.objects.get(pk=row.pk).version == version
        assert UseCaseTransition.objects.filter(use_case=row).count() == steps
        return
    ACTS[act](person.actor, row)
    row = UseCase.objects.get(pk=row.pk)
    wanted = expected if isinstance(expected, tuple) else (expected, "")
    assert (row.status, row.working_status) == wanted


def test_visitors_are_asked_to_sign_in_whatever_they_try(ben: User, ada: User) -> None:
    row = published(ben, ada)
    for act in ACTS.values():
        with pytest.raises(NotSignedIn):
            act(VISITOR, row)


def test_an_incomplete_story_is_told_field_by_field(ben: User) -> None:
    row, _ = drafts.start_draft(actor=ben.actor, changes={"contact": {"email": "nonsense"}, "problem": "<p>???</p>"})
    with pytest.raises(Invalid) as refused:
        lifecycle.submit(actor=ben.actor, use_case_id=row.pk)
    assert set(refused.value.fields) == {
        "title", "problem", "solution", "outcomes", "technologies", "contact.email",
    }  # fmt: skip
    row.refresh_from_db()
    assert row.status == Status.DRAFT


def test_only_the_essentials_are_demanded(ben: User) -> None:
    needed = ("title", "industry", "technologies", "problem", "solution", "outcomes")
    row, _ = drafts.start_draft(actor=ben.actor, changes={n: COMPLETE[n] for n in needed}, prefill=False)
    assert lifecycle.submit(actor=ben.actor, use_case_id=row.pk).status == Status.IN_REVIEW


def test_an_admins_own_story_publishes_directly(ada: User) -> None:
    row = lifecycle.submit(actor=ada.actor, use_case_id=draft(ada).pk)
    assert row.status == Status.PUBLISHED
    assert row.published_at is not None


def test_approving_changes_puts_all_of_them_before_readers(ben: User, ada: User) -> None:
    row = published(ben, ada)
    changes = {"title": "Laser welding of frames", "technologies": ["Laser"], "contact": {"phone": "+1"}, "metrics": []}
    drafts.save_draft(actor=ben.actor, use_case_id=row.pk, changes=changes)
    lifecycle.submit(actor=ben.actor, use_case_id=row.pk)
    row = lifecycle.approve(actor=ada.actor, use_case_id=row.pk)
    assert (row.title, row.technologies, row.headline_name) == ("Laser welding of frames", ["Laser"], "")
    assert (row.draft_revision_id, row.submitted_revision_id) == (None, None)
    assert list(UseCaseContact.objects.filter(use_case=row).values_list("pending", "phone")) == [(False, "+1")]
    assert row.metrics.count() == 0


def test_an_approver_signs_what_they_have_read(ben: User, ada: User) -> None:
    row = submitted(ben)
    drafts.save_draft(actor=ada.actor, use_case_id=row.pk, changes={"title": "Changed under your eyes"})
    with pytest.raises(Conflict) as refused:
        lifecycle.approve(actor=ada.actor, use_case_id=row.pk, revision=row.version)
    assert refused.value.code == "stale"


def test_sending_back_needs_a_note(ben: User, ada: User) -> None:
    row = submitted(ben)
    for note in ("", "!!!"):
        with pytest.raises(Invalid) as refused:
            lifecycle.reject(actor=ada.actor, use_case_id=row.pk, note=note)
        assert "note" in refused.value.fields


def test_every_step_is_recorded_with_who_and_why(ben: User, ada: User) -> None:
    row = submitted(ben)
    lifecycle.reject(actor=ada.actor, use_case_id=row.pk, note="Say what it cost")
    lifecycle.submit(actor=ben.actor, use_case_id=row.pk)
    lifecycle.approve(actor=ada.actor, use_case_id=row.pk)
    found = UseCaseTransition.objects.filter(use_case=row).values_list("step", "by__first_name", "note")
    assert list(found) == [
        ("started", "Ben", ""),
        ("submitted", "Ben", ""),
        ("rejected", "Ada", "Say what it cost"),
        ("submitted", "Ben", ""),
        ("approved", "Ada", ""),
    ]


def test_publishing_again_keeps_the_first_date(ben: User, ada: User) -> None:
    row = published(ben, ada)
    lifecycle.unpublish(actor=ada.actor, use_case_id=row.pk)
    again = lifecycle.publish(actor=ada.actor, use_case_id=row.pk)
    assert again.published_at == row.published_at


def test_unpublishing_ends_being_featured(ben: User, ada: User, mona: User) -> None:
    row = published(ben, ada)
    lifecycle.feature(actor=mona.actor, use_case_id=row.pk)
    assert lifecycle.unpublish(actor=ada.actor, use_case_id=row.pk).featured_at is None


def test_a_deleted_story_is_gone_for_everyone_until_a_moderator_restores_it(ben: User, ada: User, mona: User) -> None:
    row = published(ben, ada)
    lifecycle.delete(actor=ben.actor, use_case_id=row.pk)
    for person in (ben, ada, mona):
        assert not UseCase.objects.visible_to(person.actor).exists()
    with pytest.raises(Forbidden):
        lifecycle.restore(actor=ada.actor, use_case_id=row.pk)
    lifecycle.restore(actor=mona.actor, use_case_id=row.pk)
    assert UseCase.objects.visible_to(ben.actor).get() == row


@pytest.mark.parametrize(
    "columns",
    [
        {"status": "lost"},
        {"status": "published", "published_at": None},
        {"revision_id": None},
        {"working_status": "draft"},
        {"latitude": 95.0, "longitude": 0.0},
        {"latitude": 5.0},
        {"country": "Germany"[:2]},
        {"visibility": "friends"},
        {"status": "unpublished", "featured_at": timezone.now()},
        {"title": ""},
    ],
)
def test_the_database_itself_refuses_what_makes_no_sense(columns: dict[str, Any], ben: User, ada: User) -> None:
    row = published(ben, ada)
    with pytest.raises(IntegrityError), transaction.atomic():
        UseCase.objects.filter(pk=row.pk).update(**columns)


def test_a_story_has_one_contact(ben: User) -> None:
    row = draft(ben)
    with pytest.raises(IntegrityError), transaction.atomic():
        UseCaseContact.objects.create(use_case=row, name="Another")
