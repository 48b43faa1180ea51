"""Seeded chance: the same seed makes the same people say the same things, whatever the machine."""

from __future__ import annotations

import random
from bisect import bisect
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import accumulate
from typing import TypeVar
from uuid import UUID

T = TypeVar("T")


class Chance(random.Random):
    """``random.Random`` with what the seeders need on top. Deterministic, so of no use for secrets."""

    def uuid7(self, moment: datetime) -> UUID:
        """Return a UUIDv7 of that moment, so that ids sort as times do, like the product's own."""
        milliseconds = int(moment.timestamp() * 1000)
        value = (milliseconds & ((1 << 48) - 1)) << 80 | self.getrandbits(80)
        value = value & ~(0xF000 << 64) | (7 << 76)
        value = value & ~(0xC000 << 48) | (2 << 62)
        return UUID(int=value)

    def between(self, first: datetime, last: datetime, *, lean: float = 1.0) -> datetime:
        """Return a moment between two; ``lean`` below 1 leans towards the later one."""
        return first + (last - first) * float(self.random() ** lean)

    def gap(self, mean: timedelta) -> timedelta:
        """Return a waiting time with this mean, exponentially distributed."""
        return timedelta(seconds=self.expovariate(1 / mean.total_seconds()))


class Skewed:
    """Picks from ``items`` so that the first ones come up far more often than the last (Zipf's law)."""

    def __init__(self, items: Sequence[T], *, steepness: float = 0.7) -> None:
        self.items = items
        self._sums = list(accumulate(1 / (rank + 1) ** steepness for rank in range(len(items))))

    def pick(self, chance: random.Random) -> T:  # type: ignore[type-var]  # as the items given
        return self.items[bisect(self._sums, chance.random() * self._sums[-1])]  # type: ignore[return-value]


def parts(chance: random.Random, total: int, count: int, *, spread: float = 1.1) -> list[int]:
    """Return ``count`` whole numbers of at least 1 that add up to ``total``: many small, few large."""
    weights = [chance.lognormvariate(0, spread) for _ in range(count)]
    scale = (total - count) / sum(weights)
    shares = [1 + int(weight * scale) for weight in weights]
    for number in range(total - sum(shares)):
        shares[number % count] += 1
    return shares
