"""Managing a company's members: the rules, and the same through JSON."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.actions.members import (
    reinstate_account,
    remove_member,
    restore_member,
    suspend_account,
    update_member,
)
from accounts.models import Invitation, InvitationStatus, User
from accounts.queries.members import ORDERINGS, STATUSES, MemberFilters, members
from accounts.tests.conftest import codes
from accounts.tests.factories import InvitationFactory, UserFactory
from organizations.models import AuditEntry, Deed, Organization
from p2psandbox.platform.errors import Conflict, Forbidden, Invalid, NotFound, NotSignedIn, NotVerified
from p2psandbox.platform.mail.models import OutboxMail
from p2psandbox.platform.permissions import VISITOR, Role
from tests.cast import PASSWORD

pytestmark = pytest.mark.django_db


@pytest.fixture
def alma(bolt: Organization) -> User:
    """Bolt & Co's second admin."""
    return UserFactory(first_name="Alma", last_name="Dorn", organization=bolt, role="admin")


def change(actor: User, person: User, **changes: Any) -> User:
    return update_member(actor=actor.actor, person_id=person.pk, changes=changes)


def refused(error: type[Exception], actor: User, person: User, **changes: Any) -> str:
    with pytest.raises(error) as raised:
        change(actor, person, **changes)
    return str(getattr(raised.value, "code", ""))


def deeds() -> list[tuple[str, str, Any]]:
    return [(entry.what, entry.subject_name, entry.details) for entry in AuditEntry.objects.order_by("at", "id")]


# -- Roles ---------------------------------------------------------------------------------------------------


def test_an_admin_makes_an_admin_and_takes_it_back(ada: User, ben: User) -> None:
    assert change(ada, ben, role="admin").role == "admin"
    assert change(ada, ben, role="member").role == "member"
    assert deeds() == [
        (Deed.ROLE_CHANGED, "Ben Krause", {"from": "member", "to": "admin"}),
        (Deed.ROLE_CHANGED, "Ben Krause", {"from": "admin", "to": "member"}),
    ]


def test_whose_role_changed_hears_of_it_by_mail_and_who_changed_their_own_does_not(
    ada: User, ben: User, alma: User
) -> None:
    change(ada, ben, role="admin")
    change(alma, alma, role="member")

    told = OutboxMail.objects.get()
    assert (told.to, told.subject) == (ben.email, "You are an admin of Bolt & Co now")
    assert "Ada Berg has made you an admin" in told.text


def test_changing_nothing_is_noted_nowhere(ada: User, ben: User) -> None:
    change(ada, ben, role="member", first_name="Ben", is_active=True)
    assert deeds() == []


def test_a_change_of_role_is_felt_at_the_next_click(client: Client, ada: User, alma: User) -> None:
    client.force_login(alma)
    assert client.get("/organization/members/").status_code == 200
    change(ada, alma, role="member")
    assert client.get("/organization/members/").status_code == 403


def test_the_last_admin_stays_admin(ada: User, ben: User) -> None:
    assert refused(Conflict, ada, ada, role="member") == "last_admin"
    ada.refresh_from_db()
    assert ada.role == "admin"


@pytest.mark.parametrize("other", [{"is_active": False}, {"deleted_at": timezone.now()}, {"email_verified_at": None}])
def test_an_admin_who_cannot_act_is_no_other_admin(ada: User, alma: User, other: dict[str, Any]) -> None:
    User.objects.filter(pk=alma.pk).update(**other)
    assert refused(Conflict, ada, ada, role="member") == "last_admin"


def test_an_admin_gives_up_their_own_role_while_another_is_there(ada: User, alma: User) -> None:
    assert change(ada, ada, role="member").role == "member"
    assert User.objects.get(pk=ada.pk).actor.role is Role.MEMBER


def test_who_loses_the_role_leaves_no_open_invitation_behind(ada: User, alma: User) -> None:
    invitation = InvitationFactory(invited_by=alma)
    change(ada, alma, role="member")
    invitation.refresh_from_db()
    assert invitation.status is InvitationStatus.CANCELLED
    assert [what for what, _name, _details in deeds()] == [Deed.ROLE_CHANGED, Deed.INVITATION_CANCELLED]


# -- Switching off, removing -----------------------------------------------------------------------------------


