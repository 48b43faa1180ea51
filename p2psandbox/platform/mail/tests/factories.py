"""Rows of mail for tests."""

from __future__ import annotations

import factory

from p2psandbox.platform.mail.models import BouncedAddress


class BouncedAddressFactory(factory.django.DjangoModelFactory[BouncedAddress]):
    class Meta:
        model = BouncedAddress

    email = factory.Sequence(lambda number: f"gone-{number}@example.com")
    reason = "550 no such user"
