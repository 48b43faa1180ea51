from __future__ import annotations

from typing import Any

import factory
from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.utils import timezone

from accounts.models import User
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
