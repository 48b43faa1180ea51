"""Two admins at the same moment: one is left. Against the real database."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connections

from accounts.actions.members import remove_member, update_member
from accounts.models import User
from accounts.tests.factories import UserFactory
from organizations.models import AuditEntry, Organization
from p2psandbox.platform.errors import ProductError

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts: Callable[[], Any]) -> list[str]:
    start = Barrier(len(acts))

    def one(act: Callable[[], Any]) -> str:
        start.wait(timeout=60)
        try:
            act()
        except ProductError as error:
            return error.code
        finally:
            connections.close_all()
        return "done"

    with ThreadPoolExecutor(len(acts)) as people:
        return sorted(people.map(one, acts))


def demoting(actor: User, person: User) -> Callable[[], Any]:
    return lambda: update_member(actor=actor.actor, person_id=person.pk, changes={"role": "member"})


def deactivating(actor: User, person: User) -> Callable[[], Any]:
    return lambda: update_member(actor=actor.actor, person_id=person.pk, changes={"is_active": False})


def removing(actor: User, person: User) -> Callable[[], Any]:
    return lambda: remove_member(actor=actor.actor, person_id=person.pk)


@pytest.mark.parametrize("act", [demoting, deactivating, removing])
def test_two_admins_who_turn_on_each_other_leave_one(
    ada: User, bolt: Organization, act: Callable[[User, User], Callable[[], Any]]
) -> None:
    alma = UserFactory(first_name="Alma", organization=bolt, role="admin")
    ended = at_once(act(ada, alma), act(alma, ada))
    assert ended.count("done") == 1
    left = User.objects.filter(organization=bolt, role="admin", is_active=True, deleted_at__isnull=True)
    assert left.count() == 1
    assert AuditEntry.objects.count() == 1


def test_two_admins_who_both_step_down_leave_one(ada: User, bolt: Organization) -> None:
    alma = UserFactory(first_name="Alma", organization=bolt, role="admin")
    assert at_once(demoting(ada, ada), demoting(alma, alma)) == ["done", "last_admin"]
    assert User.objects.filter(organization=bolt, role="admin").count() == 1


def test_a_moderator_and_an_admin_cannot_remove_the_last_two_together(
    ada: User, mona: User, bolt: Organization
) -> None:
    alma = UserFactory(first_name="Alma", organization=bolt, role="admin")
    assert at_once(removing(mona, ada), demoting(alma, alma)).count("done") == 1
