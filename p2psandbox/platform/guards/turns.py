"""How often somebody may do something: so many turns in so long a time, counted alike with and without Redis."""

from __future__ import annotations

import math
import time

from django.core.cache import cache
from django.utils.functional import Promise

from p2psandbox.platform.errors import TooMany

#: What the keys begin with: see :data:`p2psandbox.platform.guards.cache.GUARDS`.
PREFIX = "turns:"


def take_turn(name: str, *, most: int, seconds: int, message: str | Promise | None = None) -> None:
    """Take one of ``most`` turns, which is free again after ``seconds``; many at once never take more.

    ``name`` says what and who (``forums.report:<id>``). Raises ``TooMany`` with ``message`` and the seconds
    until a turn is free.
    """
    now = time.time()
    for number in range(most):
        key = f"{PREFIX}{name}:{number}"
        if cache.add(key, now + seconds, timeout=seconds) is not False:  # ``None``: nobody counts, so nobody is refused
            return
    ends = [cache.get(f"{PREFIX}{name}:{number}") for number in range(most)]
    free = min((end for end in ends if end is not None), default=now + 1)
    raise TooMany(message, retry_after=max(1, math.ceil(free - now)))  # type: ignore[arg-type]  # lazy text is text
