"""Spans of time as operators type them."""

from __future__ import annotations

import argparse
import re
from datetime import timedelta

_UNITS = {"d": "days", "h": "hours", "m": "minutes"}


def age(text: str) -> timedelta:
    """Return ``7d``, ``12h`` or ``30m`` as a time span; a bare number means days.

    Raises ``argparse.ArgumentTypeError`` for anything else: meant as the type of an argument.
    """
    found = re.fullmatch(r"(\d{1,5})([dhm]?)", text.strip().lower())
    if found is None:
        raise argparse.ArgumentTypeError(f"“{text}” is no age: write 1d, 12h or 30m.")
    return timedelta(**{_UNITS[found[2] or "d"]: int(found[1])})
