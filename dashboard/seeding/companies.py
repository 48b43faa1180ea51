"""Synthetic companies and people. Everybody has the same password, hashed once, and no mailbox."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import product
from uuid import UUID

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.utils.text import slugify

from accounts.models import MemberRole, User
from dashboard.seeding import vocabulary as words
from dashboard.seeding.chance import Chance, parts
from dashboard.seeding.scales import Scale
from dashboard.seeding.stores import Table, settle
from organizations.models import Industry, Organization, OrganizationSize

#: What every seeded person signs in with.
PASSWORD = "open-factory-door"  # noqa: S105 - published on purpose, for synthetic accounts
DOMAIN = "seed.example"


@dataclass(frozen=True, slots=True)
class Company:
    """What people and stories need to know of their company."""

    id: UUID
    name: str
    industry: str
    country: str
    city: str


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who writes. ``company`` is ``None`` for the one moderator."""

    id: UUID
    name: str
    email: str
    job_title: str
    company: Company | None
    is_admin: bool
    arabic: bool

    @property
    def organization_id(self) -> UUID | None:
        return self.company.id if self.company else None


def email(number: int) -> str:
    """Return the address of the seeded person with this number, from 0 (the moderator)."""
    return f"person{number}@{DOMAIN}"


def make_companies(chance: Chance, scale: Scale, now: datetime) -> list[Company]:
    """Store the companies and return them."""
    names = [f"{place} {trade}" for place, trade in product(words.COMPANY_PLACES, words.COMPANY_TRADES)]
    chance.shuffle(names)
    columns = "id name slug industry size website description country city founded verified_at created_at updated_at"
    made: list[Company] = []

    def rows() -> Iterator[tuple[object, ...]]:
        for number in range(scale.organizations):
            name = names[number % len(names)] + (f" {number // len(names) + 1}" if number >= len(names) else "")
            joined = chance.between(now - timedelta(days=3 * 365), now - timedelta(days=60))
            country, city = chance.choice(words.PLACES)
            company = Company(chance.uuid7(joined), name, chance.choice(Industry.values), country, city)
            made.append(company)
            slug = slugify(name)
            verified = joined + timedelta(days=3) if chance.random() < 0.8 else None
            about = f"{name} makes what its name says, in {city}."
            yield (
                *(company.id, name, slug, company.industry, chance.choice(OrganizationSize.values)),
                *(f"https://{slug}.example", about, country, city, chance.randint(1921, 2022)),
                *(verified, joined, joined),
            )

    Table(Organization, columns.split()).write(rows())
    return made


def make_people(chance: Chance, scale: Scale, companies: list[Company], now: datetime) -> list[Person]:
    """Store the people, each company's first one as its admin, and return them in no particular order."""
    people: list[Person] = []
    hashed = make_password(PASSWORD)
    sizes = parts(chance, scale.people - 1, len(companies), spread=0.9)
    places: list[Company | None] = [None]
    admins: set[int] = set()
    for company, size in zip(companies, sizes, strict=True):
        admins.add(len(places))
        places += [company] * size
    columns = (
        "id password last_login is_superuser email first_name last_name job_title language organization_id role "
        "is_staff email_verified_at created_at updated_at"
    )

    def rows() -> Iterator[tuple[object, ...]]:
        for number, company in enumerate(places):
            joined = chance.between(now - timedelta(days=3 * 365), now - timedelta(days=30))
            first, last = chance.choice(words.FIRST_NAMES), chance.choice(words.LAST_NAMES)
            arabic = company is not None and company.country in ("EG", "JO", "SA", "MA") and chance.random() < 0.6
            person = Person(
                id=chance.uuid7(joined),
                name=f"{first} {last}",
                email=email(number),
                job_title=chance.choice(words.JOBS),
                company=company,
                is_admin=number in admins,
                arabic=arabic,
            )
            people.append(person)
            role = MemberRole.ADMIN if person.is_admin else MemberRole.MEMBER
            staff = company is None
            yield (
                *(person.id, hashed, None, staff, person.email, first, last, person.job_title),
                *("ar" if arabic else "en", person.organization_id, str(role), staff, joined, joined, joined),
            )

    Table(User, columns.split()).write(rows())
    Table(EmailAddress, ("user_id", "email", "verified", "primary")).write((p.id, p.email, True, True) for p in people)
    settle()
    chance.shuffle(people)
    return people
