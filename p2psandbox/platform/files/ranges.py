"""Byte ranges of RFC 9110: what a player asks for when somebody seeks in a video."""

from __future__ import annotations

import re

_ONE_RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})")


class Unsatisfiable(Exception):
    """The range lies outside of what there is (416)."""


def wanted_range(header: str, size: int) -> tuple[int, int] | None:
    """Return first and last byte asked for, ``None`` for all of them.

    Several ranges at once and headers that are none are answered with everything, as the RFC allows.
    """
    match = _ONE_RANGE.fullmatch(header.strip())
    if match is None or not any(match.groups()):
        return None
    first, last = match.groups()
    if not first:
        if int(last) == 0:
            raise Unsatisfiable
        return max(0, size - int(last)), size - 1
    start = int(first)
    end = min(int(last), size - 1) if last else size - 1
    if last and int(last) < start:
        return None
    if start >= size:
        raise Unsatisfiable
    return start, end
