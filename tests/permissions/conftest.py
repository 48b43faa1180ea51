"""One world for all: built once, in a transaction that is rolled back when the last test here is done."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction

from tests.permissions.specimens import Cast, hire, sign_in, specimens
from tests.permissions.world import World


@pytest.fixture(scope="package")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """The people and the things of the table; every call is undone, so that none is in another's way.

    Refusals are the normal day here: they are not logged, which would take longer than they do.
    """
    logging.disable(logging.WARNING)
    # Passwords were given when the world was made; on a slow machine its tests take longer than that is believed.
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 24 * 3600
    with django_db_blocker.unblock(), transaction.atomic():
        people = hire()
        cast = Cast(people, sign_in(people))
        made = World(cast, specimens(cast))
        yield made
        assert made.is_as_it_was(), "a call was not undone"
        transaction.set_rollback(True)
    del settings.ACCOUNT_REAUTHENTICATION_TIMEOUT
    logging.disable(logging.NOTSET)