def test_a_deactivated_person_is_signed_out_everywhere_and_can_be_reinstated(ada: User, ben: User) -> None:
    bens = Client()
    bens.post("/accounts/login/", {"login": ben.email, "password": PASSWORD})
    key = bens.session.session_key
    change(ada, ben, is_active=False)
    assert not type(bens.session)().exists(key)
    assert bens.get("/forums/").status_code == 302
    assert change(ada, ben, is_active=True).is_active
    assert [what for what, _name, _details in deeds()] == [Deed.MEMBER_DEACTIVATED, Deed.MEMBER_REINSTATED]


def test_nobody_switches_off_or_removes_themselves(ada: User, alma: User) -> None:
    assert refused(Forbidden, ada, ada, is_active=False) == "own_account"
    with pytest.raises(Forbidden):
        remove_member(actor=ada.actor, person_id=ada.pk)


def test_a_moderators_suspension_is_not_lifted_by_the_company(ada: User, ben: User, mona: User) -> None:
    suspend_account(actor=mona.actor, person_id=ben.pk)
    assert refused(Forbidden, ada, ben, is_active=True) == "suspended"
    reinstate_account(actor=mona.actor, person_id=ben.pk)
    ben.refresh_from_db()
    assert (ben.is_active, ben.suspended_at) == (True, None)
    change(ada, ben, is_active=False)
    suspend_account(actor=mona.actor, person_id=ben.pk)
    assert refused(Forbidden, ada, ben, is_active=True) == "suspended"


def test_a_removed_person_is_gone_but_not_erased(ada: User, ben: User, alma: User, mona: User) -> None:
    InvitationFactory(invited_by=alma)
    bens = Client()
    bens.force_login(ben)
    for person in (ben, alma):
        remove_member(actor=ada.actor, person_id=person.pk)
    assert bens.get("/forums/").status_code == 302
    assert [*members(ada.actor, MemberFilters())] == [ada]
    assert not Invitation.objects.open().exists()
    with pytest.raises(NotFound):
        change(ada, ben, role="admin")
    restore_member(actor=mona.actor, person_id=ben.pk)
    assert ben in members(ada.actor, MemberFilters())
    assert [what for what, _name, _details in deeds()] == [
        Deed.MEMBER_REMOVED,
        Deed.MEMBER_REMOVED,
        Deed.INVITATION_CANCELLED,
        Deed.MEMBER_RESTORED,
    ]
    with pytest.raises(Forbidden):
        restore_member(actor=ada.actor, person_id=ben.pk)
    with pytest.raises(NotFound):
        restore_member(actor=mona.actor, person_id=ada.organization.pk)


def test_the_only_admin_is_not_removed_even_by_a_moderator(ada: User, mona: User) -> None:
    with pytest.raises(Conflict):
        remove_member(actor=mona.actor, person_id=ada.pk)


# -- Names -----------------------------------------------------------------------------------------------------


def test_an_admin_corrects_a_name_and_the_trail_says_which_field(ada: User, ben: User) -> None:
    change(ada, ben, first_name=" Benno ", job_title="Planner")
    ben.refresh_from_db()
    assert (ben.first_name, ben.job_title) == ("Benno", "Planner")
    assert deeds() == [(Deed.MEMBER_EDITED, "Benno Krause", {"fields": ["first_name", "job_title"]})]


def test_everything_wrong_is_named_at_once_and_nothing_is_stored(ada: User, ben: User) -> None:
    with pytest.raises(Invalid) as raised:
        change(ada, ben, first_name="", last_name="https://evil.example", role="moderator")
    assert set(raised.value.fields) == {"first_name", "last_name", "role"}
    with pytest.raises(KeyError):
        change(ada, ben, email="x@example.com")


# -- Who may -----------------------------------------------------------------------------------------------------


def test_only_admins_of_the_very_company_and_moderators_manage(
    ada: User, ben: User, lina: User, kamal: User, mona: User, nico: User
) -> None:
    for actor, error in (
        (VISITOR, NotSignedIn),
        (nico.actor, NotVerified),
        (lina.actor, Forbidden),
        (kamal.actor, Forbidden),
    ):
        with pytest.raises(error):
            update_member(actor=actor, person_id=ben.pk, changes={"job_title": "X"})
    refused(Forbidden, ben, ada, role="member")
    refused(NotFound, kamal, nico, role="admin")
    assert change(mona, ben, role="admin").role == "admin"


def test_platform_staff_is_not_managed_by_a_company(ada: User, bolt: Organization, mona: User) -> None:
    inside = UserFactory(organization=bolt, is_staff=True)
    refused(Forbidden, ada, inside, is_active=False)
    refused(Forbidden, ada, mona, is_active=False)


