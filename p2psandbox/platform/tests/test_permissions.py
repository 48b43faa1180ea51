"""The matrix: PRODUCT.md's table, asked as questions."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest

from p2psandbox.platform.environment import ROOT
from p2psandbox.platform.errors import Forbidden, NotSignedIn, NotVerified
from p2psandbox.platform.permissions import (
    MATRIX,
    VISITOR,
    Actor,
    Permission,
    Role,
    Scope,
    allows,
    as_markdown,
    require,
)

BOLT, KHALIL = uuid4(), uuid4()
ADA, BEN, KAMAL = uuid4(), uuid4(), uuid4()


def member(person: UUID = BEN, company: UUID = BOLT) -> Actor:
    return Actor(Role.MEMBER, id=person, organization_id=company)


def admin(person: UUID = ADA, company: UUID = BOLT) -> Actor:
    return Actor(Role.ADMIN, id=person, organization_id=company)


MODERATOR = Actor(Role.MODERATOR, id=uuid4())
UNVERIFIED = Actor(Role.UNVERIFIED, id=uuid4(), organization_id=BOLT)


def test_every_permission_says_something_for_every_role() -> None:
    assert set(MATRIX) == set(Permission)
    assert all(len(row) == len(Role) for row in MATRIX.values())


def test_no_role_may_do_less_than_a_visitor_except_sign_up() -> None:
    for permission, (visitor, *others) in MATRIX.items():
        if permission is not Permission.SIGN_UP:
            assert all(other >= visitor for other in others), permission


def test_an_unverified_person_reads_nothing_but_their_own_settings() -> None:
    reach = {p for p, row in MATRIX.items() if row[1] is not Scope.NO}
    assert reach == {Permission.READ_PUBLIC, Permission.EDIT_OWN_ACCOUNT, Permission.DELETE_FILES}
    assert MATRIX[Permission.DELETE_FILES][1] is Scope.OWN  # a picture they have just uploaded of themselves


def test_a_member_edits_their_own_post_and_nobody_elses() -> None:
    assert allows(member(), Permission.EDIT_POST, owner_id=BEN, organization_id=BOLT)
    assert not allows(member(), Permission.EDIT_POST, owner_id=ADA, organization_id=BOLT)


def test_an_admin_edits_use_cases_of_their_own_organization_only() -> None:
    assert allows(admin(), Permission.EDIT_USE_CASE, owner_id=BEN, organization_id=BOLT)
    assert not allows(admin(), Permission.EDIT_USE_CASE, owner_id=KAMAL, organization_id=KHALIL)


def test_an_admin_does_not_edit_a_colleagues_post() -> None:
    assert not allows(admin(), Permission.EDIT_POST, owner_id=BEN, organization_id=BOLT)


def test_a_moderator_reaches_everything_but_the_choice_of_a_best_answer() -> None:
    assert allows(MODERATOR, Permission.EDIT_POST, owner_id=BEN, organization_id=BOLT)
    assert not allows(MODERATOR, Permission.CHOOSE_BEST_ANSWER, owner_id=BEN)


def test_asking_without_a_thing_means_at_all() -> None:
    assert allows(member(), Permission.EDIT_POST)
    assert not allows(VISITOR, Permission.EDIT_POST)


@pytest.mark.parametrize(("actor", "error"), [(VISITOR, NotSignedIn), (UNVERIFIED, NotVerified), (member(), Forbidden)])
def test_a_refusal_says_which_step_is_missing(actor: Actor, error: type[Exception]) -> None:
    with pytest.raises(error):
        require(actor, Permission.MODERATE_FORUMS)


def test_the_documentation_shows_this_very_matrix() -> None:
    assert (ROOT / "docs" / "permissions.md").read_text(encoding="utf-8") == as_markdown()
