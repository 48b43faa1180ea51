"""Synthetic data in bulk, for measuring and for trying things at size: ``manage.py seed``.

Rows go straight into both stores, around the actions, because half a million of them through the actions take
an hour. What the actions would have kept true (counters, numbers, pointers, search vectors) is kept true here and
held by tests.
"""

from dashboard.seeding.companies import DOMAIN, PASSWORD, email
from dashboard.seeding.scales import SCALES, Scale
from dashboard.seeding.seeding import is_seeded, seed

__all__ = ["DOMAIN", "PASSWORD", "SCALES", "Scale", "email", "is_seeded", "seed"]
