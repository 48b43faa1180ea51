"""Ids as people and programs send them."""

from __future__ import annotations

from uuid import UUID


def as_uuid(value: str) -> UUID | None:
    """Return ``value`` as a UUID, or ``None`` when it is none."""
    try:
        return UUID(value)
    except ValueError:
        return None
