"""What a newcomer types."""

from __future__ import annotations

from tests.cast import PASSWORD

NEWCOMER = {
    "email": "rosa@winter.example",
    "password": PASSWORD,
    "first_name": "Rosa",
    "last_name": "Winter",
    "organization_name": "Winter Castings",
    "industry": "metals",
    "organization_size": "small",
    "country": "DE",
    "city": "Halle",
}
