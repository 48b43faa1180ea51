"""Pages of a feed by key: the next page begins after the last row of this one, so none costs more than the first.

What arrives or vanishes meanwhile shifts nothing.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext as _

from p2psandbox.platform.errors import Invalid

M = TypeVar("M", bound=Model)

_OLDER, _NEWER = "o", "n"


@dataclass(frozen=True, slots=True)
class KeysetPage(Generic[M]):
    """Some rows, newest first, and the cursors of the pages beside them (``None``: there is none)."""

    rows: list[M]
    next: str | None
    previous: str | None


def page_of(rows: QuerySet[M, M], *, column: str, cursor: str = "", size: int = 20, feed: str = "") -> KeysetPage[M]:
    """Return the page of ``rows`` a cursor leads to, newest by ``column`` (a time) and id first; none: the first page.

    ``feed`` names the list (a word), so that no other one takes its cursors. Raises :class:`Invalid` for a cursor that
    is none, or another list's.
    """
    way, at, row_id = _read(cursor, feed) if cursor else (_OLDER, None, None)
    if at is not None:
        rows = rows.filter(_beyond(column, way, at, row_id))
    order = ("", "") if way == _NEWER else ("-", "-")
    found = list(rows.order_by(f"{order[0]}{column}", f"{order[1]}id")[: size + 1])
    more, found = len(found) > size, found[:size]
    if way == _NEWER:
        found.reverse()
    older, newer = (more, at is not None) if way == _OLDER else (True, more)
    return KeysetPage(
        found,
        _write(_OLDER, found[-1], column, feed) if found and older else None,
        _write(_NEWER, found[0], column, feed) if found and newer else None,
    )


def older_than(row: M, *, column: str, feed: str = "") -> str:
    """Return the cursor of the page that begins with what is older than this row."""
    return _write(_OLDER, row, column, feed)


def _beyond(column: str, way: str, at: datetime, row_id: UUID | None) -> Q:
    than = "gt" if way == _NEWER else "lt"
    # The first condition alone finds the place in the index; the second parts rows of the same moment.
    return Q(**{f"{column}__{than}e": at}) & (Q(**{f"{column}__{than}": at}) | Q(**{f"id__{than}": row_id}))


def _write(way: str, row: Any, column: str, feed: str) -> str:
    text = f"{way} {getattr(row, column).astimezone(UTC).isoformat()} {row.pk} {feed}".rstrip()
    return base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


def _read(cursor: str, feed: str) -> tuple[str, datetime, UUID]:
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode("ascii")
        way, at, row_id, *of = text.split(" ")
        moment = datetime.fromisoformat(at)
        if way not in (_OLDER, _NEWER) or moment.tzinfo is None or of != ([feed] if feed else []):
            raise ValueError
        return way, moment.astimezone(UTC), UUID(row_id)
    except (ValueError, OverflowError, binascii.Error) as error:
        raise Invalid({"cursor": [_("This is no cursor of this list.")]}) from error
