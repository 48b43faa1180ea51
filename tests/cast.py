"""The fixed cast: two companies, their people, one moderator, one newcomer. Every test reads in their names.

*Bolt & Co* (Leipzig) is run by **Ada** (admin) with **Ben** (member). *Khalil Plastics* (Amman) is run by
**Kamal** (admin) with **Lina** (member). **Mona** moderates the platform. **Nico** signed up at Bolt & Co and
has not confirmed his address.
"""

from __future__ import annotations

import pytest

from accounts.models import MemberRole, User
from accounts.tests.factories import UserFactory
from organizations.models import Organization
from organizations.tests.factories import OrganizationFactory

PASSWORD = "correct-horse-battery"


@pytest.fixture
def bolt(db: None) -> Organization:
    return OrganizationFactory(name="Bolt & Co", industry="metals", country="DE", city="Leipzig")


@pytest.fixture
def khalil(db: None) -> Organization:
    return OrganizationFactory(name="Khalil Plastics", industry="plastics", country="JO", city="Amman")


@pytest.fixture
def ada(bolt: Organization) -> User:
    return UserFactory(first_name="Ada", last_name="Berg", organization=bolt, role=MemberRole.ADMIN)


@pytest.fixture
def ben(bolt: Organization) -> User:
    return UserFactory(first_name="Ben", last_name="Krause", organization=bolt)


@pytest.fixture
def kamal(khalil: Organization) -> User:
    return UserFactory(first_name="Kamal", last_name="Khalil", organization=khalil, role=MemberRole.ADMIN)


@pytest.fixture
def lina(khalil: Organization) -> User:
    return UserFactory(first_name="Lina", last_name="Haddad", organization=khalil)


@pytest.fixture
def mona(db: None) -> User:
    return UserFactory(first_name="Mona", last_name="Moderator", organization=None, is_staff=True)


@pytest.fixture
def nico(bolt: Organization) -> User:
    return UserFactory(first_name="Nico", last_name="Neu", organization=bolt, email_verified_at=None)
