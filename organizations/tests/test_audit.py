"""The audit trail: written once, read by the company's admins alone."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.models import User
from organizations.audit import record, trail
from organizations.models import AuditEntry, Deed, Organization
from organizations.tests.factories import AuditEntryFactory
from p2psandbox.platform.errors import Forbidden, NotSignedIn, NotVerified
from p2psandbox.platform.permissions import VISITOR

pytestmark = pytest.mark.django_db


@pytest.fixture
def entry(ada: User, bolt: Organization) -> AuditEntry:
    return record(
        actor=ada.actor,
        what=Deed.ROLE_CHANGED,
        organization_id=bolt.pk,
        subject_name="Ben Krause",
        details={"from": "member", "to": "admin"},
    )


def test_a_line_keeps_the_name_of_who_did_it(entry: AuditEntry, ada: User) -> None:
    User.objects.filter(pk=ada.pk).update(first_name="Adele")
    entry.refresh_from_db()
    assert (entry.actor_id, entry.actor_name) == (ada.pk, "Ada Berg")
    assert entry.details == {"from": "member", "to": "admin"}


def test_no_line_is_changed_or_deleted_through_the_models(entry: AuditEntry) -> None:
    with pytest.raises(TypeError):
        entry.save()
    with pytest.raises(TypeError):
        entry.delete()
    with pytest.raises(TypeError):
        AuditEntry.objects.all().update(actor_name="Nobody")
    with pytest.raises(TypeError):
        AuditEntry.objects.filter(pk=entry.pk).delete()


@pytest.mark.parametrize(
    "sql", ["UPDATE organizations_auditentry SET actor_name = ''", "DELETE FROM organizations_auditentry"]
)
def test_the_database_itself_refuses_to_change_or_delete_a_line(entry: AuditEntry, sql: str) -> None:
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    assert AuditEntry.objects.get().actor_name == "Ada Berg"


def test_admins_read_their_own_companys_trail_newest_first(ada: User, entry: AuditEntry, khalil: Organization) -> None:
    AuditEntryFactory(organization=khalil)
    newer = AuditEntryFactory(organization=entry.organization, actor_name="Mona Moderator")
    assert list(trail(ada.actor)) == [newer, entry]
    assert list(trail(ada.actor, what=Deed.ROLE_CHANGED)) == [entry]
    assert list(trail(ada.actor, person="krause")) == [entry]
    assert list(trail(ada.actor, person="mona")) == [newer]


def test_nobody_else_reads_it(ben: User, nico: User, mona: User) -> None:
    for actor, error in (
        (VISITOR, NotSignedIn),
        (nico.actor, NotVerified),
        (ben.actor, Forbidden),
        (mona.actor, Forbidden),
    ):
        with pytest.raises(error):
            trail(actor)
