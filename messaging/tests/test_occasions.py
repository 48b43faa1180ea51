"""What happens in the apps below and is told here."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import User
from accounts.tests.factories import invited
from messaging.models import Notification

pytestmark = pytest.mark.django_db

NEWCOMER = {"first_name": "Nina", "last_name": "Neu", "password": "correct-horse-battery"}


def test_who_invited_somebody_hears_that_they_joined(client: Client, ada: User, ben: User) -> None:
    _invitation, token = invited(ada, email="nina@bolt.example")
    assert client.post(f"/invitations/{token}/", NEWCOMER).status_code == 302

    nina = User.objects.get(email="nina@bolt.example")
    row = Notification.objects.get()
    assert (row.recipient, row.kind, row.people) == (ada, "invitation_accepted", [nina.pk])
    assert (row.title, row.url) == ("Bolt & Co", f"/people/{nina.pk}/")
