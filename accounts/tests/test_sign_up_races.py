"""Two people at the same moment, against the real database."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.core import mail
from django.db import connections

from accounts.actions.sign_up import sign_up
from accounts.models import User
from accounts.tests.forms import NEWCOMER
from organizations.models import Organization
from p2psandbox.platform.errors import Invalid
from p2psandbox.platform.permissions import VISITOR

pytestmark = pytest.mark.django_db(transaction=True)


def _at_once(*forms: dict[str, Any]) -> list[str]:
    """Sign all of them up at the same moment; returns what each was told."""
    start = Barrier(len(forms))

    def one(form: dict[str, Any]) -> str:
        start.wait(timeout=60)
        try:
            sign_up(actor=VISITOR, **{**NEWCOMER, **form})
        except Invalid as error:
            return ",".join(error.fields)
        finally:
            connections.close_all()
        return "check your mail"

    with ThreadPoolExecutor(len(forms)) as people:
        return sorted(people.map(one, forms))


def test_two_sign_ups_at_once_with_one_address_make_one() -> None:
    told = _at_once(*({"organization_name": f"Winter Castings {n}"} for n in range(4)))
    assert told == ["check your mail"] * 4
    assert User.objects.count() == 1
    assert Organization.objects.count() == 1
    subjects = sorted(message.subject for message in mail.outbox)
    assert subjects == ["Confirm your address"] + ["You have an account already"] * 3


def test_two_sign_ups_at_once_with_one_name_make_one() -> None:
    told = _at_once(*({"email": f"rosa{n}@winter.example"} for n in range(4)))
    assert told == ["check your mail", *["organization_name"] * 3]
    assert User.objects.count() == 1
    assert Organization.objects.count() == 1
    assert len(mail.outbox) == 1
