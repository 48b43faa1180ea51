"""Doing a thing once: the same key makes one thing, also when two come at the same moment."""

from __future__ import annotations

import threading
from uuid import UUID

import pytest
from django.db import connection

from accounts.models import User
from organizations.models import Organization
from p2psandbox.platform.idempotency import once
from p2psandbox.platform.models import OnceKey
from p2psandbox.platform.permissions import VISITOR


def make(name: str) -> UUID:
    return Organization.objects.create(name=name, slug=name.lower()).id


@pytest.mark.django_db
def test_the_same_key_gives_the_same_thing(ben: User) -> None:
    first, new = once(actor=ben.actor, kind="organization", key="k", make=lambda: make("One"))
    second, again = once(actor=ben.actor, kind="organization", key="k", make=lambda: make("Two"))
    assert (first == second, new, again) == (True, True, False)
    assert not Organization.objects.filter(name="Two").exists()


@pytest.mark.django_db
def test_another_person_kind_or_key_makes_another_thing(ben: User, ada: User) -> None:
    made = {
        once(actor=ben.actor, kind="organization", key="k", make=lambda: make("One"))[0],
        once(actor=ada.actor, kind="organization", key="k", make=lambda: make("Two"))[0],
        once(actor=ben.actor, kind="other", key="k", make=lambda: make("Three"))[0],
        once(actor=ben.actor, kind="organization", key="l", make=lambda: make("Four"))[0],
        once(actor=ben.actor, kind="organization", key="", make=lambda: make("Five"))[0],
        once(actor=VISITOR, kind="organization", key="k", make=lambda: make("Six"))[0],
    }
    assert len(made) == 6


@pytest.mark.django_db
def test_a_failure_leaves_no_key_behind(ben: User) -> None:
    def fail() -> UUID:
        raise LookupError

    with pytest.raises(LookupError):
        once(actor=ben.actor, kind="organization", key="k", make=fail)
    assert not OnceKey.objects.exists()
    assert once(actor=ben.actor, kind="organization", key="k", make=lambda: make("One"))[1]


@pytest.mark.django_db(transaction=True)
def test_eight_at_the_same_moment_make_one(ben: User) -> None:
    start = threading.Barrier(8)
    made: list[tuple[UUID, bool]] = []

    def press(number: int) -> None:
        try:
            start.wait(timeout=60)
            made.append(once(actor=ben.actor, kind="organization", key="k", make=lambda: make(f"Company {number}")))
        finally:
            connection.close()

    threads = [threading.Thread(target=press, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert len(made) == 8
    assert len({subject for subject, _ in made}) == 1
    assert sum(new for _, new in made) == 1