def test_who_lost_the_role_a_moment_ago_manages_nobody(ada: User, alma: User, ben: User) -> None:
    a_moment_ago = alma.actor
    change(ada, alma, role="member")
    with pytest.raises(Forbidden):
        update_member(actor=a_moment_ago, person_id=ben.pk, changes={"role": "admin"})


# -- The list ----------------------------------------------------------------------------------------------------


@pytest.fixture
def staff(ada: User, ben: User, nico: User, lina: User, bolt: Organization) -> dict[str, User]:
    off = UserFactory(first_name="Dana", last_name="Ott", organization=bolt, is_active=False, job_title="Welder")
    UserFactory(organization=bolt, deleted_at=timezone.now())
    return {"ada": ada, "ben": ben, "nico": nico, "dana": off}


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({}, "ada ben dana nico"),
        ({"ordering": "-name"}, "nico dana ben ada"),
        ({"ordering": "role"}, "ada ben dana nico"),
        ({"ordering": "-created_at"}, "dana nico ben ada"),
        ({"role": "admin"}, "ada"),
        ({"status": "active"}, "ada ben"),
        ({"status": "inactive"}, "dana"),
        ({"status": "unverified"}, "nico"),
        ({"search": "KRAU"}, "ben"),
        ({"search": "weld ott"}, "dana"),
        ({"search": "%"}, ""),
        ({"search": "haddad"}, ""),
    ],
)
def test_the_list_is_narrowed_and_ordered(staff: dict[str, User], filters: dict[str, str], found: str) -> None:
    rows = members(staff["ada"].actor, MemberFilters(**filters))
    assert [person.first_name.lower() for person in rows] == found.split()


def test_every_order_and_status_works(staff: dict[str, User]) -> None:
    for ordering in ORDERINGS:
        assert members(staff["ada"].actor, MemberFilters(ordering=ordering)).count() == 4
    assert sum(members(staff["ada"].actor, MemberFilters(status=status)).count() for status in STATUSES) == 4


def test_a_page_of_a_large_company_costs_six_queries_at_most(client: Client, ada: User, bolt: Organization) -> None:
    User.objects.bulk_create(
        User(email=f"p{n}@bolt.example", first_name=f"P{n % 97}", last_name=f"L{n}", organization=bolt, password="!")
        for n in range(3000)
    )
    client.force_login(ada)
    for url in ("/organization/members/", "/organization/members/?page=90", "/api/v1/users?page=60&search=p1"):
        with CaptureQueriesContext(connection) as asked:
            assert client.get(url).status_code == 200
        assert len(asked) <= 6, [query["sql"] for query in asked]


# -- JSON ----------------------------------------------------------------------------------------------------------


def test_json_lists_ones_own_members_under_both_names(program: APIClient, staff: dict[str, User]) -> None:
    program.force_login(staff["ada"])
    answer = program.get("/api/v1/users", {"status": "inactive"}).json()
    assert answer == program.get("/api/v1/users/organization", {"status": "inactive"}).json()
    (line,) = answer["results"]
    assert (line["first_name"], line["status"], line["is_active"]) == ("Dana", "inactive", False)
    assert not {"password", "is_staff", "phone"} & set(line)
    for wrong in ({"ordering": "password"}, {"status": "removed"}, {"organization": "x"}):
        assert program.get("/api/v1/users", wrong).status_code == 400


def test_json_changes_and_removes(program: APIClient, ada: User, ben: User) -> None:
    program.force_login(ada)
    url = f"/api/v1/users/{ben.pk}"
    answer = program.patch(url, {"role": "admin", "job_title": "Lead"})
    assert (answer.status_code, answer.json()["role"], answer.json()["job_title"]) == (200, "admin", "Lead")
    assert program.delete(url).status_code == 204
    assert program.get(url).status_code == 404
    last = program.patch(f"/api/v1/users/{ada.pk}", {"role": "member"})
    assert (last.status_code, codes(last)) == (409, [("last_admin", None)])
    assert program.delete(f"/api/v1/users/{ada.pk}").status_code == 403


@pytest.mark.parametrize("field", ["is_staff", "organization", "email", "suspended_at", "deleted_at", "password"])
def test_json_refuses_fields_that_are_not_an_admins(program: APIClient, ada: User, ben: User, field: str) -> None:
    program.force_login(ada)
    assert program.patch(f"/api/v1/users/{ben.pk}", {field: True}).status_code == 400
