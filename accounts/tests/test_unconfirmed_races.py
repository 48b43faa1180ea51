"""Confirming at the very moment at which the sign-up would be forgotten. Against the real database."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from django.db import connection, connections, transaction
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.actions.unconfirmed import Forgotten, forget_unconfirmed
from accounts.models import User
from accounts.tests.factories import UserFactory
from organizations.models import Organization
from tests.runtime.product import wait_until

pytestmark = pytest.mark.django_db(transaction=True)

MONTH = timedelta(days=30)


@pytest.fixture
def rosa() -> User:
    return UserFactory(email_verified_at=None, created_at=timezone.now() - timedelta(days=31))


def key_of(person: User) -> str:
    return str(EmailConfirmationHMAC(EmailAddress.objects.get(user=person)).key)


def confirm(key: str) -> int:
    try:
        return Client().post(f"/accounts/confirm-email/{key}/").status_code
    finally:
        connections.close_all()


def confirm_by_program(key: str) -> int:
    client = APIClient()
    try:
        return int(client.post("/api/v1/auth/email/verify", {"key": key}).status_code)
    finally:
        connections.close_all()


def forget() -> Forgotten:
    try:
        return forget_unconfirmed(older_than=MONTH)
    finally:
        connections.close_all()


def somebody_waits_for_a_row() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")
        return cursor.fetchone() is not None


def test_who_is_confirming_is_left_alone_and_not_waited_for(rosa: User) -> None:
    with ThreadPoolExecutor(1) as night:
        with transaction.atomic():
            User.objects.select_for_update().get(pk=rosa.pk)  # as confirming begins
            found = night.submit(forget).result(timeout=10)
            User.objects.filter(pk=rosa.pk).update(email_verified_at=timezone.now())
        assert (found.people, found.kept) == (0, 0)
        assert night.submit(forget).result(timeout=10).people == 0
    assert User.objects.filter(pk=rosa.pk).exists()


@pytest.mark.parametrize(("way", "told"), [(confirm, 200), (confirm_by_program, 400)], ids=["page", "JSON"])
def test_who_confirms_a_moment_too_late_is_told_that_the_link_is_dead(rosa: User, way: Any, told: int) -> None:
    key = key_of(rosa)
    with ThreadPoolExecutor(1) as browser:
        with transaction.atomic():
            assert forget_unconfirmed(older_than=MONTH).people == 1
            answer: Future[int] = browser.submit(way, key)
            wait_until(lambda: answer.done() or somebody_waits_for_a_row(), what="confirming to meet the lock")
            assert not answer.done()
        assert answer.result(timeout=10) == told
    assert not User.objects.exists()
    assert not EmailAddress.objects.exists()


def test_confirming_and_forgetting_at_once_has_one_outcome(rosa: User) -> None:
    key, start = key_of(rosa), Barrier(2)

    def at_once(act: Any, *given: Any) -> Any:
        start.wait(timeout=60)
        return act(*given)

    with ThreadPoolExecutor(2) as both:
        confirming = both.submit(at_once, confirm, key)
        forgetting = both.submit(at_once, forget)
        status, found = confirming.result(timeout=20), forgetting.result(timeout=20)
    assert status < 500
    if found.people:
        assert not User.objects.exists()
        assert not Organization.objects.exists()
    else:
        rosa.refresh_from_db()
        assert rosa.is_email_verified
        assert EmailAddress.objects.get(user=rosa).verified
        assert Organization.objects.filter(pk=rosa.organization_id).exists()
