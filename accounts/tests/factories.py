from __future__ import annotations

from datetime import timedelta
from typing import Any

import factory
from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.utils import timezone

from accounts.invitation_tokens import new_token
from accounts.models import Invitation, User
from organizations.tests.factories import OrganizationFactory

#: Hashed once: Argon2 is slow on purpose.
_HASHED = make_password("correct-horse-battery")


class UserFactory(factory.django.DjangoModelFactory[User]):
    class Meta:
        model = User

    first_name = factory.Faker("first_name")
    last_name = factory.Faker("last_name")
    email = factory.Sequence(lambda n: f"person{n}@example.com")
    organization = factory.SubFactory(OrganizationFactory)
    email_verified_at = factory.LazyFunction(timezone.now)
    password = _HASHED

    @factory.post_generation
    def email_address(self, create: bool, extracted: Any, **kwargs: Any) -> None:
        if create:
            verified = self.email_verified_at is not None
            EmailAddress.objects.create(user=self, email=self.email, primary=True, verified=verified)


class InvitationFactory(factory.django.DjangoModelFactory[Invitation]):
    """An invitation sent two minutes ago by ``invited_by``, to their organization."""

    class Meta:
        model = Invitation

    organization = factory.LazyAttribute(lambda o: o.invited_by.organization)
    email = factory.Sequence(lambda n: f"invited{n}@example.com")
    token_hash = factory.LazyFunction(lambda: new_token()[1])
    sent_at = factory.LazyFunction(lambda: timezone.now() - timedelta(minutes=2))
    expires_at = factory.LazyAttribute(lambda o: o.sent_at + timedelta(days=7))


def invited(by: User, **columns: Any) -> tuple[Invitation, str]:
    """Return an invitation with the token of its link."""
    token, stored = new_token()
    return InvitationFactory(invited_by=by, token_hash=stored, **columns), token
