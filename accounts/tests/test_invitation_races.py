"""Two at the same moment: one invitation, one person. Against the real database."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connections

from accounts.actions.acceptance import accept_invitation
from accounts.actions.invitations import cancel_invitation, send_invitations
from accounts.models import Invitation, User
from accounts.tests.factories import invited
from p2psandbox.platform.errors import Conflict, Gone
from p2psandbox.platform.mail.models import OutboxMail
from p2psandbox.platform.permissions import VISITOR
from tests.cast import PASSWORD

pytestmark = pytest.mark.django_db(transaction=True)
TYPED = {"first_name": "Rosa", "last_name": "Winter", "password": PASSWORD}


def at_once(*acts: Callable[[], Any]) -> list[str]:
    """Do all of it at the same moment; returns how each ended, sorted."""
    start = Barrier(len(acts))

    def one(act: Callable[[], Any]) -> str:
        start.wait(timeout=60)
        try:
            act()
        except (Gone, Conflict) as error:
            return error.code
        finally:
            connections.close_all()
        return "done"

    with ThreadPoolExecutor(len(acts)) as people:
        return sorted(people.map(one, acts))


def accepting(token: str) -> Callable[[], Any]:
    return lambda: accept_invitation(actor=VISITOR, token=token, **TYPED)


def test_two_browsers_accepting_at_once_make_one_person(ada: User) -> None:
    _invitation, token = invited(ada)
    assert at_once(*[accepting(token)] * 4) == ["done", "used", "used", "used"]
    assert User.objects.filter(first_name="Rosa").count() == 1


def test_accepting_the_invitations_of_two_companies_at_once_makes_one_person(ada: User, kamal: User) -> None:
    tokens = [invited(admin, email="rosa@example.com")[1] for admin in (ada, kamal)]
    assert at_once(*map(accepting, tokens)) == ["address_taken", "done"]
    assert User.objects.filter(first_name="Rosa").count() == 1


def test_accepting_and_cancelling_at_once_has_one_outcome(ada: User) -> None:
    invitation, token = invited(ada)
    ended = at_once(accepting(token), lambda: cancel_invitation(actor=ada.actor, invitation_id=invitation.pk))
    assert ended in (["accepted", "done"], ["cancelled", "done"])
    joined = User.objects.filter(first_name="Rosa").exists()
    assert joined is (ended == ["accepted", "done"])


def test_inviting_an_address_four_times_at_once_sends_one_mail(ada: User) -> None:
    ended = at_once(*[lambda: send_invitations(actor=ada.actor, emails=["new@example.com"])] * 4)
    assert ended == ["done"] * 4
    assert Invitation.objects.count() == 1
    assert OutboxMail.objects.count() == 1
